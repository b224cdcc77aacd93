package armjson

import (
	"bytes"
	"strings"

	"palisade/arm"
)

// Indented is v as JSON for people: two spaces for each level, a line break at
// the end. Members stay in their order.
func Indented(v arm.Value) []byte {
	var b bytes.Buffer
	indent(&b, v, "\n")
	b.WriteByte('\n')
	return b.Bytes()
}

// indent writes v; margin is the line break that its last line starts with.
// It calls itself as deep as v is nested.
func indent(b *bytes.Buffer, v arm.Value, margin string) {
	inner := margin + "  "
	if items, ok := v.Items(); ok && len(items) > 0 {
		for i, item := range items {
			b.WriteString(opening(i, "[") + inner)
			indent(b, item, inner)
		}
		b.WriteString(margin + "]")
		return
	}
	if o, ok := v.Object(); ok && o.Len() > 0 {
		for i, m := range o.Members() {
			b.WriteString(opening(i, "{") + inner + arm.String(m.Name, arm.Pos{}).JSON() + ": ")
			indent(b, m.Value, inner)
		}
		b.WriteString(margin + "}")
		return
	}
	b.WriteString(strings.TrimSpace(v.JSON()))
}

func opening(i int, bracket string) string {
	if i == 0 {
		return bracket
	}
	return ","
}
