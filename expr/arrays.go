package expr

import (
	"sort"
	"strings"

	"palisade/arm"
)

// arrayFunctions are those of Microsoft Learn, "Array functions for ARM
// templates", that make an array.
func arrayFunctions() []builtin {
	return []builtin{
		{name: "array", min: 1, max: 1, eval: toArray, partial: true},
		{name: "createArray", max: -1, eval: caller.arrayOf, partial: true, keeps: true},
		{name: "range", min: 2, max: 2, eval: numberRange},
		{name: "flatten", min: 1, max: 1, eval: flatten},
		{name: "distinct", min: 1, max: 1, eval: distinct},
		{name: "union", min: 1, max: -1, eval: union, partial: true},
		{name: "intersection", min: 1, max: -1, eval: intersection},
	}
}

// maxRange is the longest range that Resource Manager makes.
const maxRange = 10_000

func toArray(c caller, args []arm.Value) arm.Value {
	if _, ok := args[0].Items(); ok || isArrayTerm(args[0]) {
		return args[0]
	}
	if args[0].IsUnknown() && !isText(args[0]) {
		return c.unknown(args)
	}
	return c.array(args)
}

func (c caller) arrayOf(args []arm.Value) arm.Value { return c.array(args) }

func numberRange(c caller, args []arm.Value) arm.Value {
	start, ok := args[0].Int()
	if !ok {
		return c.wrong(args, 0, "int")
	}
	count, ok := args[1].Int()
	if !ok {
		return c.wrong(args, 1, "int")
	}
	const limit = 1 << 31
	if count < 0 || count > maxRange || start < -limit || start+count > limit {
		return c.fail("can't make %d numbers from %d; the limit is %d", count, start, maxRange)
	}
	items := make([]arm.Value, count)
	for i := range items {
		items[i] = c.int(start + int64(i))
	}
	return c.array(items)
}

// flatten puts the items of the items together.
func flatten(c caller, args []arm.Value) arm.Value {
	items, ok := args[0].Items()
	if !ok {
		return c.wrong(args, 0, "array of arrays")
	}
	for i, item := range items {
		if _, ok := item.Items(); !ok && !item.IsUnknown() {
			return c.fail("item %d is %s, not array", i+1, item.Kind())
		}
	}
	if len(items) == 0 {
		return c.array(nil)
	}
	c.name = "concat" // which it is, of the items
	return c.concatArrays(items)
}

func distinct(c caller, args []arm.Value) arm.Value {
	if _, ok := args[0].Items(); !ok {
		return c.wrong(args, 0, "array")
	}
	return c.unionOfArrays(args)
}

// union merges objects member by member, or arrays without what is there
// already. One argument alone, which Resource Manager refuses, is itself.
func union(c caller, args []arm.Value) arm.Value {
	kind := arm.NullKind
	for _, a := range args {
		if k := a.Kind(); k != arm.UnknownKind && kind == arm.NullKind {
			kind = k
		}
	}
	for i, a := range args {
		if k := a.Kind(); k != kind && k != arm.UnknownKind {
			return c.wrong(args, i, kind.String())
		}
	}
	switch {
	case kind != arm.ArrayKind && kind != arm.ObjectKind && !anyOpaque(args):
		return c.wrong(args, 0, "array or object")
	case anyOpaque(args):
		return c.unknown(args)
	case kind == arm.ArrayKind:
		return c.unionOfArrays(args)
	}
	return c.unionOfObjects(args)
}

// unionOfArrays keeps items that aren't known, also where they may turn out to
// be ones that are there already.
func (c caller) unionOfArrays(arrays []arm.Value) arm.Value {
	var all []arm.Value
	seen := map[string]bool{}
	for _, a := range arrays {
		if c.env.tooLong(a) {
			return c.fail("array is too large")
		}
		items, _ := a.Items()
		c.env.spend(len(items))
		for _, item := range items {
			key := identityKey(item)
			if u := unknownOf(item); !seen[key] || u != nil && fromError(u) {
				seen[key] = true
				all = append(all, item)
			}
		}
	}
	return c.array(all)
}

// intersection has the items, or the members with the same value, that are in
// every argument.
func intersection(c caller, args []arm.Value) arm.Value {
	if anyUnknown(args) {
		return c.unknown(args)
	}
	if _, ok := args[0].Object(); ok {
		return c.intersectionOfObjects(args)
	}
	count := map[string]int{}
	for i, a := range args {
		items, ok := a.Items()
		if !ok {
			return c.wrong(args, i, args[0].Kind().String())
		}
		if c.env.tooLong(a) {
			return c.fail("array is too large")
		}
		for _, item := range items {
			if key := identityKey(item); count[key] == i {
				count[key]++
			}
		}
	}
	var common []arm.Value
	items, _ := args[0].Items()
	for _, item := range items {
		if key := identityKey(item); count[key] == len(args) {
			count[key] = 0
			common = append(common, item)
		}
	}
	return c.array(common)
}

// identityKey is a text that two values share if they are the same: members of
// objects in any order.
func identityKey(v arm.Value) string {
	var b strings.Builder
	writeKey(&b, v)
	return b.String()
}

func writeKey(b *strings.Builder, v arm.Value) {
	if items, ok := v.Items(); ok {
		b.WriteByte('[')
		for _, item := range items {
			writeKey(b, item)
			b.WriteByte(',')
		}
		b.WriteByte(']')
		return
	}
	if o, ok := v.Object(); ok {
		writeObjectKey(b, o)
		return
	}
	if v.IsUnknown() {
		b.WriteByte('?')
	}
	b.WriteString(v.JSON())
}

func writeObjectKey(b *strings.Builder, o *arm.Object) {
	members := append([]arm.Member(nil), o.Members()...)
	sort.SliceStable(members, func(i, j int) bool { return members[i].Name < members[j].Name })
	b.WriteByte('{')
	for _, m := range members {
		b.WriteString(arm.String(m.Name, m.Pos).JSON())
		b.WriteByte(':')
		writeKey(b, m.Value)
		b.WriteByte(',')
	}
	if o.Rest() != nil {
		b.WriteString("?" + o.Rest().Text())
	}
	b.WriteByte('}')
}
