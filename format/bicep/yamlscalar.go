package bicep

import (
	"strconv"
	"strings"

	"palisade/arm"
)

// scalar is the value of a plain or quoted scalar.
func (y *yamlReader) scalar(s string, at arm.Pos) arm.Value {
	if s == "" {
		return arm.Null(at)
	}
	switch s[0] {
	case '"', '\'':
		if quotedEnd(s) != len(s) {
			y.fail("expected the end of the quoted text in its line")
			return arm.Value{}
		}
		return y.quoted(s, at)
	case '&', '*', '!', '@', '`', '%', '?':
		y.fail("anchors, aliases, tags and complex names aren't read")
		return arm.Value{}
	}
	return plain(s, at)
}

// plain is the value of a plain scalar by the core schema (YAML 1.2.2, 10.3.2).
func plain(s string, at arm.Pos) arm.Value {
	switch s {
	case "null", "Null", "NULL", "~":
		return arm.Null(at)
	case "true", "True", "TRUE":
		return arm.Bool(true, at)
	case "false", "False", "FALSE":
		return arm.Bool(false, at)
	}
	if strings.ContainsAny(s, "_xXpPnN") && !strings.HasPrefix(s, "0x") { // Go's own forms of numbers, NaN and Inf
		return arm.String(s, at)
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64); err == nil {
		return arm.Int(n, at)
	}
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		if n, err := strconv.ParseInt(hex, 16, 64); err == nil {
			return arm.Int(n, at)
		}
		return arm.String(s, at)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return arm.Float(f, at)
	}
	return arm.String(s, at)
}

// quotedEnd is the index after the closing quote of the text that s starts
// with, or -1.
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[0] == '"' && s[i] == '\\':
			i++
		case s[i] == s[0] && s[0] == '\'' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return -1
}

func (y *yamlReader) quoted(s string, at arm.Pos) arm.Value {
	inner := s[1 : len(s)-1]
	if s[0] == '\'' {
		return arm.String(strings.ReplaceAll(inner, "''", "'"), at)
	}
	unquoted, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(inner, `\/`, "/"), `\0`, `\x00`) + `"`)
	if err != nil {
		y.fail("an escape in the quoted text isn't read")
	}
	return arm.String(unquoted, at)
}

// blockScalar reads the text of | or >, whose sign the current line has.
func (y *yamlReader) blockScalar(outer int) arm.Value {
	at, sign := y.pos(), y.current()
	if strings.Trim(sign[1:], "+-") != "" {
		y.fail("the indentation of a block of text isn't read")
		return arm.Value{}
	}
	y.i++
	var lines []string
	indent := -1
	for ; y.i < len(y.lines); y.i++ {
		l := y.lines[y.i]
		empty := l.start == l.end && l.start == y.lineEnd(l.start)
		if !empty && l.indent <= outer {
			break
		}
		if !empty && indent < 0 {
			indent = l.indent
		}
		lines = append(lines, y.rawLine(l, indent))
	}
	return arm.String(foldBlock(lines, sign), at)
}

func (y *yamlReader) lineEnd(start int) int {
	if n := strings.IndexByte(y.text[start:], '\n'); n >= 0 {
		return start + n
	}
	return len(y.text)
}

// rawLine is a line with its comment, without the block's indentation.
func (y *yamlReader) rawLine(l yamlLine, indent int) string {
	s := strings.TrimSuffix(y.text[l.start:y.lineEnd(l.start)], "\r")
	if s != "" && l.indent > indent {
		s = strings.Repeat(" ", l.indent-indent) + s
	}
	return s
}

// foldBlock joins the lines of a block of text as its sign says.
func foldBlock(lines []string, sign string) string {
	last := len(lines)
	for last > 0 && lines[last-1] == "" {
		last--
	}
	separator := "\n"
	if sign[0] == '>' {
		separator = " "
	}
	var b strings.Builder
	for i, line := range lines[:last] {
		switch {
		case i == 0:
		case separator == " " && line == "":
			b.WriteByte('\n')
			continue
		case separator == " " && lines[i-1] == "":
		default:
			b.WriteString(separator)
		}
		b.WriteString(line)
	}
	switch {
	case strings.Contains(sign, "-"):
	case strings.Contains(sign, "+"):
		b.WriteString(strings.Repeat("\n", len(lines)-last+1))
	case last > 0:
		b.WriteByte('\n')
	}
	return b.String()
}
