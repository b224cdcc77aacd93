package route

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"unicode/utf8"
)

// stringKind is what a string needs before it can be compared.
type stringKind uint8

const (
	hasEscape stringKind = 1 << iota
	hasWide              // characters outside ASCII

	plainString stringKind = 0
)

// str reads a string. Where it has characters outside ASCII, s.wide is how
// many bytes of them.
func (s *scanner) str() (kind stringKind, ok bool) {
	b, i := s.b, s.i+1
	s.wide = 0
	for {
		i = skipPlain(b, i)
		if i >= len(b) {
			s.i = len(b)
			return 0, s.fail("a string doesn't end")
		}
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			return kind, true
		case c == '\\':
			kind |= hasEscape
			if i+1 < len(b) && simpleEscape[b[i+1]] {
				i += 2
				continue
			}
			n := escapeLength(b[i:])
			if n == 0 {
				s.i = i
				return 0, s.fail("a string has an unknown escape")
			}
			i += n
		case c < ' ':
			s.i = i
			return 0, s.fail("a string has a control character")
		default:
			kind |= hasWide
			n := wideLength(b[i:])
			if n == 0 {
				s.i = i
				return 0, s.fail("a string isn't UTF-8")
			}
			s.wide += n
			i += n
		}
	}
}

// manyPlain is after how many plain bytes more are expected.
const manyPlain = 32

// specials has high bits set where one of the first eight bytes isn't plain, of
// which the lowest is right.
func specials(b []byte) uint64 {
	w := binary.LittleEndian.Uint64(b)
	quote, slash := w^('"'*each), w^('\\'*each)
	return (w | (w - ' '*each) | (quote - each) | (slash - each)) & high
}

const (
	each = 0x0101010101010101
	high = 0x8080808080808080
)

// skipPlain is the place of the first byte from i on that isn't plain: a
// quote, a backslash, a control character, or outside ASCII. It looks at eight
// bytes at once: a byte below n sets its high bit when n is taken away, and
// what is borrowed from higher bytes can't hide the first.
func skipPlain(b []byte, i int) int {
	for from := i; i+8 <= len(b); i += 8 {
		if special := specials(b[i:]); special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
		if i-from != manyPlain {
			continue
		}
		for i+40 <= len(b) && specials(b[i+8:])|specials(b[i+16:])|specials(b[i+24:])|specials(b[i+32:]) == 0 {
			i += 32
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			return i
		}
	}
	return i
}

// simpleEscape are the letters of the escapes of two bytes.
var simpleEscape = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}

// escapeLength is the length of the escape of a character's number at the
// start of b, or 0.
func escapeLength(b []byte) int {
	if len(b) >= 6 && b[1] == 'u' && isHex(b[2]) && isHex(b[3]) && isHex(b[4]) && isHex(b[5]) {
		return 6
	}
	return 0
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// wideLength is how many bytes at the start of b are whole characters outside
// ASCII; 0 if the first isn't valid.
func wideLength(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= utf8.RuneSelf {
		if n+3 <= len(b) && isCommonWide(b[n:n+3:n+3]) {
			n += 3
			continue
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return 0
		}
		n += size
	}
	return n
}

// isCommonWide says whether three bytes are a character of the blocks where
// every such three are one: most of Asia's letters, in U+1000 to U+CFFF.
func isCommonWide(b []byte) bool {
	return b[0]-0xe1 <= 0xec-0xe1 && b[1]&0xc0 == 0x80 && b[2]&0xc0 == 0x80
}

// unquote is the value of a string that was read by str. Halves of surrogate
// pairs become U+FFFD.
func unquote(quoted []byte) []byte {
	var v string
	if json.Unmarshal(quoted, &v) != nil {
		return nil
	}
	return []byte(v)
}

// number reads a number as RFC 8259 writes them.
func (s *scanner) number() bool {
	b, i := s.b, s.i
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case i < len(b) && isDigit(b[i]):
		i = digits(b, i)
	default:
		return s.fail("a value is missing or misspelt")
	}
	if i < len(b) && b[i] == '.' {
		end := digits(b, i+1)
		if end == i+1 {
			return s.fail("a number has no digits behind its point")
		}
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		end := digits(b, i)
		if end == i {
			return s.fail("a number has no exponent")
		}
		i = end
	}
	s.i = i
	return true
}

func digits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}
