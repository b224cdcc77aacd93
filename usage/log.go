package usage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Options are how a log is written. The zero value of each field is its
// default.
type Options struct {
	// Name is part of the name of a key that is made.
	Name string
	// Key is the private key that signs checkpoints, in the form of
	// golang.org/x/mod/sumdb/note; one is made in the folder by default. A key
	// serves one log. Its public half has to lie in the folder, as PubFile.
	Key string
	// Rotate is the size at which another segment is begun; 100 MiB.
	Rotate int64
	// Age is how old a segment with records gets; 12 hours.
	Age time.Duration
	// Retention is how long segments are kept, by the wall clock; 0 is forever.
	Retention time.Duration
	// Shipped, if set, says whether all of a segment is elsewhere, too; without
	// it none is deleted.
	Shipped func(Segment) bool
	// Delay is how long a record waits for others, to be written with them; 100 ms.
	Delay time.Duration
	// Queue is how many bytes of records may wait to be written; 16 MiB.
	Queue int
	// Wait is how long Append waits for room; 100 ms.
	Wait time.Duration
	// Every and Records are when a checkpoint is signed: at the latest so long,
	// or so many leaves, after the first that isn't covered; 10 s, and 4096.
	Every   time.Duration
	Records int64
	// Sealer, if set, gets a new data key with each segment, and its keys are
	// written down.
	Sealer *Sealer
	// Open opens a segment's file to append to it; nil is the machine's disk.
	Open func(path string) (File, error)
	// Log gets what the operator should know; nil is nothing.
	Log *slog.Logger
	// Now is the clock of checkpoints and retention; nil is the machine's.
	Now func() time.Time

	retry time.Duration
}

func (o *Options) fill() {
	setDefault(&o.Rotate, 100<<20)
	setDefault(&o.Age, 12*time.Hour)
	setDefault(&o.Delay, 100*time.Millisecond)
	setDefault(&o.Queue, 16<<20)
	setDefault(&o.Wait, 100*time.Millisecond)
	setDefault(&o.Every, 10*time.Second)
	setDefault(&o.Records, 4096)
	setDefault(&o.retry, time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Open == nil {
		o.Open = openEnd
	}
}

func setDefault[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

// Log is an open log. One goroutine writes; any number may append.
type Log struct {
	options Options
	dir     string
	signer  note.Signer
	lock    *os.File
	writer  *writer

	mu        sync.Mutex
	pending   []byte // lines that wait
	spare     []byte // the buffer before
	appended  int64  // lines, ever
	committed int64  // of them, those on the disk
	lost      int64  // records that had no room, not yet told
	failing   error
	closed    bool
	room      chan struct{} // closed when lines have been taken
	done      chan struct{} // closed when lines have been committed
	segments  []Segment

	wake    chan struct{} // something waits
	hurry   chan struct{} // and somebody waits for it
	stop    chan struct{}
	stopped chan struct{}
	err     error // of the end
}

// Segment is a file of a log. Only its first Size bytes are sure to stay.
type Segment struct {
	Name   string
	First  int64 // number of its first leaf
	Size   int64
	Closed bool // nothing will be added

	end time.Time // of a closed one
}

// Errors of Append.
var (
	ErrFull   = errors.New("the usage log has no room: it isn't written fast enough, or not at all")
	ErrClosed = errors.New("the usage log is closed")
	ErrLarge  = errors.New("the record is too large")
)

// Open opens the log in a folder, or begins one. An unfinished end, as a crash
// leaves it, is cut off, and the log says so. A log that was changed isn't
// opened; the error is then a *Damage.
func Open(dir string, o Options) (*Log, error) {
	o.fill()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	held, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	l := &Log{options: o, dir: dir, lock: held, room: make(chan struct{}), done: make(chan struct{}),
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{})}
	if err := l.recover(); err != nil {
		held.Close()
		return nil, err
	}
	go l.writer.run()
	return l, nil
}

// Append takes a record. It doesn't wait for the disk: the record is there after
// Options.Delay and an fsync. With no room for Options.Wait it is ErrFull, and
// the log will tell that a record was lost.
func (l *Log) Append(r *Record) error {
	buf := buffers.Get().(*[]byte)
	line := append(AppendRecord((*buf)[:0], r), '\n')
	err := l.add(line)
	if cap(line) <= 64<<10 {
		*buf = line
		buffers.Put(buf)
	}
	return err
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2<<10); return &b }}

