package usage

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
)

// Entry is a line of a log: a record or an event.
type Entry struct {
	File   string
	Line   int
	Record *Record // or nil
	Event  *Event  // or nil
	Raw    []byte  // the line, valid until the next entry
}

// Entries reads the records and events of a log, the oldest first. A line that
// can't be read is an error, after which the reading goes on. It doesn't check
// signatures; Verify does.
func Entries(dir string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		firsts, err := segmentsIn(dir)
		if err == nil && len(firsts) == 0 {
			err = fmt.Errorf("%s: %w", dir, ErrNoLog)
		}
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for _, first := range firsts {
			if !entriesOf(filepath.Join(dir, segmentName(first)), yield) {
				return
			}
		}
	}
}

func entriesOf(path string, yield func(Entry, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(Entry{}, err)
	}
	defer f.Close()
	in := newLines(f)
	for {
		line, whole, err := in.next()
		switch {
		case err == io.EOF:
			return true
		case err != nil:
			return yield(Entry{}, fmt.Errorf("%s:%d: %w", path, in.number, err))
		case in.number == 1 || !whole || bytes.HasPrefix(line, []byte(checkpointStart)):
			continue
		}
		e := Entry{File: path, Line: in.number, Raw: line}
		if bytes.HasPrefix(line, []byte(eventStart)) {
			e.Event, err = parseEvent(line)
		} else {
			e.Record, err = ParseRecord(line)
		}
		if err != nil {
			err = &Damage{path, in.number, err.Error()}
		}
		if !yield(e, err) {
			return false
		}
	}
}
