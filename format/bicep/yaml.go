package bicep

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// yamlDepth bounds how deep a YAML file may be nested.
const yamlDepth = 100

// readYAML reads a file for loadYamlContent: block and flow collections, plain,
// quoted and block scalars of YAML 1.2 with its core schema. Anchors, aliases,
// tags, several documents and scalars that go on in the next line without a
// sign are not read; they are an error.
func readYAML(file *arm.File, text string) (arm.Value, error) {
	y := &yamlReader{file: file, text: text}
	y.split()
	if len(y.lines) == 0 {
		return arm.Null(file.At(0)), nil
	}
	v := y.block(y.lines[0].indent)
	if y.err == nil && y.i < len(y.lines) {
		y.fail("unexpected indentation")
	}
	return v, y.err
}

// yamlReader goes through the lines that hold something. A line of which the
// start was read is shortened in place.
type yamlReader struct {
	file  *arm.File
	text  string
	lines []yamlLine
	i     int
	depth int
	err   error
}

// yamlLine is the line from start up to end, without its indentation, comment
// and trailing blanks.
type yamlLine struct {
	indent, start, end int
}

func (y *yamlReader) split() {
	for start := 0; start < len(y.text); {
		end := start + strings.IndexByte(y.text[start:], '\n')
		next := end + 1
		if end < start {
			end, next = len(y.text), len(y.text)
		}
		first := start
		for first < end && y.text[first] == ' ' {
			first++
		}
		l := yamlLine{first - start, first, y.contentEnd(first, end)}
		if s := y.text[l.start:l.end]; s != "" && s != "---" && !strings.HasPrefix(s, "%") || y.text[first:end] == "" {
			y.lines = append(y.lines, l)
		}
		start = next
	}
	y.dropEmpty()
}

// dropEmpty leaves out lines without content at the start; others may belong
// to a block scalar.
func (y *yamlReader) dropEmpty() {
	for len(y.lines) > 0 && y.lines[0].start == y.lines[0].end {
		y.lines = y.lines[1:]
	}
}

// contentEnd is where the content of a line ends: before its comment and the
// blanks at its end.
func (y *yamlReader) contentEnd(start, end int) int {
	quote := byte(0)
	for i := start; i < end; i++ {
		c := y.text[i]
		switch {
		case quote == '"' && c == '\\', quote == '\'' && c == quote && i+1 < end && y.text[i+1] == quote:
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'') && (i == start || strings.IndexByte(" [{,:-", y.text[i-1]) >= 0):
			quote = c
		case quote == 0 && c == '#' && (i == start || y.text[i-1] == ' ' || y.text[i-1] == '\t'):
			end = i
		}
	}
	for end > start && strings.IndexByte(" \t\r", y.text[end-1]) >= 0 {
		end--
	}
	return end
}

func (y *yamlReader) fail(message string) {
	if y.err != nil {
		return
	}
	line := 0
	if y.i < len(y.lines) {
		line, _ = y.file.At(y.lines[y.i].start).LineCol()
	}
	y.err = fmt.Errorf("line %d: %s", line, message)
}

// skipEmpty goes to the next line that has content.
func (y *yamlReader) skipEmpty() {
	for y.i < len(y.lines) && y.lines[y.i].start == y.lines[y.i].end {
		y.i++
	}
}

func (y *yamlReader) current() string {
	l := y.lines[y.i]
	return y.text[l.start:l.end]
}

// at reports whether the current line has content at that indentation.
func (y *yamlReader) at(indent int) bool {
	if y.err != nil {
		return false
	}
	y.skipEmpty()
	return y.i < len(y.lines) && y.lines[y.i].indent == indent
}

func (y *yamlReader) pos() arm.Pos { return y.file.At(y.lines[y.i].start) }

// block reads the value that starts in the current line, at that indentation.
func (y *yamlReader) block(indent int) arm.Value {
	y.depth++
	defer func() { y.depth-- }()
	if y.depth > yamlDepth {
		y.fail("nested too deeply")
		return arm.Value{}
	}
	s := y.current()
	switch {
	case s == "-" || strings.HasPrefix(s, "- "):
		return y.sequence(indent)
	case keyEnd(s) >= 0:
		return y.mapping(indent)
	}
	return y.inline(indent)
}

func (y *yamlReader) sequence(indent int) arm.Value {
	at := y.pos()
	var items []arm.Value
	for y.at(indent) {
		s := y.current()
		if s != "-" && !strings.HasPrefix(s, "- ") {
			break
		}
		items = append(items, y.rest(indent, 1, indent+1))
	}
	return arm.Array(items, at)
}

func (y *yamlReader) mapping(indent int) arm.Value {
	at := y.pos()
	var members []arm.Member
	for y.at(indent) {
		s, pos := y.current(), y.pos()
		end := keyEnd(s)
		if end < 0 {
			y.fail("expected a name and a colon")
			break
		}
		members = append(members, arm.Member{Name: y.key(s[:end]), Pos: pos})
		// A list may stand below its name without indentation.
		members[len(members)-1].Value = y.rest(indent, end+1, indent)
	}
	return arm.Obj(arm.NewObject(members), at)
}

func (y *yamlReader) key(s string) string {
	v := y.scalar(strings.TrimRight(s, " \t"), arm.Pos{})
	return v.Text()
}

// rest reads the value after the first used bytes of the current line, there
// or in the lines below, if these are indented by more than outer; by just as
// much, if they are a list and least allows it.
func (y *yamlReader) rest(outer, used, least int) arm.Value {
	l := &y.lines[y.i]
	after := y.text[l.start+used : l.end]
	trimmed := strings.TrimLeft(after, " \t")
	if trimmed != "" {
		l.indent += used + len(after) - len(trimmed)
		l.start = l.end - len(trimmed)
		if trimmed[0] == '|' || trimmed[0] == '>' {
			return y.blockScalar(outer)
		}
		if used == 1 { // after "- "
			return y.block(l.indent)
		}
		return y.inline(outer)
	}
	at := y.pos()
	y.i++
	y.skipEmpty()
	if y.err != nil || y.i >= len(y.lines) {
		return arm.Null(at)
	}
	next := y.lines[y.i].indent
	isList := y.current() == "-" || strings.HasPrefix(y.current(), "- ")
	if next > outer || next == outer && least == outer && isList {
		return y.block(next)
	}
	return arm.Null(at)
}

// inline reads a scalar or a flow collection, which may go on in further lines.
func (y *yamlReader) inline(outer int) arm.Value {
	at, s := y.pos(), y.current()
	if s[0] == '[' || s[0] == '{' {
		return y.flow(at)
	}
	v := y.scalar(s, at)
	y.i++
	y.skipEmpty()
	if y.err == nil && y.i < len(y.lines) && y.lines[y.i].indent > outer {
		y.fail("a value that goes on in the next line isn't read")
	}
	return v
}

// keyEnd is the index of the colon after the name that s starts with, or -1.
func keyEnd(s string) int {
	if s == "" || s[0] == '[' || s[0] == '{' {
		return -1
	}
	start := 0
	if s[0] == '"' || s[0] == '\'' {
		end := quotedEnd(s)
		if end < 0 {
			return -1
		}
		start = end
	}
	for i := start; i < len(s); i++ {
		if s[i] == ':' && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\t') {
			return i
		}
	}
	return -1
}
