package arm

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSON is v as compact JSON, members in their order. An unknown is written as
// a string that holds its text.
func (v Value) JSON() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v Value) write(b *strings.Builder) {
	switch x := v.x.(type) {
	case nil:
		b.WriteString("null")
	case string:
		writeString(b, x)
	case *list:
		b.WriteByte('[')
		for i, item := range x.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case *Object:
		b.WriteByte('{')
		for i, m := range x.members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, m.Name)
			b.WriteByte(':')
			m.Value.write(b)
		}
		b.WriteByte('}')
	case *Unknown:
		writeString(b, x.Text())
	default:
		b.WriteString(v.Text())
	}
}

func writeString(b *strings.Builder, s string) {
	b.WriteByte('"')
	start := 0
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		if c >= ' ' && c != '"' && c != '\\' {
			i += size
			continue
		}
		b.WriteString(s[start:i])
		b.WriteString(escape(c))
		i += size
		start = i
	}
	b.WriteString(s[start:])
	b.WriteByte('"')
}

func escape(c rune) string {
	switch c {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	return `\u00` + strconv.FormatInt(int64(c>>4), 16) + strconv.FormatInt(int64(c&15), 16)
}
