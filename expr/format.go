package expr

import (
	"strconv"
	"strings"

	"palisade/arm"
)

// formatFunctions holds format: .NET composite formatting (Microsoft Learn,
// "Composite formatting") in the invariant culture.
func formatFunctions() []builtin {
	return []builtin{{name: "format", min: 1, max: -1, eval: format, partial: true, keeps: true}}
}

// maxAlignment is what .NET accepts.
const maxAlignment = 1_000_000

// formatPiece is text, or the item of an argument.
type formatPiece struct {
	text  string
	item  bool
	index int
	width int // negative for left-aligned
	spec  string
}

func format(c caller, args []arm.Value) arm.Value {
	pattern, ok := plain(args[0])
	if args[0].IsUnknown() {
		return c.unknown(args)
	}
	if !ok {
		return c.wrong(args, 0, "string")
	}
	pieces, problem := parseFormat(pattern)
	if problem != "" {
		return c.fail("%s in %q", problem, pattern)
	}
	var parts []arm.Value
	size := 0
	for _, p := range pieces {
		if !p.item {
			parts = append(parts, c.str(p.text))
			continue
		}
		if p.index >= len(args)-1 {
			return c.fail("there is no argument {%d} for %q", p.index, pattern)
		}
		shown, problem := c.formatItem(p, args[p.index+1])
		if problem != "" {
			return c.fail("%s", problem)
		}
		parts = append(parts, shown...)
		if size += knownSize(shown); size > MaxString {
			break
		}
	}
	return c.text(parts)
}

// formatItem is what an argument becomes.
func (c caller) formatItem(p formatPiece, v arm.Value) (parts []arm.Value, problem string) {
	parts = c.env.displayParts(v, c.at())
	if _, isNumber := v.Float(); isNumber && p.spec != "" {
		s, ok := formatNumber(v, p.spec)
		if !ok {
			return nil, "can't format a number as " + strconv.Quote(p.spec)
		}
		parts = []arm.Value{c.str(s)}
	}
	s, known := plainText(parts)
	switch {
	case known && p.width != 0:
		return []arm.Value{c.str(align(s, p.width))}, ""
	case !known && (p.width != 0 || p.spec != "") && !isText(v):
		item := "{0"
		if p.width != 0 {
			item += "," + strconv.Itoa(p.width)
		}
		if p.spec != "" {
			item += ":" + p.spec
		}
		return []arm.Value{c.unknown([]arm.Value{c.str(item + "}"), v})}, ""
	}
	return parts, ""
}

func align(s string, width int) string {
	n := width
	if n < 0 {
		n = -n
	}
	space := strings.Repeat(" ", max(n-textLength(s), 0))
	if width < 0 {
		return s + space
	}
	return space + s
}

// parseFormat takes a format string apart. Problem says what is wrong with it.
func parseFormat(s string) (pieces []formatPiece, problem string) {
	var text strings.Builder
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "{{"), strings.HasPrefix(s[i:], "}}"):
			text.WriteByte(s[i])
			i += 2
		case s[i] == '}':
			return nil, "unexpected }"
		case s[i] == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return nil, "a { isn't closed"
			}
			p, ok := parseItem(s[i+1 : i+end])
			if !ok {
				return nil, "can't read " + s[i:i+end+1]
			}
			pieces = append(pieces, formatPiece{text: text.String()}, p)
			text.Reset()
			i += end + 1
		default:
			text.WriteByte(s[i])
			i++
		}
	}
	return append(pieces, formatPiece{text: text.String()}), ""
}

// parseItem reads index[,width][:spec].
func parseItem(s string) (formatPiece, bool) {
	p := formatPiece{item: true}
	s, p.spec, _ = strings.Cut(s, ":")
	index, width, aligned := strings.Cut(s, ",")
	var err error
	if p.index, err = strconv.Atoi(strings.TrimRight(index, " ")); err != nil || p.index < 0 || index[0] == '+' {
		return p, false
	}
	if aligned {
		p.width, err = strconv.Atoi(strings.TrimSpace(width))
	}
	ok := err == nil && p.width <= maxAlignment && p.width >= -maxAlignment
	return p, ok && !strings.ContainsRune(p.spec, '{')
}
