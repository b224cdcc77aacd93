package expr

import "palisade/arm"

// accessFunctions are the safe accesses that Bicep emits. A key is a name, an
// index, or {value, fromEnd} for an index from the end.
func accessFunctions() []builtin {
	return []builtin{
		{name: "tryGet", min: 2, max: -1, eval: tryGet, partial: true, keeps: true},
		{name: "tryIndexFromEnd", min: 2, max: -1, eval: tryIndexFromEnd, partial: true, keeps: true},
		{name: "indexFromEnd", min: 2, max: 2, eval: indexFromEnd, partial: true, keeps: true},
	}
}

// tryGet is the member or item of its first argument, or null where there is
// none. Further keys are followed from there and must exist unless it is null.
func tryGet(c caller, args []arm.Value) arm.Value {
	return c.follow(c.tryAt(args[0], args[1], false), args[2:])
}

func tryIndexFromEnd(c caller, args []arm.Value) arm.Value {
	return c.follow(c.tryAt(args[0], args[1], true), args[2:])
}

func indexFromEnd(c caller, args []arm.Value) arm.Value {
	return c.env.at(args[0], args[1], c.access(args[1], false, true))
}

func (c caller) access(key arm.Value, safe, fromEnd bool) *Index {
	return &Index{I: &Literal{key}, Safe: safe, FromEnd: fromEnd, At: c.at()}
}

// tryAt is null also for a value that has no members or items.
func (c caller) tryAt(x, key arm.Value, fromEnd bool) arm.Value {
	_, isObject := x.Object()
	_, isArray := x.Items()
	_, isName := key.Str()
	_, isIndex := key.Int()
	switch {
	case key.IsUnknown() && (isObject || isArray), x.IsUnknown():
	case !isName && !isIndex:
		return c.fail("key is %s, not string or int", key.Kind())
	case !isObject && !isArray, isObject && !isName, isArray && !isIndex:
		return arm.Null(c.at())
	}
	return c.env.at(x, key, c.access(key, true, fromEnd))
}

// follow goes on from v by keys, unless v is null.
func (c caller) follow(v arm.Value, keys []arm.Value) arm.Value {
	if len(keys) == 0 || v.IsNull() {
		return v
	}
	if u, ok := v.Unknown(); ok && u.Op == arm.OpIf {
		c.env = c.env.Quiet()
		return choiceOf(u.Args[0], c.follow(u.Args[1], keys), c.follow(u.Args[2], keys), u.Pos)
	}
	for _, key := range keys {
		fromEnd := false
		if o, ok := key.Object(); ok && o.Rest() == nil {
			fromEnd, _ = o.Get("fromEnd").Bool()
			key = o.Get("value")
		}
		v = c.env.at(v, key, c.access(key, false, fromEnd))
	}
	return v
}
