package usage

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checker goes through the lines of a log and holds them against what was
// signed.
type checker struct {
	path   string // of the segment that is read
	known  note.Verifiers
	origin string // "" is that of the first segment
	isPart bool   // earlier segments may be missing

	begun        bool
	first        int64 // leaf of the first segment
	tree         tree
	previous     tlog.Hash
	previousLine int
	isSigned     bool
	covered      int64
	last         string // note of the last checkpoint
	prefixes     []byte // of the leaves since then
	at           []int  // and their lines
	lastLine     int
	lastPath     string
	retired      int64
	checkpoints  int
	events       int64

	wanted  *Checkpoint // kept elsewhere
	matched bool
}

// mostPlaces is for how many lines without a checkpoint the very line that was
// changed can be told; the log signs far more often.
const mostPlaces = 1 << 20

func (c *checker) damage(line int, format string, args ...any) *Damage {
	return &Damage{c.path, line, fmt.Sprintf(format, args...)}
}

// line takes the next line of the segment.
func (c *checker) line(line []byte, number int) *Damage {
	defer func() { c.lastLine, c.lastPath = number, c.path }()
	switch {
	case number == 1:
		return c.begin(line)
	case bytes.HasPrefix(line, []byte(checkpointStart)):
		return c.checkpoint(line, number)
	}
	return c.leaf(line, number)
}

// begin takes the first line of a segment.
func (c *checker) begin(line []byte) *Damage {
	h, err := parseHeader(line)
	if err != nil {
		return c.damage(1, "%v", err)
	}
	if c.origin == "" {
		c.origin = h.log
	}
	switch {
	case h.log != c.origin:
		return c.damage(1, "the segment belongs to another log, %q", h.log)
	case !isOf(c.path, h.first):
		return c.damage(1, "the segment has another name than it was written with")
	}
	damage := c.follow(h)
	if !c.begun {
		damage = c.start(h)
	}
	c.previous, c.previousLine, c.isSigned = lineHash(line), 1, false
	return damage
}

// start takes the first segment that there is.
func (c *checker) start(h *header) *Damage {
	c.begun, c.first, c.tree = true, h.first, h.tree()
	c.covered, c.last = h.first, h.checkpoint
	switch {
	case !c.tree.isWhole():
		return c.damage(1, "the edge of the tree isn't whole")
	case h.first == 0 && h.checkpoint != "":
		return c.damage(1, "a checkpoint before the log's begin")
	case h.first == 0:
		return c.compare(1)
	}
	p, err := ParseCheckpoint(h.checkpoint, c.known)
	switch {
	case err != nil:
		return c.damage(1, "%v", err)
	case p.Origin != c.origin || p.Size != h.first || p.Root != c.tree.root():
		return c.damage(1, "the checkpoint doesn't fit the edge of the tree")
	}
	return c.compare(1)
}

// follow takes a segment after another.
func (c *checker) follow(h *header) *Damage {
	switch {
	case !c.begun:
		return nil
	case h.first > c.tree.size && c.covered == c.tree.size:
		return c.damage(1, "lines %d to %d of the log are missing before this segment", c.tree.size, h.first-1)
	case h.first != c.tree.size || c.covered != c.tree.size:
		return &Damage{c.lastPath, c.lastLine, "the end of the segment isn't what the next one goes on from"}
	case !slices.Equal(h.edge, c.tree.edge) || h.checkpoint != c.last:
		return c.damage(1, "the segment doesn't go on from the one before")
	}
	return nil
}

func (c *checker) leaf(line []byte, number int) *Damage {
	if err := checkLeaf(line); err != nil {
		return c.damage(number, "%v", err)
	}
	if bytes.HasPrefix(line, []byte(eventStart)) {
		c.events++
		if e, err := parseEvent(line); err == nil && e.Event == EventRetired {
			c.retired = max(c.retired, e.Count)
		}
	}
	hash := tlog.RecordHash(line)
	c.tree.add(hash)
	if len(c.at) < mostPlaces {
		c.at = append(c.at, number)
		c.prefixes = append(c.prefixes, hash[:prefixSize]...)
	}
	return c.compare(number)
}

// compare holds the tree against a checkpoint that was kept elsewhere.
func (c *checker) compare(number int) *Damage {
	if c.wanted == nil || c.wanted.Size != c.tree.size {
		return nil
	}
	c.matched = true
	if c.wanted.Root != c.tree.root() {
		return c.damage(number, "the log up to here isn't the one of the checkpoint that was kept")
	}
	return nil
}

func (c *checker) checkpoint(line []byte, number int) *Damage {
	text, prefixes, err := parseCheckpointLine(line)
	if err != nil {
		return c.damage(number, "%v", err)
	}
	p, err := ParseCheckpoint(text, c.known)
	switch {
	case err != nil:
		return c.damage(number, "%v", err)
	case p.Origin != c.origin:
		return c.damage(number, "the checkpoint is another log's, %q", p.Origin)
	case p.Size != c.tree.size || p.Root != c.tree.root():
		return c.locate(prefixes, number)
	case p.Previous != c.previous:
		return c.damage(c.previousLine, "this line was changed, or a checkpoint after it was removed")
	case len(c.at) < mostPlaces && !bytes.Equal(prefixes, c.prefixes):
		return c.damage(number, "the checkpoint's line was changed")
	}
	c.previous, c.previousLine, c.isSigned = lineHash(line), number, true
	c.covered, c.last, c.prefixes, c.at = p.Size, text, c.prefixes[:0], c.at[:0]
	c.checkpoints++
	return nil
}

// locate finds the first line that isn't what was signed.
func (c *checker) locate(signed []byte, number int) *Damage {
	for i, at := range c.at {
		have := c.prefixes[i*prefixSize : (i+1)*prefixSize]
		if len(signed) < prefixSize {
			return c.damage(at, "the line isn't one of those that were signed")
		}
		if !bytes.Equal(have, signed[:prefixSize]) {
			return c.damage(at, "the line isn't the one that was signed here: it was changed, moved, put in, or one before it removed")
		}
		signed = signed[prefixSize:]
	}
	if n := len(signed) / prefixSize; n > 0 {
		return c.damage(number, "%d lines before this one are missing", n)
	}
	return c.damage(number, "the checkpoint doesn't fit the lines before it")
}
