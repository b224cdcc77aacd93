package expr

import (
	"strings"
	"unicode"

	"palisade/arm"
)

// searchFunctions are those that look for one value in another (Microsoft
// Learn, "String functions" and "Array functions for ARM templates").
func searchFunctions() []builtin {
	return []builtin{
		{name: "contains", min: 2, max: 2, eval: contains, partial: true},
		{name: "startsWith", min: 2, max: 2, eval: startsWith, partial: true},
		{name: "endsWith", min: 2, max: 2, eval: endsWith, partial: true},
		{name: "indexOf", min: 2, max: 2, eval: indexOf, partial: true},
		{name: "lastIndexOf", min: 2, max: 2, eval: lastIndexOf, partial: true},
		{name: "like", min: 2, max: 2, eval: like},
	}
}

func contains(c caller, args []arm.Value) arm.Value {
	if items, ok := args[0].Items(); ok {
		compare := c.env.comparer()
		answer := compare.among(items, args[1])
		c.env.spend(compare.looks)
		return c.decided(answer, compare, args)
	}
	if o, ok := args[0].Object(); ok {
		return c.containsMember(o, args)
	}
	if u, ok := isCall(args[0], "concat", "union", "shallowMerge"); ok && surelyContains(c.env.comparer(), u, args[1]) {
		return c.bool(true)
	}
	if _, ok := textOf(args[1]); !ok && args[0].IsUnknown() {
		return c.unknown(args) // it may be an array
	}
	return c.search(args, containsText)
}

// among is whether one of items is v.
func (c *comparer) among(items []arm.Value, v arm.Value) verdict {
	answer := no
	for _, item := range items {
		switch c.same(item, v) {
		case yes:
			return yes
		case maybe:
			answer = maybe
		}
	}
	return answer
}

// surelyContains looks into the known parts of an unknown array or object.
func surelyContains(compare *comparer, u *arm.Unknown, v arm.Value) bool {
	if s, ok := v.Str(); ok && hasMember(arm.Unk(u), s) {
		return true
	}
	for _, a := range u.Args {
		if items, ok := a.Items(); ok && compare.among(items, v) == yes {
			return true
		}
		if inner, ok := isCall(a, "concat", "union"); ok && surelyContains(compare, inner, v) {
			return true
		}
	}
	return false
}

func (c caller) containsMember(o *arm.Object, args []arm.Value) arm.Value {
	if _, ok := textOf(args[1]); !ok {
		return c.wrong(args, 1, "string")
	}
	if _, ok := o.Lookup(args[1].Text()); ok {
		return c.bool(true)
	}
	if o.Rest() != nil || unknownNames(o) || args[1].IsUnknown() && o.Len() > 0 {
		return c.unknown(args)
	}
	return c.bool(false)
}

func startsWith(c caller, args []arm.Value) arm.Value {
	return c.search(args, func(parts, sought []arm.Value) verdict {
		return endMatches(fold(knownStart(parts)), fold(knownStart(sought)), parts, sought, strings.HasPrefix)
	})
}

func endsWith(c caller, args []arm.Value) arm.Value {
	return c.search(args, func(parts, sought []arm.Value) verdict {
		return endMatches(fold(knownEnd(parts)), fold(knownEnd(sought)), parts, sought, strings.HasSuffix)
	})
}

// endMatches decides from the known text at one end of a string and of what is
// sought there.
func endMatches(s, t string, parts, sought []arm.Value, matches func(s, end string) bool) verdict {
	_, whole := plainText(parts)
	_, allSought := plainText(sought)
	switch {
	case allSought && matches(s, t):
		return yes
	case whole && !matches(s, t), !matches(s, t) && !matches(t, s):
		return no
	}
	return maybe
}

