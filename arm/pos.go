package arm

import (
	"bytes"
	"fmt"
	"sort"
)

// File is one source text that positions point into. Only its name and the
// places of its line breaks are kept, not the text.
type File struct {
	Name  string
	lines []int32 // offset of the first byte of each line but the first
}

// NewFile records the line breaks of text, whose name is shown in positions.
func NewFile(name string, text []byte) *File {
	f := &File{Name: name, lines: make([]int32, 0, bytes.Count(text, []byte{'\n'}))}
	for i, c := range text {
		if c == '\n' {
			f.lines = append(f.lines, int32(i+1))
		}
	}
	return f
}

// Pos is a place in a file: a byte offset. The zero Pos is "no place".
type Pos struct {
	File   *File
	Offset int32
}

// At returns the position of the byte at offset, counted from 0.
func (f *File) At(offset int) Pos { return Pos{f, int32(offset)} }

// IsValid reports whether p points into a file.
func (p Pos) IsValid() bool { return p.File != nil }

// LineCol returns the line and the column, in bytes, both counted from 1.
func (p Pos) LineCol() (line, col int) {
	if p.File == nil {
		return 0, 0
	}
	n := sort.Search(len(p.File.lines), func(i int) bool { return p.File.lines[i] > p.Offset })
	start := int32(0)
	if n > 0 {
		start = p.File.lines[n-1]
	}
	return n + 1, int(p.Offset-start) + 1
}

// String is "file:line:col", or "-" for the zero Pos.
func (p Pos) String() string {
	if p.File == nil {
		return "-"
	}
	line, col := p.LineCol()
	return fmt.Sprintf("%s:%d:%d", p.File.Name, line, col)
}
