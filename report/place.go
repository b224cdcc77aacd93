package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"palisade/arm"
)

// path is a path as the report shows it: relative where it is below Dir, with
// forward slashes.
func (o Options) path(name string) string {
	if o.Dir != "" && filepath.IsAbs(name) {
		rel, err := filepath.Rel(o.Dir, name)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			name = rel
		}
	}
	return filepath.ToSlash(name)
}

// position is nil for no place.
func (o Options) position(p arm.Pos) *Position {
	if !p.IsValid() {
		return nil
	}
	line, column := p.LineCol()
	return &Position{File: o.path(p.File.Name), Line: line, Column: column}
}

// String is "file:line:column".
func (p *Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

func equalPositions(a, b *Position) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// sameLine reports whether two places are in the same line.
func sameLine(a, b *Position) bool {
	return a != nil && b != nil && a.File == b.File && a.Line == b.Line
}

// comparePositions orders by file, line and column; no place comes last.
func comparePositions(a, b *Position) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