// search asks a question about two strings, of which parts may be unknown.
func (c caller) search(args []arm.Value, ask func(parts, sought []arm.Value) verdict) arm.Value {
	parts, ok := textOf(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	sought, ok := textOf(args[1])
	if !ok {
		return c.wrong(args, 1, "string")
	}
	c.env.spend((knownSize(parts) + knownSize(sought)) / 16)
	compare := c.env.comparer()
	answer := ask(parts, sought)
	if answer == no {
		answer = ask(compare.loosen(parts, args[1].Text()), sought)
	}
	return c.decided(answer, compare, args)
}

// containsText is case-sensitive, unlike the other searches. An assumed part
// of a longer text, such as the subscription in an id, leaves nothing open.
func containsText(parts, sought []arm.Value) verdict {
	t, allSought := plainText(sought)
	if !allSought {
		return containsKnown(parts, sought)
	}
	if t == "" {
		return yes
	}
	answer := no
	for _, p := range parts {
		s, known := p.Str()
		switch {
		case known && strings.Contains(s, t):
			return yes
		case !known && (len(parts) == 1 || !isAssumed(p)):
			answer = maybe
		}
	}
	return answer
}

// containsKnown is no where a whole text lacks a known part of what is sought.
func containsKnown(parts, sought []arm.Value) verdict {
	s, whole := plainText(parts)
	for _, p := range sought {
		if t, known := p.Str(); known && whole && !strings.Contains(s, t) {
			return no
		}
	}
	return maybe
}

func fold(s string) string { return strings.Map(unicode.ToLower, s) }

func indexOf(c caller, args []arm.Value) arm.Value {
	if items, ok := args[0].Items(); ok {
		return c.position(args, items, func(i int) int { return i })
	}
	s, t, v, ok := c.texts(args)
	if !ok {
		return v
	}
	if i := strings.Index(s, t); i >= 0 {
		return c.int(int64(textLength(s[:i])))
	}
	if _, whole := plain(args[0]); whole {
		return c.int(-1)
	}
	return c.unknown(args)
}

func lastIndexOf(c caller, args []arm.Value) arm.Value {
	if items, ok := args[0].Items(); ok {
		return c.position(args, items, func(i int) int { return len(items) - 1 - i })
	}
	s, t, v, ok := c.texts(args)
	if _, whole := plain(args[0]); !whole && ok {
		return c.unknown(args)
	}
	if !ok {
		return v
	}
	i := strings.LastIndex(s, t)
	if i < 0 {
		return c.int(-1)
	}
	return c.int(int64(textLength(s[:i])))
}

// texts are the known start of the string and what is sought in it, without
// regard to case. Where they can't be had, v is the value of the call.
func (c caller) texts(args []arm.Value) (s, t string, v arm.Value, ok bool) {
	parts, isString := textOf(args[0])
	if !isString {
		return "", "", c.wrong(args, 0, "string or array"), false
	}
	sought, isString := textOf(args[1])
	if !isString {
		return "", "", c.wrong(args, 1, "string"), false
	}
	t, ok = plainText(sought)
	if !ok {
		return "", "", c.unknown(args), false
	}
	c.env.spend(knownSize(parts) / 16)
	return fold(knownStart(parts)), fold(t), arm.Value{}, true
}

// position is the place of args[1] among items, which are looked at in order.
func (c caller) position(args, items []arm.Value, order func(int) int) arm.Value {
	compare := c.env.comparer()
	for i := range items {
		k := order(i)
		switch compare.same(items[k], args[1]) {
		case yes:
			c.env.spend(compare.looks)
			return c.int(int64(k))
		case maybe:
			return c.decided(maybe, compare, args)
		}
	}
	c.env.spend(compare.looks)
	return c.int(-1)
}

// like matches a pattern in which * is any text, without regard to case.
func like(c caller, args []arm.Value) arm.Value {
	s, ok := plain(args[0])
	if !ok {
		return c.wrong(args, 0, "string")
	}
	pattern, ok := plain(args[1])
	if !ok {
		return c.wrong(args, 1, "string")
	}
	c.env.spend((len(s) + len(pattern)) / 16)
	var parts []arm.Value
	for i, text := range strings.Split(fold(pattern), "*") {
		if i > 0 {
			parts = append(parts, arm.Unk(arm.Call("any", c.at())))
		}
		if text != "" {
			parts = append(parts, arm.String(text, c.at()))
		}
	}
	if text, whole := plainText(parts); whole {
		return c.bool(text == fold(s))
	}
	return c.bool(fitsText(parts, fold(s)))
}
