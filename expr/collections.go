package expr

import (
	"unicode/utf16"
	"unicode/utf8"

	"palisade/arm"
)

// collectionFunctions are those that take strings as well as arrays or objects
// (Microsoft Learn, "Array functions" and "String functions for ARM
// templates").
func collectionFunctions() []builtin {
	return []builtin{
		{name: "concat", min: 1, max: -1, eval: concat, partial: true, keeps: true},
		{name: "empty", min: 1, max: 1, eval: empty, partial: true},
		{name: "length", min: 1, max: 1, eval: length, partial: true},
		{name: "first", min: 1, max: 1, eval: first, partial: true},
		{name: "last", min: 1, max: 1, eval: last, partial: true},
		{name: "take", min: 2, max: 2, eval: take, partial: true},
		{name: "skip", min: 2, max: 2, eval: skip, partial: true},
	}
}

// concat joins arrays, or else the texts of strings, numbers and bools.
func concat(c caller, args []arm.Value) arm.Value {
	isArray := func(v arm.Value) bool { _, ok := v.Items(); return ok || isArrayTerm(v) }
	for _, a := range args {
		if anyCase(a, false, isArray) {
			return c.concatArrays(args)
		}
	}
	known := false
	var parts []arm.Value
	for i, a := range args {
		switch a.Kind() {
		case arm.NullKind:
		case arm.ObjectKind:
			return c.wrong(args, i, "string or array")
		case arm.UnknownKind:
			known = known || isText(a)
			parts = append(parts, a)
		default:
			known = true
			parts = append(parts, arm.String(displayText(a), a.Pos()))
		}
	}
	switch {
	case known || len(parts) == 0:
		return c.text(parts)
	case len(parts) == 1:
		return parts[0]
	}
	return c.unknown(args)
}

// concatArrays puts arrays one after another. With one that is unknown the
// call remains, of which the known items can still be read.
func (c caller) concatArrays(args []arm.Value) arm.Value {
	if v, ok := c.byCase(args, caller.concatArrays); ok {
		return v
	}
	size := 1
	unknown := false
	for i, a := range args {
		if _, ok := a.Items(); !ok && !a.IsUnknown() {
			return c.wrong(args, i, "array")
		}
		size += a.Size()
		unknown = unknown || a.IsUnknown()
	}
	switch {
	case size > MaxSize:
		return c.fail("array is too large")
	case unknown:
		return c.unknown(args)
	}
	var all []arm.Value
	for _, a := range args {
		items, _ := a.Items()
		all = append(all, items...)
	}
	return c.array(all)
}

func empty(c caller, args []arm.Value) arm.Value {
	v := args[0]
	if o, ok := v.Object(); ok {
		if o.Len() > 0 || o.Rest() == nil {
			return c.bool(o.Len() == 0)
		}
		return c.unknown(args)
	}
	if items, ok := v.Items(); ok {
		return c.bool(len(items) == 0)
	}
	parts, ok := textOf(v)
	switch {
	case !ok:
		return c.wrong(args, 0, "string, array or object")
	case knownSize(parts) > 0 || hasItems(v):
		return c.bool(false)
	case len(parts) == 0 || !parts[0].IsUnknown():
		return c.bool(true)
	}
	return c.unknown(args)
}

func length(c caller, args []arm.Value) arm.Value {
	v := args[0]
	if items, ok := v.Items(); ok {
		return c.int(int64(len(items)))
	}
	if o, ok := v.Object(); ok && o.Rest() == nil {
		return c.int(int64(o.Len()))
	}
	if s, ok := plain(v); ok {
		return c.int(int64(textLength(s)))
	}
	if opaque(v) {
		return c.unknown(args)
	}
	return c.wrong(args, 0, "string, array or object")
}

func first(c caller, args []arm.Value) arm.Value {
	if items, ok := args[0].Items(); ok {
		if len(items) == 0 {
			return arm.Null(c.at())
		}
		return items[0]
	}
	if v, ok := itemOf(args[0], 0, false); ok {
		return v
	}
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string or array")
	}
	if s, known := plainText(parts); s != "" || known {
		return c.str(cut(s, 0, 1))
	}
	if s := knownStart(parts); s != "" {
		return c.str(cut(s, 0, 1))
	}
	return c.unknown(args)
}

func last(c caller, args []arm.Value) arm.Value {
	if items, ok := args[0].Items(); ok {
		if len(items) == 0 {
			return arm.Null(c.at())
		}
		return items[len(items)-1]
	}
	if v, ok := itemOf(args[0], 1, true); ok {
		return v
	}
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string or array")
	}
	s, known := plainText(parts)
	if !known {
		s = knownEnd(parts)
	}
	if n := textLength(s); n > 0 {
		return c.str(cut(s, n-1, n))
	}
	if known {
		return c.str("")
	}
	return c.unknown(args)
}

func take(c caller, args []arm.Value) arm.Value { return c.takeOrSkip(args, true) }

func skip(c caller, args []arm.Value) arm.Value { return c.takeOrSkip(args, false) }

func (c caller) takeOrSkip(args []arm.Value, take bool) arm.Value {
	count, ok := args[1].Int()
	switch {
	case args[1].IsUnknown():
		return c.unknown(args)
	case !ok:
		return c.wrong(args, 1, "int")
	}
	count = max(count, 0)
	if items, ok := args[0].Items(); ok {
		n := int(min(count, int64(len(items))))
		if take {
			return c.array(items[:n:n])
		}
		return c.array(items[n:])
	}
	parts, ok := textOf(args[0])
	switch {
	case !ok:
		return c.wrong(args, 0, "string or array")
	case !isText(args[0]) && args[0].IsUnknown():
		return c.unknown(args)
	}
	before, after := c.splitText(parts, count)
	if take {
		return c.text(before)
	}
	return c.text(after)
}

// splitText splits a text after count characters. What an unknown part keeps
// on a side is the term take or skip of it and of what follows it.
func (c caller) splitText(parts []arm.Value, count int64) (before, after []arm.Value) {
	s, rest := knownStart(parts), parts
	if len(parts) > 0 && !parts[0].IsUnknown() {
		rest = parts[1:]
	}
	if n := int64(textLength(s)); count <= n {
		k := int(count)
		return []arm.Value{c.str(cut(s, 0, k))}, append([]arm.Value{c.str(cut(s, k, int(n)))}, rest...)
	} else {
		count -= n
	}
	if len(rest) == 0 {
		return parts, nil
	}
	tail := rest[0]
	if len(rest) > 1 {
		tail = arm.Join(rest, c.at())
	}
	left := c.int(count)
	return []arm.Value{c.str(s), arm.Unk(arm.Call("take", c.at(), tail, left))},
		[]arm.Value{arm.Unk(arm.Call("skip", c.at(), tail, left))}
}

// textLength and cut count characters as .NET does: in units of UTF-16. What
// cut is asked for beyond the end is empty.
func textLength(s string) int {
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

func cut(s string, from, to int) string {
	if isASCII(s) {
		to = min(to, len(s))
		return s[min(from, to):to]
	}
	units := utf16.Encode([]rune(s))
	to = min(to, len(units))
	return string(utf16.Decode(units[min(from, to):to]))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
