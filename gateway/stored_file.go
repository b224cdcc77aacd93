package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// fileObjects are objects in memory that a restart brings back: each change is
// a line of a file, which is written anew when most of it is out of date.
type fileObjects struct {
	*memoryObjects
	file  sync.Mutex
	path  string
	out   *os.File
	lines int
}

// storedLine is one change. Without an owner the thing is gone.
type storedLine struct {
	ID string `json:"id"`
	Stored
}

// longestLine is the longest line that is read, in bytes.
const longestLine = 16 << 10

// OpenObjects keeps at most so many things in a file of a folder.
func OpenObjects(folder string, most int) (Objects, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	o := &fileObjects{memoryObjects: newMemoryObjects(most), path: filepath.Join(folder, "objects.jsonl")}
	if err := o.load(); err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	if err := o.rewrite(); err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	return o, nil
}

// load reads the file. Half a line at its end is what a crash left.
func (o *fileObjects) load() error {
	in, err := os.Open(o.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewReaderSize(in, longestLine)
	for {
		text, err := lines.ReadSlice('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var l storedLine
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("%s: a line isn't JSON", o.path)
		}
		o.apply(&l)
	}
}

func (o *fileObjects) apply(l *storedLine) {
	if l.Owner == "" {
		_ = o.memoryObjects.Delete(context.Background(), l.ID)
		return
	}
	_ = o.memoryObjects.Delete(context.Background(), l.ID) // a later line counts
	_ = o.memoryObjects.Put(context.Background(), l.ID, l.Stored)
}

// rewrite writes what there is to a new file, and goes on in it.
func (o *fileObjects) rewrite() error {
	next, err := os.OpenFile(o.path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(next)
	n := 0
	o.each(func(id string, s Stored) {
		if text, err := json.Marshal(storedLine{id, s}); err == nil {
			w.Write(append(text, '\n'))
			n++
		}
	})
	if err := errors.Join(w.Flush(), os.Rename(o.path+".new", o.path)); err != nil {
		next.Close()
		return err
	}
	if o.out != nil {
		o.out.Close()
	}
	o.out, o.lines = next, n
	return nil
}

// Put implements Objects.
func (o *fileObjects) Put(ctx context.Context, id string, s Stored) error {
	if _, ok, _ := o.Get(ctx, id); ok {
		return nil
	}
	if err := o.write(&storedLine{id, s}); err != nil {
		return err
	}
	return o.memoryObjects.Put(ctx, id, s)
}

// Delete implements Objects.
func (o *fileObjects) Delete(ctx context.Context, id string) error {
	if _, ok, _ := o.Get(ctx, id); !ok {
		return nil
	}
	_ = o.memoryObjects.Delete(ctx, id)
	return o.write(&storedLine{ID: id})
}

// Paid implements Objects.
func (o *fileObjects) Paid(ctx context.Context, id string) (tokens, cost int64, err error) {
	tokens, cost, err = o.memoryObjects.Paid(ctx, id)
	if s, ok, _ := o.Get(ctx, id); ok && tokens > 0 {
		err = o.write(&storedLine{id, s})
	}
	return tokens, cost, err
}

func (o *fileObjects) write(l *storedLine) error {
	text, err := json.Marshal(l)
	if err != nil || len(text) >= longestLine {
		return errors.New("objects: an entry that is too long")
	}
	o.file.Lock()
	defer o.file.Unlock()
	if o.lines > 1000 && o.lines > 2*o.len() {
		if err := o.rewrite(); err != nil {
			return fmt.Errorf("objects: %w", err)
		}
	}
	if _, err := o.out.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("objects: %w", err)
	}
	o.lines++
	return nil
}

// Close closes the file.
func (o *fileObjects) Close() error {
	o.file.Lock()
	defer o.file.Unlock()
	return o.out.Close()
}
