package usage

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// writer is the one goroutine that changes files. Nobody else touches its
// fields.
type writer struct {
	log      *Log
	file     File
	path     string
	size     int64     // bytes of the file that are on the disk
	begun    time.Time // when the segment was; for its age, a monotonic time
	tree     tree
	prefixes []byte    // of the leaves since the last checkpoint
	previous tlog.Hash // of the last line that isn't a leaf
	isSigned bool      // that line is a checkpoint
	covered  int64     // leaves under the last checkpoint
	last     string    // note of the last checkpoint
	first    int64     // of the segment
	due      time.Time // when a checkpoint is
	events   []Event   // to be written with the next lines
	buf      []byte
	gaveUp   bool // lines are lost
}

// housekeeping is how often ages are looked at.
const housekeeping = time.Minute

// run writes until the log is closed.
func (w *writer) run() {
	l := w.log
	defer close(l.stopped)
	tick := time.NewTicker(min(housekeeping, l.options.Age))
	defer tick.Stop()
	timer := time.NewTimer(l.options.Every)
	defer timer.Stop()
	for {
		select {
		case <-l.wake:
			w.gather()
		case <-timer.C:
		case <-tick.C:
			w.keepHouse()
		case <-l.stop:
			w.end()
			return
		}
		w.write(false)
		timer.Reset(w.untilCheckpoint())
	}
}

// gather waits for more lines, that share one fsync.
func (w *writer) gather() {
	timer := time.NewTimer(w.log.options.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.log.hurry:
	case <-w.log.stop:
	}
}

func (w *writer) untilCheckpoint() time.Duration {
	if w.covered == w.tree.size {
		return time.Hour
	}
	return max(0, time.Until(w.due))
}

// write writes what waits, and a checkpoint when one is due. When the disk
// fails, it tries until it doesn't, or the log is closed.
// Then lines are lost, and nothing is written after them.
func (w *writer) write(closing bool) bool {
	if w.gaveUp {
		return false
	}
	lines, upTo, lost := w.log.take()
	w.buf = w.buf[:0]
	if lost > 0 {
		w.events = append(w.events, Event{Event: EventLost, Time: w.log.options.Now(), Count: lost})
	}
	for i := range w.events {
		w.buf = append(appendEvent(w.buf, &w.events[i]), '\n')
	}
	w.events = w.events[:0]
	w.buf = append(w.buf, lines...)
	w.addLeaves(w.buf)
	if w.isDue(closing) {
		w.appendCheckpoint()
	}
	if len(w.buf) > 0 && !w.persist(closing) {
		return false
	}
	w.log.commit(lines, upTo, w.size)
	if cap(w.buf) > keepBuffer {
		w.buf = nil
	}
	if !closing && w.size >= w.log.options.Rotate {
		w.rotate()
	}
	return true
}

// addLeaves adds each line to the tree.
func (w *writer) addLeaves(b []byte) {
	if len(b) > 0 && w.covered == w.tree.size {
		w.due = time.Now().Add(w.log.options.Every)
	}
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		leaf := tlog.RecordHash(b[:end])
		w.tree.add(leaf)
		w.prefixes = append(w.prefixes, leaf[:prefixSize]...)
		b = b[end+1:]
	}
}

// isDue also covers a segment's first line when the log is closed.
func (w *writer) isDue(closing bool) bool {
	waits := w.tree.size - w.covered
	switch {
	case closing:
		return waits > 0 || !w.isSigned
	case waits == 0:
		return false
	}
	return waits >= w.log.options.Records || !time.Now().Before(w.due)
}

// appendCheckpoint signs the tree as it is. The clock can't make it fail, and
// nothing else can.
func (w *writer) appendCheckpoint() {
	c := Checkpoint{Origin: w.log.signer.Name(), Size: w.tree.size, Root: w.tree.root(), Time: w.log.options.Now(), Previous: w.previous}
	if err := c.sign(w.log.signer); err != nil {
		w.log.options.Log.Error("checkpoint not signed", "error", err)
		return
	}
	start := len(w.buf)
	w.buf = appendCheckpoint(w.buf, c.Note, w.prefixes)
	w.previous, w.isSigned = lineHash(w.buf[start:]), true
	w.buf = append(w.buf, '\n')
	w.covered, w.last, w.prefixes = w.tree.size, c.Note, w.prefixes[:0]
}

