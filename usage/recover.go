package usage

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// recover makes the writer go on where the log ends. Only the last segment is
// read whole; of the others the first lines.
func (l *Log) recover() error {
	firsts, err := segmentsIn(l.dir)
	if err != nil {
		return err
	}
	if l.signer, err = signingKey(l.dir, l.options.Key, l.options.Name, len(firsts) == 0); err != nil {
		return err
	}
	known, err := verifierOf(l.dir, l.signer)
	if err != nil {
		return err
	}
	l.writer = &writer{log: l, begun: time.Now()}
	if len(firsts) == 0 {
		return l.writer.begin()
	}
	if err := l.list(firsts); err != nil {
		return err
	}
	return l.writer.resume(firsts[len(firsts)-1], known)
}

// list notes the segments that are there. Each ended when the next began.
func (l *Log) list(firsts []int64) error {
	for i, first := range firsts {
		path := filepath.Join(l.dir, segmentName(first))
		h, err := readHeader(path)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if i > 0 {
			l.segments[i-1].end = h.time
		}
		l.segments = append(l.segments, Segment{Name: segmentName(first), First: first, Size: info.Size(), Closed: i < len(firsts)-1})
	}
	return nil
}

func readHeader(path string) (*header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	line, whole, err := newLines(f).next()
	if err != nil || !whole {
		return nil, &Damage{path, 1, errHeader.Error()}
	}
	h, err := parseHeader(line)
	if err != nil {
		return nil, &Damage{path, 1, err.Error()}
	}
	return h, nil
}

// resume reads the last segment, cuts off an unfinished end, and opens it.
func (w *writer) resume(first int64, known note.Verifiers) error {
	w.path = filepath.Join(w.log.dir, segmentName(first))
	f, err := os.Open(w.path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := &checker{path: w.path, known: known, origin: w.log.signer.Name(), isPart: true}
	good, damage := c.readTail(f)
	if damage != nil {
		return damage
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w.tree, w.previous, w.isSigned, w.last = c.tree, c.previous, c.isSigned, c.last
	w.covered, w.prefixes, w.first, w.size = c.covered, slices.Clone(c.prefixes), first, good
	w.due = time.Now().Add(w.log.options.Every)
	w.log.grown(good)
	if cut := info.Size() - good; cut > 0 {
		w.log.options.Log.Warn("the usage log had an unfinished end, as a crash leaves it", "bytes", cut)
		w.events = append(w.events, Event{Event: EventCut, Time: w.log.options.Now(), Count: cut})
	}
	return w.reopen()
}

// reopen cuts what isn't whole and makes sure that the rest is on the disk.
func (w *writer) reopen() error {
	f, err := w.log.options.Open(w.path)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(w.size), f.Sync()); err != nil {
		f.Close()
		return err
	}
	w.file = f
	if len(w.events) > 0 {
		poke(w.log.wake)
	}
	return w.changeKey(false)
}

// readTail reads a whole segment. Good is how many bytes are good: lines that
// no checkpoint covers and that aren't whole don't count, nor do those after.
func (c *checker) readTail(f io.Reader) (good int64, damage *Damage) {
	in := newLines(f)
	broken := false
	for {
		line, whole, err := in.next()
		if err == io.EOF {
			return good, nil
		}
		isCheckpoint := bytes.HasPrefix(line, []byte(checkpointStart))
		switch {
		case in.number == 1:
			if err != nil || !whole {
				return 0, &Damage{c.path, 1, errHeader.Error()}
			}
		case broken && isCheckpoint && whole:
			return 0, &Damage{c.path, in.number - 1, "a line that can't be read, with a checkpoint after it"}
		case err != nil && !errors.Is(err, errLongLine):
			return 0, &Damage{c.path, in.number, err.Error()}
		case broken || err != nil || !whole || !isCheckpoint && checkLeaf(line) != nil:
			broken = true
			continue
		}
		if damage := c.line(line, in.number); damage != nil {
			return 0, damage
		}
		good = in.end
	}
}
