package spec

import (
	"fmt"
	"strings"
)

// Pos is a place in a file. Line and Col count from 1, Col and Offset in
// bytes. The zero Pos is "no place".
type Pos struct {
	File      string
	Line, Col int
	Offset    int
}

// IsValid reports whether p points into a file.
func (p Pos) IsValid() bool { return p.Line > 0 }

// String is "file:line:col", or "-" for the zero Pos.
func (p Pos) String() string {
	if !p.IsValid() {
		return "-"
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Problem is one thing wrong with the file. No problem ever repeats what is
// written where a secret might stand.
type Problem struct {
	Pos     Pos
	Message string
	Hint    string // what to do about it, or ""
}

// String is "file:line:col: message (hint)".
func (p Problem) String() string {
	s := p.Pos.String() + ": " + p.Message
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// place is where a key and its value are written; for an item of a list, and
// for the file itself, both are the value's.
type place struct{ key, value Pos }

// places holds the place of each node that is written in the file.
type places map[string]place

// path names a node: keys, names, and positions in lists counted from 0.
type path []string

func (p path) with(step string) path { return append(p[:len(p):len(p)], step) }
func (p path) key() string           { return strings.Join(p, "\x00") }
func (p path) String() string        { return strings.Join(p, ".") }

// last is the key for a message; an item of a list goes by the list's key.
func (p path) last() string {
	for i := len(p) - 1; i >= 0; i-- {
		if !isDigits(p[i]) {
			return p[i]
		}
	}
	return "the file"
}

// At returns where the node at a path is written: its key, or the item of a
// list. What isn't written has the place of the nearest section around it:
// At("models", "gpt-4o", "filter", "level") may be the place of gpt-4o.
func (s *Spec) At(path ...string) Pos {
	p, _ := s.nearest(path)
	return p.key
}

// Written reports whether the file itself has a value at the path, as opposed
// to a default.
func (s *Spec) Written(path ...string) bool {
	_, ok := s.places[keyOf(path)]
	return ok
}

func keyOf(p path) string { return p.key() }

func (s *Spec) nearest(p path) (found place, exact bool) {
	for n := len(p); n >= 0; n-- {
		if found, ok := s.places[p[:n].key()]; ok {
			return found, n == len(p)
		}
	}
	return place{}, false
}
