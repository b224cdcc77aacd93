package limit

import "unicode/utf8"

// shape is what a text is made of, as far as tokenizers care: they cut it into
// pieces (a word with the space before it, up to three digits, a run of
// punctuation, a run of white space) and each piece into tokens.
type shape struct {
	words   int // ASCII words; "camelCase" is two
	tails   int // letters of words beyond the fifth
	digits  int // groups of up to three digits
	breaks  int // spaces that aren't one space before a word, by runs
	marks   int // ASCII punctuation
	latin   int // letters of Latin scripts outside ASCII
	near    int // characters up to U+07FF of other scripts: Greek, Cyrillic, Hebrew, Arabic
	indic   int // U+0900 to U+1FFF: Hindi, Thai and others
	symbols int // U+2000 to U+2FFF: signs and arrows
	far     int // U+3000 and up: Chinese, Japanese, Korean
	astral  int // beyond U+FFFF: emoji, rare characters
	control int
	blobs   int // characters of runs of letters and digits longer than a word: keys, base64, hashes
}

// blob is the length from which a run of letters and digits isn't a word.
const blob = 30

// Classes of bytes.
const (
	isControl = iota
	isLower
	isUpper
	isDigit
	isSpace
	isMark
	isWide
)

// class is the class of a byte.
func class(b byte) uint8 { return classes[b] }

var classes = func() (t [256]uint8) {
	for b := range t {
		t[b] = classOf(byte(b))
	}
	return t
}()

func classOf(b byte) uint8 {
	switch {
	case b >= 'a' && b <= 'z':
		return isLower
	case b >= 'A' && b <= 'Z':
		return isUpper
	case b >= '0' && b <= '9':
		return isDigit
	case b == ' ' || b == '\n' || b == '\t' || b == '\r':
		return isSpace
	case b >= utf8.RuneSelf:
		return isWide
	case b > ' ' && b < 0x7f:
		return isMark
	}
	return isControl
}

// add adds a text to the shape. It reads the inside of a JSON string as it is
// written: an escape counts as the character that it stands for.
func (s *shape) add(text []byte) {
	for i := 0; i < len(text); {
		switch class(text[i]) {
		case isLower, isUpper, isDigit:
			i = s.run(text, i)
		case isSpace:
			i = s.space(text, i)
		case isWide:
			r, size := utf8.DecodeRune(text[i:])
			s.wide(r)
			i += size
		case isMark:
			i = s.mark(text, i)
		default:
			s.control++
			i++
		}
	}
}

// run reads a run of letters and digits, piece by piece.
func (s *shape) run(text []byte, i int) int {
	to := i
	for to < len(text) && class(text[to])-isLower <= isDigit-isLower {
		to++
	}
	if to-i > blob {
		s.blobs += to - i
		return to
	}
	for i < to {
		if class(text[i]) == isDigit {
			i = s.number(text, i)
		} else {
			i = s.word(text, i)
		}
	}
	return to
}

// word reads capitals and then small letters.
func (s *shape) word(text []byte, i int) int {
	from := i
	for i < len(text) && class(text[i]) == isUpper {
		i++
	}
	for i < len(text) && class(text[i]) == isLower {
		i++
	}
	s.words++
	s.tails += max(i-from-5, 0)
	return i
}

func (s *shape) number(text []byte, i int) int {
	from := i
	for i < len(text) && class(text[i]) == isDigit {
		i++
	}
	s.digits += (i - from + 2) / 3
	return i
}

// space reads a run of white space. A single space before a word is part of
// the word.
func (s *shape) space(text []byte, i int) int {
	from := i
	for i < len(text) && class(text[i]) == isSpace {
		i++
	}
	alone := i-from == 1 && text[from] == ' ' && i < len(text) && class(text[i]) != isDigit
	if !alone {
		s.breaks += 1 + (i-from)/16
	}
	return i
}

// mark reads one mark, or an escape.
func (s *shape) mark(text []byte, i int) int {
	if text[i] != '\\' || i+1 >= len(text) {
		s.marks++
		return i + 1
	}
	switch text[i+1] {
	case 'n', 't', 'r':
		s.breaks++
	case 'u':
		if i+6 <= len(text) {
			s.wide(unhex(text[i+2 : i+6]))
			return i + 6
		}
	default:
		s.marks++
	}
	return i + 2
}

// unhex reads four hexadecimal digits; others count as 0.
func unhex(digits []byte) (r rune) {
	for _, d := range digits {
		r <<= 4
		switch {
		case d >= '0' && d <= '9':
			r += rune(d - '0')
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			r += rune(d|0x20-'a') + 10
		}
	}
	return r
}

func (s *shape) wide(r rune) {
	switch {
	case r < 0x80:
		s.marks++
	case r < 0x250:
		s.latin++
	case r < 0x800:
		s.near++
	case r >= 0x1e00 && r < 0x1f00:
		s.latin++
	case r < 0x2000:
		s.indic++
	case r < 0x3000:
		s.symbols++
	case r >= 0xd800 && r < 0xdc00:
		s.astral++ // the first half of an escaped pair
	case r >= 0xdc00 && r < 0xe000:
	case r < 0xfe00 || r >= 0xff00 && r < 0xfff0:
		s.far++
	case r < 0x10000:
		s.symbols++
	default:
		s.astral++
	}
}
