package usage

import (
	"os"
	"path/filepath"
	"time"
)

// keepHouse ends a segment that is old, and deletes those that needn't be kept.
func (w *writer) keepHouse() {
	o := &w.log.options
	if time.Since(w.begun) >= o.Age && w.write(false) {
		w.rotate()
	}
	if o.Retention <= 0 {
		return
	}
	old := w.log.retirable(o.Now().Add(-o.Retention))
	if len(old) == 0 {
		return
	}
	// The log says what will be gone before it is.
	next := w.log.Segments()[len(old)].First
	w.events = append(w.events, Event{Event: EventRetired, Time: o.Now(), Count: next})
	if !w.write(false) {
		return
	}
	for _, s := range old {
		if err := os.Remove(filepath.Join(w.log.dir, s.Name)); err != nil {
			o.Log.Error("old segment of the usage log not deleted", "segment", s.Name, "error", err)
			return
		}
		w.log.forget()
	}
	if err := syncDir(w.log.dir); err != nil {
		o.Log.Error("folder of the usage log not synced", "error", err)
	}
}

// retirable are the oldest segments that ended before a time and are shipped.
func (l *Log) retirable(before time.Time) []Segment {
	all := l.Segments()
	for n, s := range all {
		if !s.Closed || !s.end.Before(before) || l.options.Shipped != nil && !l.options.Shipped(s) {
			return all[:n]
		}
	}
	return all
}

// forget drops the oldest segment from the list.
func (l *Log) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = l.segments[1:]
}
