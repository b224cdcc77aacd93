package usage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

type jsonRaw = json.RawMessage

const (
	segmentEnd = ".jsonl"
	nameDigits = 20
	newEnd     = ".new" // of a segment that is being made
	segmentNow = 1      // version of the form of segments

	// MaxLine is how long a line may be, in bytes.
	MaxLine = 16 << 20
)

// segmentName is the name of the segment whose first leaf has that number.
func segmentName(first int64) string { return fmt.Sprintf("%0*d%s", nameDigits, first, segmentEnd) }

func segmentFirst(name string) (int64, bool) {
	digits, ok := strings.CutSuffix(name, segmentEnd)
	first, err := strconv.ParseInt(digits, 10, 64)
	return first, ok && err == nil && first >= 0 && segmentName(first) == name
}

// segmentsIn lists the segments of a folder, the oldest first, by their first
// leaves.
func segmentsIn(dir string) ([]int64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []int64
	for _, e := range entries {
		first, ok := segmentFirst(e.Name())
		if !ok && strings.HasSuffix(e.Name(), segmentEnd) {
			return nil, &Damage{File: filepath.Join(dir, e.Name()), Line: 1, What: "the file's name isn't that of a segment"}
		}
		if ok {
			all = append(all, first)
		}
	}
	slices.Sort(all)
	return all, nil
}

// header is the first line of a segment: all that is needed to go on from the
// segment before it, and to check this one without it.
type header struct {
	log        string // the origin of its checkpoints
	time       time.Time
	first      int64
	edge       []tlog.Hash
	checkpoint string // the last of the segment before; "" in the first segment
}

func (h *header) line() []byte {
	e := encoder{[]byte{'{'}}
	e.num("segment", segmentNow)
	e.str("log", h.log)
	e.time("time", h.time)
	e.num("first", h.first)
	edge := make([]string, len(h.edge))
	for i := range h.edge {
		edge[i] = h.edge[i].String()
	}
	e.list("edge", edge)
	e.str("checkpoint", h.checkpoint)
	return append(e.b, '}')
}

var errHeader = errors.New("not the first line of a segment")

func parseHeader(line []byte) (*header, error) {
	h, version := &header{}, 0
	err := members(line, func(name string, v jsonRaw) error {
		switch name {
		case "segment":
			return readInt(v, &version)
		case "log":
			return readString(v, &h.log)
		case "time":
			return readTime(v, &h.time)
		case "first":
			return readInt(v, &h.first)
		case "edge":
			return h.readEdge(v)
		case "checkpoint":
			return readString(v, &h.checkpoint)
		}
		return errHeader
	})
	switch {
	case err != nil:
		return nil, err
	case version > segmentNow:
		return nil, fmt.Errorf("the segment has form %d, which this version doesn't know", version)
	case version != segmentNow || !bytes.Equal(h.line(), line):
		return nil, errHeader
	}
	return h, nil
}

func (h *header) readEdge(v jsonRaw) error {
	var list []string
	if err := json.Unmarshal(v, &list); err != nil || len(list) > 63 {
		return errHeader
	}
	for _, s := range list {
		hash, err := tlog.ParseHash(s)
		if err != nil {
			return errHeader
		}
		h.edge = append(h.edge, hash)
	}
	return nil
}

// tree is the tree at the segment's begin.
func (h *header) tree() tree { return tree{h.first, slices.Clone(h.edge)} }

// lines reads a segment line by line.
type lines struct {
	r      *bufio.Reader
	number int   // of the line that was read last, from 1
	end    int64 // bytes up to its end
	buf    []byte
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

var errLongLine = fmt.Errorf("a line is longer than %d bytes", MaxLine)

// next returns the next line without its newline, valid until the call after.
// Whole is false for one that has none, at the end. The error is io.EOF after
// the last line.
func (l *lines) next() (line []byte, whole bool, err error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.end += int64(len(part))
		if err == nil && len(l.buf) == 0 {
			l.number++
			return part[:len(part)-1], true, nil
		}
		l.buf = append(l.buf, part...)
		switch {
		case len(l.buf) > MaxLine:
			l.number++
			return nil, false, errLongLine
		case err == nil:
			l.number++
			return l.buf[:len(l.buf)-1], true, nil
		case err == io.EOF && len(l.buf) > 0:
			l.number++
			return l.buf, false, nil
		case err != bufio.ErrBufferFull:
			return nil, false, err
		}
	}
}

// Damage is a place where a log isn't what was written.
type Damage struct {
	File string
	Line int
	What string
}

func (d *Damage) Error() string { return fmt.Sprintf("%s:%d: %s", d.File, d.Line, d.What) }

// isOf reports whether a file has the name of the segment.
func isOf(path string, first int64) bool { return filepath.Base(path) == segmentName(first) }
