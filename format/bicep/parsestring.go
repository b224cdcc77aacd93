package bicep

import (
	"strconv"
	"strings"
)

// str reads a string, with its holes.
func (p *parser) str() node {
	first := p.tok
	style := p.style(first)
	if p.is(stringWhole) {
		p.next()
		return &stringNode{place(first.off), p.content(first, style)}
	}
	n := &joinNode{place: place(first.off)}
	for p.is(stringLeft) || p.is(stringMiddle) {
		n.texts = append(n.texts, p.content(p.next(), style))
		n.holes = append(n.holes, p.expression())
		if !p.is(stringMiddle) && !p.is(stringRight) {
			p.expected(`"}" and the rest of the string`)
		}
	}
	if p.is(stringRight) {
		n.texts = append(n.texts, p.content(p.next(), style))
	} else {
		n.texts = append(n.texts, "")
	}
	return n
}

// stringStyle is how a string is written: plain, or with three quotes and a
// number of dollars before them.
type stringStyle struct {
	multiline bool
	dollars   int
}

func (p *parser) style(first token) stringStyle {
	text := p.textOf(first)
	dollars := 0
	for dollars < len(text) && text[dollars] == '$' {
		dollars++
	}
	return stringStyle{dollars > 0 || strings.HasPrefix(text, "'''"), dollars}
}

// content is the value of a piece of a string, without its delimiters.
func (p *parser) content(t token, s stringStyle) string {
	head, tail := 1, 1 // "}" and "'"
	if t.kind == stringWhole || t.kind == stringLeft {
		head = 1 + s.dollars
		if s.multiline {
			head += 2
		}
	}
	if t.kind == stringLeft || t.kind == stringMiddle {
		tail = 1 + max(s.dollars, 1) // "${"
	} else if s.multiline {
		tail = 3
	}
	text := p.text[int(t.off)+head : int(t.end)-tail]
	if !s.multiline {
		return p.unescape(text, t.off+int32(head))
	}
	if t.kind == stringWhole || t.kind == stringLeft {
		text = strings.TrimPrefix(text, "\r")
		text = strings.TrimPrefix(text, "\n")
	}
	return text
}

// unescape replaces the escapes of a plain string; off is where it starts.
func (p *parser) unescape(text string, off int32) string {
	i := strings.IndexByte(text, '\\')
	if i < 0 {
		return text
	}
	var b strings.Builder
	rest := text
	for ; i >= 0; i = strings.IndexByte(rest, '\\') {
		b.WriteString(rest[:i])
		value, size := escape(rest[i:])
		if size == 0 {
			p.fail(off+int32(len(text)-len(rest)+i),
				`unknown escape in the string, expected one of \n \r \t \\ \' \${ \u{…}`)
			value, size = `\`, 1
		}
		b.WriteString(value)
		rest = rest[i+size:]
	}
	b.WriteString(rest)
	return b.String()
}

// escape is the value of the escape that s starts with, and its length, which
// is 0 where it is none.
func escape(s string) (string, int) {
	if len(s) < 2 {
		return "", 0
	}
	switch s[1] {
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case '\\', '\'', '$':
		return s[1:2], 2
	case 'u':
		return codePoint(s)
	}
	return "", 0
}

// codePoint reads \u{1F600}.
func codePoint(s string) (string, int) {
	end := strings.IndexByte(s, '}')
	if end < 0 || s[2] != '{' {
		return "", 0
	}
	n, err := strconv.ParseUint(s[3:end], 16, 32)
	if err != nil || n > 0x10FFFF {
		return "", 0
	}
	return string(rune(n)), end + 1
}
