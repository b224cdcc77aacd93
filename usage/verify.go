package usage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
)

// VerifyOptions are what a log is held against.
type VerifyOptions struct {
	// Keys check signatures.
	Keys note.Verifiers
	// Checkpoint is a signed checkpoint that was kept elsewhere: the log has to
	// contain what it covers. "" is none.
	Checkpoint string
	// Part allows that earlier segments are missing without an event that says
	// why, for a folder that holds the later part of a log.
	Part bool
}

// Report is what was found out of a log that is good.
type Report struct {
	Log         string // its name
	Segments    int
	Checkpoints int
	First       int64 // leaf that is still there
	Covered     int64 // leaves under the last checkpoint
	Size        int64 // leaves
	Events      int64 // leaves that aren't records
	Unfinished  int64 // bytes at the end that aren't a line yet
	Last        string
}

// Errors of Verify that aren't damage.
var (
	ErrNoLog = errors.New("no usage log")
	ErrGone  = errors.New("what the checkpoint covers isn't there any more")
)

// Verify reads a whole log and checks it: each line against the tree, each
// checkpoint's signature and its place, each segment against the one before.
// The error is a *Damage where the log isn't what was written.
//
// What no checkpoint covers yet can't be vouched for; Report tells how much it
// is. A log that was cut back to an earlier checkpoint is found only by a
// checkpoint that was kept elsewhere.
func Verify(dir string, o VerifyOptions) (*Report, error) {
	firsts, err := segmentsIn(dir)
	if err != nil {
		return nil, err
	}
	if len(firsts) == 0 {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoLog)
	}
	c := &checker{known: o.Keys, isPart: o.Part}
	if o.Checkpoint != "" {
		if c.wanted, err = ParseCheckpoint(o.Checkpoint, o.Keys); err != nil {
			return nil, fmt.Errorf("the checkpoint that was kept: %w", err)
		}
	}
	r := &Report{Segments: len(firsts)}
	for i, first := range firsts {
		c.path = filepath.Join(dir, segmentName(first))
		if r.Unfinished, err = c.segment(i == len(firsts)-1); err != nil {
			return nil, err
		}
	}
	r.Log, r.Checkpoints, r.First, r.Events, r.Last = c.origin, c.checkpoints, c.first, c.events, c.last
	r.Covered, r.Size = c.covered, c.tree.size
	return r, c.finish()
}

// segment reads one segment. The last may end in the middle of a line.
func (c *checker) segment(isLast bool) (unfinished int64, err error) {
	f, err := os.Open(c.path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	in := newLines(f)
	for {
		line, whole, err := in.next()
		switch {
		case err == io.EOF && in.number == 0:
			return 0, c.damage(1, "the segment is empty")
		case err == io.EOF:
			return 0, nil
		case errors.Is(err, errLongLine):
			return 0, c.damage(in.number, "%v", err)
		case err != nil:
			return 0, fmt.Errorf("%s: %w", c.path, err)
		case !whole && (!isLast || in.number == 1 || !isTorn(line)):
			return 0, c.damage(in.number, "the line has no end")
		case !whole:
			return int64(len(line)), nil
		}
		if damage := c.line(line, in.number); damage != nil {
			return 0, damage
		}
	}
}

// isTorn reports whether bytes could be the begin of a line.
func isTorn(b []byte) bool {
	depth, text := 0, false
	for i := 0; i < len(b); i++ {
		switch {
		case text && b[i] == '\\':
			i++
		case b[i] == '"':
			text = !text
		case text:
		case b[i] == '{' || b[i] == '[':
			depth++
		case b[i] == '}' || b[i] == ']':
			depth--
		}
		if depth == 0 {
			return i == len(b)-1
		}
	}
	return true
}

// finish asks what can be asked at the end only.
func (c *checker) finish() error {
	if c.first > 0 && c.retired < c.first && !c.isPart {
		return c.damageAtBegin()
	}
	if c.wanted == nil || c.matched {
		return nil
	}
	switch {
	case c.wanted.Origin != c.origin:
		return fmt.Errorf("the checkpoint that was kept is of another log, %q", c.wanted.Origin)
	case c.wanted.Size < c.first:
		return fmt.Errorf("%w: it covers the first %d lines, and the log begins with line %d", ErrGone, c.wanted.Size, c.first)
	}
	return &Damage{c.lastPath, c.lastLine, fmt.Sprintf("the log ends after %d lines; the checkpoint that was kept covers %d: the end was cut off", c.tree.size, c.wanted.Size)}
}

func (c *checker) damageAtBegin() error {
	return &Damage{c.lastPath, 1, fmt.Sprintf("lines 0 to %d of the log are missing, and no event says that their time was over", c.first-1)}
}
