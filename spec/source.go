package spec

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxSize is the most text that is read, in bytes. Hundreds of teams fit well
// into it.
const maxSize = 4 << 20

// source is one text and the places of its line breaks.
type source struct {
	name  string
	text  []byte
	lines []int // offset of the first byte of each line, as YAML counts lines
	feeds []int // the same, as editors and other tools do: by line feeds alone

	line, column, offset int // the last place that was asked for
}

func newSource(name string, text []byte) *source {
	s := &source{name: name, text: text, lines: []int{0}, feeds: []int{0}}
	for i := 0; i < len(text); {
		n := lineBreak(text[i:])
		if n > 0 {
			s.lines = append(s.lines, i+n)
		}
		if text[i] == '\n' || n == 2 && text[i] == '\r' {
			s.feeds = append(s.feeds, i+n)
		}
		i += max(n, 1)
	}
	return s
}

// lineBreak is the length of the line break that text begins with, or 0. YAML
// knows more of them than other formats do.
func lineBreak(text []byte) int {
	switch text[0] {
	case '\n':
		return 1
	case '\r':
		if len(text) > 1 && text[1] == '\n' {
			return 2
		}
		return 1
	case 0xc2, 0xe2:
		r, n := utf8.DecodeRune(text)
		if r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return n
		}
	}
	return 0
}

// at is the place of what the YAML library says is at a line and column, the
// column in characters. Places are asked for in the order of the text, mostly,
// so it goes on from the last one: a long line isn't read again and again.
func (s *source) at(line, column int) Pos {
	if line < 1 || line > len(s.lines) {
		return s.pos(len(s.text))
	}
	if s.line != line || s.column > column {
		s.line, s.column, s.offset = line, 1, s.lines[line-1]
		if line == 1 && bytes.HasPrefix(s.text, []byte(byteOrderMark)) {
			s.offset += len(byteOrderMark)
		}
	}
	for ; s.column < column; s.column++ {
		_, n := utf8.DecodeRune(s.text[s.offset:])
		s.offset += n
	}
	return s.pos(s.offset)
}

const byteOrderMark = "\ufeff"

func (s *source) pos(offset int) Pos {
	line := searchLast(s.feeds, offset)
	return Pos{File: s.name, Line: line + 1, Col: offset - s.feeds[line] + 1, Offset: offset}
}

// searchLast is the index of the last line that begins at or before offset.
func searchLast(lines []int, offset int) int {
	low, high := 0, len(lines)
	for high-low > 1 {
		if middle := (low + high) / 2; lines[middle] <= offset {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// node parses the text to its root node, or says why it can't.
func (s *source) node() (*yaml.Node, *Problem) {
	switch {
	case len(s.text) > maxSize:
		return nil, &Problem{Pos: s.pos(0), Message: "the file is larger than 4 MiB"}
	case !utf8.Valid(s.text):
		return nil, &Problem{Pos: s.pos(invalidAt(s.text)), Message: "not UTF-8 text"}
	}
	d := yaml.NewDecoder(bytes.NewReader(s.text))
	var doc, next yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, &Problem{Pos: s.pos(0), Message: "the file is empty"}
	} else if err != nil {
		return nil, s.syntax(err)
	}
	if err := d.Decode(&next); err == nil {
		return nil, &Problem{Pos: s.at(next.Line, next.Column), Message: "a second document; one file is one deployment"}
	} else if !errors.Is(err, io.EOF) {
		return nil, s.syntax(err)
	}
	return doc.Content[0], nil
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

var (
	yamlLine   = regexp.MustCompile(`^yaml: line ([0-9]+): `)
	yamlAnchor = regexp.MustCompile(`^yaml: unknown anchor '([^']*)' referenced`)
)

// syntax turns an error of the YAML library into a problem. The library tells
// the line only, and for an anchor not even that.
func (s *source) syntax(err error) *Problem {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	if m := yamlAnchor.FindStringSubmatch(text); m != nil {
		return &Problem{Pos: s.pos(max(0, bytes.Index(s.text, []byte("*"+m[1])))), Message: noAliases, Hint: writeItOut}
	}
	line, message := 0, strings.TrimPrefix(text, "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = text[len(m[0]):]
	}
	if strings.HasPrefix(message, "did not find expected") {
		line++ // the library counts these from 0
	}
	return &Problem{Pos: s.indented(max(1, line)), Message: "not YAML: " + message}
}

// indented is where the text of a line begins.
func (s *source) indented(line int) Pos {
	if line < 1 || line > len(s.lines) {
		return s.pos(len(s.text))
	}
	offset := s.lines[line-1]
	for offset < len(s.text) && (s.text[offset] == ' ' || s.text[offset] == '\t') {
		offset++
	}
	return s.pos(offset)
}

const (
	noAliases  = "anchors and aliases aren't supported"
	writeItOut = "write the value out where it is used"
)
