package armjson

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"palisade/arm"
)

// space steps over white space and comments.
func (r *reader) space() {
	for r.i < len(r.s) {
		switch c := r.s[r.i]; c {
		case ' ', '\n', '\r', '\t', '\v', '\f':
			r.i++
		case '/':
			r.comment()
		default:
			if c < utf8.RuneSelf || !r.wideSpace() {
				return
			}
		}
	}
}

// wideSpace steps over one of the spaces that come with text pasted from web
// pages; the reader of Resource Manager takes them for white space.
func (r *reader) wideSpace() bool {
	for _, s := range [...]string{"\u00A0", "\u2028", "\u2029", "\u3000"} {
		if strings.HasPrefix(r.s[r.i:], s) {
			r.i += len(s)
			return true
		}
	}
	return false
}

func (r *reader) comment() {
	rest := r.s[r.i:]
	switch {
	case strings.HasPrefix(rest, "//"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			r.i += n + 1
		} else {
			r.i = len(r.s)
		}
	case strings.HasPrefix(rest, "/*"):
		n := strings.Index(rest[2:], "*/")
		if n < 0 {
			r.fail(r.i, "comment is not closed with */")
			return
		}
		r.i += n + 4
	default:
		r.fail(r.i, "unexpected /")
	}
}

// name reads the name of a member, with or without quotes.
func (r *reader) name() string {
	if c := r.s[r.i]; c == '"' || c == '\'' {
		return r.quoted()
	}
	name := r.clean(r.letters())
	if name == "" {
		r.fail(r.i, "expected the name of a member, but found "+r.found())
	}
	return name
}

func (r *reader) letters() string {
	start := r.i
	for r.i < len(r.s) && isLetter(r.s[r.i]) {
		r.i++
	}
	return r.s[start:r.i]
}

func (r *reader) found() string {
	if r.i >= len(r.s) {
		return "the end of the file"
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.i:])
	return strconv.QuoteRune(c)
}

// quoted reads a string. Everything but its quote and backslashes stands for
// itself, line breaks included.
func (r *reader) quoted() string {
	start := r.i
	quote := r.s[start]
	for i := start + 1; i < len(r.s); i++ {
		switch r.s[i] {
		case quote:
			r.i = i + 1
			r.lastString = [2]int{start, r.i}
			return r.clean(r.s[start+1 : i])
		case '\\':
			return r.escaped(start, i)
		}
	}
	r.fail(start, "string is not closed")
	return ""
}

// clean replaces bytes that aren't UTF-8.
func (r *reader) clean(s string) string {
	if r.valid {
		return s
	}
	return string([]rune(s))
}

// escaped reads the string that opens at start, from its first backslash on.
func (r *reader) escaped(start, i int) string {
	quote := r.s[start]
	buf := append(make([]byte, 0, 2*(i-start)), r.s[start+1:i]...)
	for i < len(r.s) {
		switch c := r.s[i]; c {
		case quote:
			r.i = i + 1
			r.lastString = [2]int{start, r.i}
			return r.clean(string(buf))
		case '\\':
			c, size := r.escape(i)
			if size == 0 {
				return ""
			}
			buf = utf8.AppendRune(buf, c)
			i += size
		default:
			buf = append(buf, c)
			i++
		}
	}
	r.fail(start, "string is not closed")
	return ""
}

// escape decodes the escape at i; a size of 0 says that it is wrong.
func (r *reader) escape(i int) (c rune, size int) {
	if i+1 >= len(r.s) {
		r.fail(i, "file ends inside a string")
		return 0, 0
	}
	const names, meanings = `"\/'bfnrt`, "\"\\/'\b\f\n\r\t"
	if n := strings.IndexByte(names, r.s[i+1]); n >= 0 {
		return rune(meanings[n]), 2
	}
	if r.s[i+1] != 'u' {
		c, _ := utf8.DecodeRuneInString(r.s[i+1:])
		r.fail(i, fmt.Sprintf("wrong escape \\%c in a string", c))
		return 0, 0
	}
	c = r.hex(i)
	if c < 0 {
		r.fail(i, `wrong escape: \u needs four hexadecimal digits`)
		return 0, 0
	}
	if utf16.IsSurrogate(c) {
		if pair := utf16.DecodeRune(c, r.hex(i+6)); pair != utf8.RuneError {
			return pair, 12
		}
		return utf8.RuneError, 6
	}
	return c, 6
}

// hex reads \uXXXX at i, or answers -1.
func (r *reader) hex(i int) rune {
	if i+6 > len(r.s) || r.s[i] != '\\' || r.s[i+1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(r.s[i+2:i+6], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// number reads a number. Those that don't fit an int64 become floats. As with
// Resource Manager 0x starts a hexadecimal and 0 an octal number.
func (r *reader) number(at arm.Pos) arm.Value {
	start := r.i
	for r.i < len(r.s) && isNumeric(r.s[r.i]) {
		r.i++
	}
	s := r.s[start:r.i]
	if n, ok := integer(s); ok {
		return arm.Int(n, at)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && isDecimal(s) {
		return arm.Float(f, at)
	}
	r.fail(start, fmt.Sprintf("%s is not a number", brief(s)))
	return arm.Value{}
}

func integer(s string) (n int64, ok bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0' && isDigit(s[1]):
		s, base = s[1:], 8
	}
	n, err := strconv.ParseInt(s, base, 64)
	return n, err == nil && s[0] != '+'
}

// isDecimal leaves out what strconv takes for a float but JSON doesn't.
func isDecimal(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	leadingZero := len(digits) > 1 && digits[0] == '0' && isDigit(digits[1])
	return !leadingZero && !strings.ContainsAny(s, "xXpP_iInN")
}

// word reads true, false, null or a placeholder of azd.
func (r *reader) word(at arm.Pos) arm.Value {
	start := r.i
	if strings.HasPrefix(r.s[start:], "${") {
		return r.placeholder(at)
	}
	switch w := r.letters(); w {
	case "true":
		return arm.Bool(true, at)
	case "false":
		return arm.Bool(false, at)
	case "null", "undefined":
		return arm.Null(at)
	case "":
		r.fail(start, "expected a value, but found "+r.found())
	default:
		r.fail(start, fmt.Sprintf("unexpected %s: a string needs quotes", brief(w)))
	}
	return arm.Value{}
}

// placeholder reads ${NAME} or ${NAME=default} without quotes as a string: azd
// fills it in before the file is read as JSON.
func (r *reader) placeholder(at arm.Pos) arm.Value {
	start := r.i
	end := closingBrace(r.s, start+2)
	if end < 0 || variableName(r.s[start+2:end]) == "" {
		r.fail(start, "expected a value, but found '$'")
		return arm.Value{}
	}
	r.i = end + 1
	s := r.clean(r.s[start:r.i])
	r.warnings = append(r.warnings, arm.Diagnostic{Severity: arm.Warning, Pos: at,
		Message: brief(s) + " without quotes is JSON only after azd has filled it in"})
	return arm.String(s, at)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '_' || c == '$' || c >= utf8.RuneSelf
}

func isNumeric(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' || strings.IndexByte("xX+-.", c) >= 0
}
