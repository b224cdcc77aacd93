package route

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// glance is what a quick look at an event says. It goes from quote to quote
// and doesn't follow how the document is nested: a look at the whole is for the
// few events of which it finds something.
type glance struct {
	usage     bool // an object is named usage
	found     bool // something is true, filtered, or an error
	noChoices bool // choices is an empty list
	text      int  // bytes of text, as JSON
}

// textNames are the names of a stream's text, by its meter.
func isTextName(m Meter, name []byte) bool {
	switch m {
	case ChatMeter:
		switch string(name) {
		case "content", "arguments", "reasoning_content", "refusal":
			return true
		}
	case CompletionsMeter:
		return string(name) == "text"
	case ResponsesMeter:
		return string(name) == "delta"
	case RunsMeter:
		return string(name) == "value" || string(name) == "arguments"
	}
	return false
}

func glanceAt(data []byte, m Meter) glance {
	var g glance
	var last []byte // the name before the string that is next
	start := -1     // of the string that is open
	for i := 0; i < len(data); i += 8 {
		for quotes := quotesIn(data, i); quotes != 0; quotes &= quotes - 1 {
			at := i + bits.TrailingZeros64(quotes)/8
			switch {
			case start < 0:
				start = at + 1
			case data[at-1] == '\\' && isEscaped(data[start:at]):
			default:
				last = g.string(last, data[start:at], data[at+1:], m)
				start = -1
			}
		}
	}
	return g
}

// quotesIn has the high bit of each of the eight bytes from i on that is a
// quote. Bytes behind the end count as none.
func quotesIn(data []byte, i int) uint64 {
	var w uint64
	if i+8 <= len(data) {
		w = binary.LittleEndian.Uint64(data[i:])
	} else {
		var tail [8]byte
		copy(tail[:], data[i:])
		w = binary.LittleEndian.Uint64(tail[:])
	}
	const low = ^uint64(high)
	w ^= '"' * each
	return ^((w&low + low) | w | low)
}

// isEscaped says whether what follows s is escaped: s ends in an odd number of
// backslashes.
func isEscaped(s []byte) bool {
	n := len(s)
	for n > 0 && s[n-1] == '\\' {
		n--
	}
	return (len(s)-n)%2 == 1
}

// string looks at a string, and returns it if it is a name.
func (g *glance) string(last, s, rest []byte, m Meter) []byte {
	if len(rest) > 0 && (rest[0] == ' ' || rest[0] == ':') {
		if after := skipSpace(rest); len(after) > 0 && after[0] == ':' {
			g.name(s, skipSpace(after[1:]))
			return s
		}
	}
	g.value(last, s, m)
	return nil
}

// name looks at a name and what stands behind it.
func (g *glance) name(name, rest []byte) {
	if len(rest) == 0 {
		return
	}
	switch rest[0] {
	case '{':
		g.usage = g.usage || string(name) == "usage"
		g.found = g.found || string(name) == "error"
	case 't':
		g.found = true
	case '[':
		if string(name) == "choices" {
			g.noChoices = bytes.HasPrefix(skipSpace(rest[1:]), []byte("]"))
		}
	}
}

// value looks at a string that has a name, or stands in a list.
func (g *glance) value(name, value []byte, m Meter) {
	if isTextName(m, name) {
		g.text += len(value)
	} else if string(value) == "content_filter" {
		g.found = true
	}
}
