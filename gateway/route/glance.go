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
	texts     int  // strings of text
	textAt    int  // where the last of them begins
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
				last = g.string(last, data, start, at, m)
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

// string looks at the string from start up to end, and returns it if it is a
// name.
func (g *glance) string(last, data []byte, start, end int, m Meter) []byte {
	s, rest := data[start:end], data[end+1:]
	if len(rest) > 0 && (rest[0] == ' ' || rest[0] == ':') {
		if after := skipSpace(rest); len(after) > 0 && after[0] == ':' {
			g.name(s, skipSpace(after[1:]))
			return s
		}
	}
	g.value(last, s, start, m)
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
func (g *glance) value(name, value []byte, start int, m Meter) {
	if isTextName(m, name) {
		g.text, g.texts, g.textAt = g.text+len(value), g.texts+1, start
	} else if string(value) == "content_filter" {
		g.found = true
	}
}

// likeness remembers the last event with one text, for most of a stream differ
// in nothing else: then what stands before and behind the text needs only to be
// compared.
type likeness struct {
	event      []byte
	head, tail []byte // of event; the one ends and the other begins with a quote
	seen       glance
}

// mostAlike is the longest event, in bytes, that is remembered.
const mostAlike = 4 << 10

func (l *likeness) glance(data []byte, m Meter) glance {
	if n, ok := l.text(data); ok {
		g := l.seen
		g.text = n
		return g
	}
	g := glanceAt(data, m)
	if g.texts == 1 && !g.usage && !g.found && len(data) <= mostAlike {
		l.event = append(l.event[:0], data...)
		l.head, l.tail, l.seen = l.event[:g.textAt], l.event[g.textAt+g.text:], g
	}
	return g
}

// text is how long the text of an event is that differs from the remembered one
// only in that: there is no quote between its quotes, and none of these is
// escaped.
func (l *likeness) text(data []byte) (n int, ok bool) {
	n = len(data) - len(l.head) - len(l.tail)
	if n < 0 || len(l.head) == 0 || !bytes.HasPrefix(data, l.head) || !bytes.HasSuffix(data, l.tail) {
		return 0, false
	}
	text := data[len(l.head) : len(l.head)+n]
	return n, bytes.IndexByte(text, '"') < 0 && !isEscaped(text)
}
