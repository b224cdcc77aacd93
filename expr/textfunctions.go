package expr

import (
	"strings"
	"unicode"

	"palisade/arm"
)

// textFunctions are those of Microsoft Learn, "String functions for ARM
// templates", that make one string of another.
func textFunctions() []builtin {
	return []builtin{
		{name: "toLower", min: 1, max: 1, eval: toLower, partial: true},
		{name: "toUpper", min: 1, max: 1, eval: toUpper, partial: true},
		{name: "trim", min: 1, max: 1, eval: trim, partial: true},
		{name: "replace", min: 3, max: 3, eval: replace, partial: true},
		{name: "substring", min: 2, max: 3, eval: substring, partial: true},
		{name: "padLeft", min: 2, max: 3, eval: padLeft},
		{name: "split", min: 2, max: 2, eval: split, partial: true},
		{name: "join", min: 2, max: 2, eval: joinItems, partial: true},
		{name: "string", min: 1, max: 1, eval: toText, partial: true},
		{name: "fail", min: 1, max: 1, eval: raise, partial: true},
		{name: "any", min: 1, max: 1, eval: identity, partial: true, keeps: true},
	}
}

func toLower(c caller, args []arm.Value) arm.Value {
	return c.eachPart(args, strings.ToLower, "toLower", "guid", "uniqueString")
}

func toUpper(c caller, args []arm.Value) arm.Value {
	return c.eachPart(args, strings.ToUpper, "toUpper")
}

// eachPart changes the known parts of a string by f and puts the call around
// the unknown ones, but for terms of functions whose values f doesn't change.
func (c caller) eachPart(args []arm.Value, f func(string) string, unchanged ...string) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	out := make([]arm.Value, len(parts))
	for i, p := range parts {
		if s, known := p.Str(); known {
			out[i] = c.str(f(s))
		} else if _, ok := isCall(p, unchanged...); ok {
			out[i] = p
		} else {
			out[i] = c.unknown([]arm.Value{p})
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return c.text(out)
}

// trim cuts white space off the ends that are known.
func trim(c caller, args []arm.Value) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	if s, known := plainText(parts); known {
		return c.str(strings.TrimSpace(s))
	}
	start := strings.TrimLeftFunc(knownStart(parts), unicode.IsSpace)
	end := strings.TrimRightFunc(knownEnd(parts), unicode.IsSpace)
	if start == "" || end == "" {
		return c.unknown(args)
	}
	out := append([]arm.Value{c.str(start)}, parts[1:]...)
	out[len(out)-1] = c.str(end)
	return c.text(out)
}

// replace is case-sensitive. Where a match can't reach from a known part into
// an unknown one, known parts are replaced and unknown ones wrapped.
func replace(c caller, args []arm.Value) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	old, ok := plain(args[1])
	if args[1].IsUnknown() {
		return c.unknown(args)
	}
	if !ok {
		return c.wrong(args, 1, "string")
	}
	if old == "" {
		return c.fail("the text to replace is empty")
	}
	if _, ok := textOf(args[2]); !ok {
		return c.wrong(args, 2, "string")
	}
	if len(parts) > 1 && mayStraddle(parts, old) || len(parts) == 1 && parts[0].IsUnknown() {
		return c.unknown(args)
	}
	var out []arm.Value
	for _, p := range parts {
		s, known := p.Str()
		if !known {
			out = append(out, c.unknown([]arm.Value{p, args[1], args[2]}))
			continue
		}
		if c.replacedSize(s, old, args[2]) > MaxString {
			return c.fail("string is longer than %d bytes", MaxString)
		}
		for i, piece := range strings.Split(s, old) {
			if i > 0 && !args[2].IsNull() {
				out = append(out, args[2])
			}
			out = append(out, c.str(piece))
		}
	}
	return c.text(out)
}

func (c caller) replacedSize(s, old string, replacement arm.Value) int {
	c.env.spend(len(s) / 16)
	parts, _ := textOf(replacement)
	return len(s) + strings.Count(s, old)*(knownSize(parts)+1)
}

// mayStraddle reports whether old may match text that is partly known and
// partly not.
func mayStraddle(parts []arm.Value, old string) bool {
	for i, p := range parts {
		s, known := p.Str()
		if !known {
			continue
		}
		for n := 1; n < len(old); n++ {
			if i+1 < len(parts) && strings.HasSuffix(s, old[:n]) || i > 0 && strings.HasPrefix(s, old[n:]) {
				return true
			}
		}
		if i > 0 && i+1 < len(parts) && len(s) < len(old) && strings.Contains(old, s) {
			return true
		}
	}
	return false
}

