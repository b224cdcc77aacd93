package expr

import "palisade/arm"

// logicalFunctions are the logical functions (Microsoft Learn, "Logical functions for ARM templates")
// and coalesce, which evaluate no more than they need.
func logicalFunctions() []builtin {
	return []builtin{
		{name: "if", min: 3, max: 3, lazy: evalIf},
		{name: "and", min: 1, max: -1, lazy: func(e Env, n *Call) arm.Value { return e.junction(n, false) }},
		{name: "or", min: 1, max: -1, lazy: func(e Env, n *Call) arm.Value { return e.junction(n, true) }},
		{name: "not", min: 1, max: 1, eval: not},
		{name: "true", eval: func(c caller, _ []arm.Value) arm.Value { return arm.Bool(true, c.at()) }},
		{name: "false", eval: func(c caller, _ []arm.Value) arm.Value { return arm.Bool(false, c.at()) }},
		{name: "null", eval: func(c caller, _ []arm.Value) arm.Value { return arm.Null(c.at()) }},
		{name: "coalesce", min: 1, max: -1, lazy: coalesce},
	}
}

func evalIf(e Env, n *Call) arm.Value {
	return e.conditional(&If{n.Args[0], n.Args[1], n.Args[2], n.At})
}

// junction is and or or: it ends at the first argument that decides. One that
// is unknown doesn't, but a later one may.
func (e Env) junction(n *Call, decides bool) arm.Value {
	var unknown []arm.Value
	for _, arg := range n.Args {
		v := e.Eval(arg)
		b, ok := v.Bool()
		switch {
		case ok && b == decides:
			return arm.Bool(decides, n.At)
		case v.IsUnknown():
			unknown = append(unknown, v)
			e = e.Quiet()
		case !ok:
			return e.fail(arg.Pos(), "%s: argument is %s, not bool", n.Name, v.Kind())
		}
	}
	switch len(unknown) {
	case 0:
		return arm.Bool(!decides, n.At)
	case 1:
		return unknown[0]
	}
	return arm.Unk(arm.Call(n.Name, n.At, unknown...))
}

func not(c caller, args []arm.Value) arm.Value {
	b, ok := args[0].Bool()
	if !ok {
		return c.fail("argument is %s, not bool", args[0].Kind())
	}
	return arm.Bool(!b, c.at())
}

// coalesce is the first argument that isn't null. One that is unknown may be
// null, so what follows it counts, too.
func coalesce(e Env, n *Call) arm.Value {
	c := caller{e, n, "coalesce"}
	var args []arm.Value
	for _, arg := range n.Args {
		v := c.env.Eval(arg)
		if v.IsNull() {
			continue
		}
		args = append(args, v)
		if !nullable(v) {
			break
		}
		c.env = c.env.Quiet()
	}
	if v, ok := c.byCase(args, caller.firstNotNull); ok {
		return v
	}
	return c.firstNotNull(args)
}

func (c caller) firstNotNull(args []arm.Value) arm.Value {
	var maybe []arm.Value
	for _, v := range args {
		if v.IsNull() {
			continue
		}
		maybe = append(maybe, v)
		if !nullable(v) {
			break
		}
	}
	switch len(maybe) {
	case 0:
		return arm.Null(c.at())
	case 1:
		return maybe[0]
	}
	return c.unknown(maybe)
}

// nullable reports whether v may turn out to be null. Joined strings and the
// values of functions that make strings, arrays and objects can't.
func nullable(v arm.Value) bool {
	return anyCase(v, true, func(v arm.Value) bool {
		if v.IsNull() {
			return true
		}
		_, made := isCall(v, "concat", "format", "toLower", "toUpper", "trim", "replace", "substring", "split",
			"join", "string", "uniqueString", "guid", "union", "shallowMerge", "map", "filter", "equals", "contains",
			"empty", "length", "not", "and", "or")
		return v.IsUnknown() && !made && !isText(v)
	})
}
