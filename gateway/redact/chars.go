package redact

import "math"

// set is a set of bytes.
type set [4]uint64

func (s *set) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// setOf makes a set of single bytes and of ranges such as a-z; a minus is first
// or last.
func setOf(text string) set {
	var s set
	for i := 0; i < len(text); i++ {
		from, to := text[i], text[i]
		if i+2 < len(text) && text[i+1] == '-' {
			to = text[i+2]
			i += 2
		}
		for c := int(from); c <= int(to); c++ {
			s[c>>6] |= 1 << (c & 63)
		}
	}
	return s
}

var (
	wordBytes   = setOf("A-Za-z0-9_")
	hexBytes    = setOf("0-9a-fA-F")
	lowerHex    = setOf("0-9a-f")
	alnumBytes  = setOf("A-Za-z0-9")
	dashedBytes = setOf("A-Za-z0-9_-")
	dottedBytes = setOf("A-Za-z0-9_.=-")
	base64Bytes = setOf("A-Za-z0-9+/=")
)

func isDigit(c byte) bool { return c-'0' < 10 }
func isLetter(c byte) bool {
	return (c|0x20)-'a' < 26
}

// run is the end of the bytes of a set from i on, at most limit of them.
func (s *scan) run(i, limit int, of *set) int {
	end := min(len(s.b), i+limit)
	for i < end && of.has(s.b[i]) {
		i++
	}
	return i
}

// entropy is Shannon's, in bits per byte: how evenly the bytes of b are spread.
// Placeholders such as xxxxxxxx have little.
func entropy(b []byte) float64 {
	var n [256]uint16
	b = b[:min(len(b), 1024)]
	for _, c := range b {
		n[c]++
	}
	e := 0.0
	for _, k := range n {
		if k > 0 {
			p := float64(k) / float64(len(b))
			e -= p * math.Log2(p)
		}
	}
	return e
}