func substring(c caller, args []arm.Value) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	if anyOpaque(args[1:]) || !isText(args[0]) && args[0].IsUnknown() {
		return c.unknown(args)
	}
	start, ok := args[1].Int()
	if !ok {
		return c.wrong(args, 1, "int")
	}
	count := int64(-1) // to the end
	if len(args) == 3 && !args[2].IsNull() {
		if count, ok = args[2].Int(); !ok {
			return c.wrong(args, 2, "int")
		}
		if count < 0 {
			return c.fail("length %d is negative", count)
		}
	}
	if s, known := plainText(parts); known {
		return c.substringOf(s, start, count)
	}
	if start < 0 {
		return c.fail("start %d is negative", start)
	}
	n := int64(textLength(knownStart(parts)))
	if start > n {
		return c.unknown(args)
	}
	_, after := c.splitText(parts, start)
	if count < 0 {
		return c.text(after)
	}
	before, _ := c.splitText(trimmed(after), count)
	return c.text(before)
}

// trimmed leaves out an empty first part, which says nothing.
func trimmed(parts []arm.Value) []arm.Value {
	if len(parts) > 1 && parts[0].Is("") {
		return parts[1:]
	}
	return parts
}

func (c caller) substringOf(s string, start, count int64) arm.Value {
	n := int64(textLength(s))
	if count < 0 {
		count = max(n-start, 0)
	}
	if start < 0 || start > n || count > n-start {
		return c.fail("characters %d to %d are outside of a string of %d", start, start+count, n)
	}
	return c.str(cut(s, int(start), int(start+count)))
}

func padLeft(c caller, args []arm.Value) arm.Value {
	s, ok := plain(args[0])
	if n, isInt := args[0].Int(); isInt {
		s, ok = arm.Int(n, c.at()).Text(), true
	}
	if !ok {
		return c.wrong(args, 0, "string or int")
	}
	width, ok := args[1].Int()
	if !ok {
		return c.wrong(args, 1, "int")
	}
	pad := " "
	if len(args) == 3 && !args[2].IsNull() {
		if pad, ok = args[2].Str(); !ok {
			return c.wrong(args, 2, "string")
		}
	}
	switch {
	case textLength(pad) != 1:
		return c.fail("the text to pad with has %d characters, not 1", textLength(pad))
	case width <= 0 || width > MaxString/4:
		return c.fail("can't pad to %d characters", width)
	}
	missing := max(width-int64(textLength(s)), 0)
	return c.str(strings.Repeat(pad, int(missing)) + s)
}

// split gives an array, or, where an unknown part may hold a delimiter, the
// call as a term, of which itemOf knows the items at the ends.
func split(c caller, args []arm.Value) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	if args[1].IsUnknown() {
		return c.unknown(args)
	}
	delimiters, ok := delimitersOf(args[1])
	if !ok {
		return c.wrong(args, 1, "string or array of strings")
	}
	c.env.spend(knownSize(parts) / 16)
	pieces, _, whole := splitParts(parts, delimiters)
	switch {
	case !whole:
		return c.unknown(args)
	case args[0].IsNull():
		return c.array(nil)
	case len(pieces) > MaxSize:
		return c.fail("array is too large")
	}
	items := make([]arm.Value, len(pieces))
	for i, piece := range pieces {
		items[i] = c.text(piece)
	}
	return c.array(items)
}

// delimitersOf returns the texts to split at: one, or those of an array. Null
// and an empty array stand for none.
func delimitersOf(v arm.Value) ([]string, bool) {
	if s, ok := plain(v); ok {
		return []string{s}, true
	}
	items, ok := v.Items()
	if !ok {
		return nil, false
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if texts[i], ok = plain(item); !ok {
			return nil, false
		}
	}
	return texts, true
}

// joinItems is the function join.
func joinItems(c caller, args []arm.Value) arm.Value {
	delimiter, ok := textOf(args[1])
	if !ok {
		return c.wrong(args, 1, "string")
	}
	items, ok := args[0].Items()
	switch {
	case args[0].IsUnknown():
		return c.unknown(args)
	case !ok:
		return c.wrong(args, 0, "array")
	}
	if knownSize(delimiter)*len(items) > MaxString || len(delimiter)*len(items) > MaxSize {
		return c.fail("string is longer than %d bytes", MaxString)
	}
	var parts []arm.Value
	for i, item := range items {
		if i > 0 {
			parts = append(parts, delimiter...)
		}
		switch item.Kind() {
		case arm.NullKind:
		case arm.UnknownKind:
			parts = append(parts, item)
		case arm.ArrayKind, arm.ObjectKind:
			return c.fail("item %d is %s, not string", i+1, item.Kind())
		default:
			parts = append(parts, arm.String(displayText(item), item.Pos()))
		}
	}
	return c.text(parts)
}

// toText is the function string: compact JSON of objects and arrays.
func toText(c caller, args []arm.Value) arm.Value {
	switch args[0].Kind() {
	case arm.UnknownKind:
		if isText(args[0]) {
			return args[0]
		}
		return c.unknown(args)
	case arm.ArrayKind, arm.ObjectKind:
		return c.text(c.env.jsonParts(args[0], c.at()))
	}
	return c.str(displayText(args[0]))
}

func raise(c caller, args []arm.Value) arm.Value {
	return c.fail("%s", args[0].Text())
}

func identity(_ caller, args []arm.Value) arm.Value { return args[0] }