func (l *Log) add(line []byte) error {
	if len(line) > MaxLine || len(line) > l.options.Queue {
		l.mu.Lock()
		l.lost++
		l.mu.Unlock()
		return ErrLarge
	}
	l.mu.Lock()
	if len(l.pending)+len(line) > l.options.Queue {
		if err := l.waitForRoom(len(line)); err != nil {
			l.lost++
			l.mu.Unlock()
			return err
		}
	}
	if l.closed {
		l.mu.Unlock()
		return ErrClosed
	}
	l.pending = append(l.pending, line...)
	l.appended++
	first, many := len(l.pending) == len(line), len(l.pending) > l.options.Queue/4
	l.mu.Unlock()
	if first {
		poke(l.wake)
	}
	if many {
		poke(l.hurry)
	}
	return nil
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// waitForRoom is called with the mutex held, and returns with it held.
func (l *Log) waitForRoom(n int) error {
	timer := time.NewTimer(l.options.Wait)
	defer timer.Stop()
	for len(l.pending)+n > l.options.Queue {
		if l.closed || l.failing != nil {
			return ErrFull
		}
		room := l.room
		l.mu.Unlock()
		poke(l.hurry)
		late := false
		select {
		case <-room:
		case <-timer.C:
			late = true
		}
		l.mu.Lock()
		if late && len(l.pending)+n > l.options.Queue {
			return ErrFull
		}
	}
	return nil
}

// take takes the lines that wait, how many records were appended up to the last
// of them, and how many were lost since the last time.
func (l *Log) take() (lines []byte, upTo, lost int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines, l.pending, l.spare = l.pending, l.spare[:0], nil
	lost, l.lost = l.lost, 0
	close(l.room)
	l.room = make(chan struct{})
	return lines, l.appended, lost
}

// keepBuffer is how large a buffer stays for the next lines.
const keepBuffer = 1 << 20

// commit tells that lines are on the disk.
func (l *Log) commit(lines []byte, upTo, size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cap(lines) <= keepBuffer {
		l.spare = lines[:0]
	}
	l.committed, l.failing = upTo, nil
	l.segments[len(l.segments)-1].Size = size
	close(l.done)
	l.done = make(chan struct{})
}

// Sync waits until all that was appended before is on the disk.
func (l *Log) Sync(ctx context.Context) error {
	l.mu.Lock()
	target := l.appended
	for l.committed < target {
		done := l.done
		l.mu.Unlock()
		poke(l.wake)
		poke(l.hurry)
		select {
		case <-done:
		case <-l.stopped:
			return l.endOf(target)
		case <-ctx.Done():
			return ctx.Err()
		}
		l.mu.Lock()
	}
	l.mu.Unlock()
	return nil
}

func (l *Log) endOf(target int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.committed >= target {
		return nil
	}
	return ErrClosed
}

// Failing says why records can't be written at the moment, or nil.
func (l *Log) Failing() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return ErrClosed
	case l.failing == nil && len(l.pending) > l.options.Queue/10*9:
		return ErrFull
	}
	return l.failing
}

func (l *Log) fail(err error) {
	l.mu.Lock()
	first := l.failing == nil
	l.failing = err
	l.mu.Unlock()
	if first {
		l.options.Log.Error("usage records can't be written", "error", err)
	}
}

// Segments are the files of the log, the oldest first.
func (l *Log) Segments() []Segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Segment(nil), l.segments...)
}

// Dir is the log's folder.
func (l *Log) Dir() string { return l.dir }

// Name is the log's name, which is that of its key.
func (l *Log) Name() string { return l.signer.Name() }

// Close writes what waits and a last checkpoint. An error means that some
// records could not be written.
func (l *Log) Close() error {
	l.mu.Lock()
	first := !l.closed
	l.closed = true
	l.mu.Unlock()
	if first {
		close(l.stop)
	}
	<-l.stopped
	return l.err
}