// persist brings the lines to the disk, all of them or none: what a failed
// write left is cut off before it is tried again. False is given up, at the end.
func (w *writer) persist(closing bool) bool {
	for {
		err := w.try()
		if err == nil {
			return true
		}
		w.log.fail(err)
		if closing {
			w.gaveUp = true
			w.log.err = fmt.Errorf("usage records were lost: %w", err)
			return false
		}
		select {
		case <-time.After(w.log.options.retry):
		case <-w.log.stop:
			closing = true
		}
	}
}

func (w *writer) try() error {
	if w.file == nil {
		f, err := w.log.options.Open(w.path)
		if err != nil {
			return err
		}
		w.file = f
		if err := f.Truncate(w.size); err != nil {
			w.drop()
			return err
		}
	}
	if _, err := w.file.Write(w.buf); err != nil {
		w.drop()
		return err
	}
	if err := w.file.Sync(); err != nil {
		w.drop()
		return err
	}
	w.size += int64(len(w.buf))
	return nil
}

// drop closes a file of which it isn't known what is on the disk.
func (w *writer) drop() {
	_ = w.file.Truncate(w.size)
	_ = w.file.Close()
	w.file = nil
}

// rotate ends the segment with a checkpoint and begins the next. If that isn't
// possible, the segment grows on, and the next write tries again.
func (w *writer) rotate() {
	if w.tree.size == w.first || w.gaveUp {
		return
	}
	if w.tree.size != w.covered {
		w.buf = w.buf[:0]
		w.appendCheckpoint()
		if !w.persist(false) {
			return
		}
		w.log.grown(w.size)
	}
	if err := w.begin(); err != nil {
		w.log.options.Log.Error("no new segment of the usage log", "error", err)
	}
}

func (l *Log) grown(size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments[len(l.segments)-1].Size = size
}

// begin begins a segment at the end of the tree. All leaves have to be covered.
func (w *writer) begin() error {
	o := &w.log.options
	now := o.Now()
	h := header{log: w.log.signer.Name(), time: now, first: w.tree.size, edge: w.tree.edge, checkpoint: w.last}
	line := h.line()
	path := filepath.Join(w.log.dir, segmentName(h.first))
	if err := writeWhole(path, append(line[:len(line):len(line)], '\n'), 0o600); err != nil {
		_ = os.Remove(path)
		return err
	}
	f, err := o.Open(path)
	if err != nil {
		_ = os.Remove(path)
		return err
	}
	if w.file != nil {
		w.file.Close()
	}
	w.file, w.path, w.first, w.size, w.begun = f, path, h.first, int64(len(line))+1, time.Now()
	w.previous, w.isSigned = lineHash(line), false
	w.log.beginSegment(Segment{Name: segmentName(h.first), First: h.first, Size: w.size}, now)
	return w.changeKey(h.first > 0)
}

// changeKey gives a segment its data key.
func (w *writer) changeKey(isNext bool) error {
	s := w.log.options.Sealer
	if s == nil {
		return nil
	}
	if isNext {
		if err := s.next(); err != nil {
			return err
		}
	}
	w.events = append(w.events, s.events(w.log.options.Now())...)
	poke(w.log.wake)
	return nil
}

func (l *Log) beginSegment(s Segment, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.segments); n > 0 {
		l.segments[n-1].Closed, l.segments[n-1].end = true, now
	}
	l.segments = append(l.segments, s)
}

// end writes all that is left.
func (w *writer) end() {
	w.write(true)
	if w.file != nil {
		w.file.Close()
	}
	w.log.lock.Close()
}
