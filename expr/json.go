package expr

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"palisade/arm"
)

// parseJSON reads a JSON text as Resource Manager does, which also accepts
// comments, trailing commas, single quotes and names without quotes. Problem
// says what is wrong with it.
func parseJSON(s string, at arm.Pos) (v arm.Value, problem string) {
	p := jsonParser{s: s, at: at}
	v = p.value(0)
	if p.space(); p.problem == "" && p.i < len(p.s) {
		p.fail("unexpected text after the value")
	}
	return v, p.problem
}

// jsonParser stands at the end of the text after an error, so that every loop
// ends; only the first error is kept.
type jsonParser struct {
	s       string
	i       int
	at      arm.Pos
	problem string
}

func (p *jsonParser) fail(message string) {
	if p.problem == "" {
		p.problem = message + " at character " + strconv.Itoa(p.i+1) + " of the JSON text"
	}
	p.i = len(p.s)
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		rest := p.s[p.i:]
		switch {
		case strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0:
			p.i++
		case strings.HasPrefix(rest, "//"):
			p.skipTo("\n", 2)
		case strings.HasPrefix(rest, "/*"):
			p.skipTo("*/", 2)
		default:
			return
		}
	}
}

func (p *jsonParser) skipTo(end string, from int) {
	n := strings.Index(p.s[p.i+from:], end)
	if n < 0 {
		p.i = len(p.s)
		return
	}
	p.i += from + n + len(end)
}

func (p *jsonParser) peek() byte {
	p.space()
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) accept(c byte) bool {
	if p.peek() == c && p.i < len(p.s) {
		p.i++
		return true
	}
	return false
}

func (p *jsonParser) value(depth int) arm.Value {
	switch c := p.peek(); {
	case depth > MaxDepth:
		p.fail("nested too deeply")
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"' || c == '\'':
		return arm.String(p.text(), p.at)
	default:
		return p.word()
	}
	return arm.Null(p.at)
}

func (p *jsonParser) object(depth int) arm.Value {
	p.i++
	var members []arm.Member
	for !p.accept('}') {
		name := p.name()
		if !p.accept(':') {
			p.fail("a name isn't followed by a colon")
			break
		}
		members = append(members, arm.Member{Name: name, Value: p.value(depth + 1), Pos: p.at})
		if !p.accept(',') && p.peek() != '}' {
			p.fail("an object isn't closed")
			break
		}
	}
	return arm.Obj(arm.NewObject(members), p.at)
}

func (p *jsonParser) array(depth int) arm.Value {
	p.i++
	var items []arm.Value
	for !p.accept(']') {
		items = append(items, p.value(depth+1))
		if !p.accept(',') && p.peek() != ']' {
			p.fail("an array isn't closed")
			break
		}
	}
	return arm.Array(items, p.at)
}

func (p *jsonParser) name() string {
	if c := p.peek(); c == '"' || c == '\'' {
		return p.text()
	}
	start := p.i
	for p.i < len(p.s) && isNameByte(p.s[p.i]) {
		p.i++
	}
	if p.i == start {
		p.fail("a name is missing")
		return ""
	}
	return p.s[start:p.i]
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || c >= utf8.RuneSelf || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// text reads a string with its quotes, single or double.
func (p *jsonParser) text() string {
	quote := p.s[p.i]
	p.i++
	var b strings.Builder
	for p.i < len(p.s) && p.s[p.i] != quote {
		if p.s[p.i] != '\\' {
			b.WriteByte(p.s[p.i])
			p.i++
			continue
		}
		b.WriteRune(p.escape())
	}
	if p.i >= len(p.s) {
		p.fail("a string isn't closed")
		return ""
	}
	p.i++
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

func (p *jsonParser) escape() rune {
	p.i++
	if p.i >= len(p.s) {
		return utf8.RuneError
	}
	c := p.s[p.i]
	p.i++
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case '"', '\'', '\\', '/':
		return rune(c)
	case 'u':
		return p.unicode()
	}
	p.fail("unknown escape")
	return utf8.RuneError
}

// unicode reads the four digits of an escape, and a second escape where the
// first is half of a pair.
func (p *jsonParser) unicode() rune {
	r, ok := p.hex()
	if !ok {
		p.fail("an escape isn't four hexadecimal digits")
		return utf8.RuneError
	}
	if utf16.IsSurrogate(r) && strings.HasPrefix(p.s[p.i:], `\u`) {
		back := p.i
		p.i += 2
		if low, ok := p.hex(); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return utf16.DecodeRune(r, low)
		}
		p.i = back
	}
	return r
}

func (p *jsonParser) hex() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+4], 16, 16)
	p.i += 4
	return rune(n), err == nil
}

// word reads a number, true, false or null.
func (p *jsonParser) word() arm.Value {
	start := p.i
	for p.i < len(p.s) && (isNameByte(p.s[p.i]) || strings.IndexByte("+-.", p.s[p.i]) >= 0) {
		p.i++
	}
	word := p.s[start:p.i]
	switch word {
	case "true", "false":
		return arm.Bool(word == "true", p.at)
	case "null":
		return arm.Null(p.at)
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil && word[0] != '+' {
		return arm.Int(n, p.at)
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.Trim(word, "+-.eE0123456789") != "" {
		p.i = start
		p.fail("a value is missing")
		return arm.Null(p.at)
	}
	return arm.Float(f, p.at)
}
