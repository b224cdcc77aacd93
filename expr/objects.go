package expr

import (
	"sort"
	"strings"

	"palisade/arm"
)

// objectFunctions are those of Microsoft Learn, "Object functions for ARM
// templates", and the newer ones that Bicep emits.
func objectFunctions() []builtin {
	return []builtin{
		{name: "createObject", max: -1, eval: createObject, partial: true, keeps: true},
		{name: "items", min: 1, max: 1, eval: items},
		{name: "objectKeys", min: 1, max: 1, eval: objectKeys},
		{name: "shallowMerge", min: 1, max: 1, eval: shallowMerge},
	}
}

func createObject(c caller, args []arm.Value) arm.Value {
	if len(args)%2 != 0 {
		return c.fail("the last name has no value")
	}
	members := make([]arm.Member, 0, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		if _, ok := textOf(args[i]); !ok {
			return c.wrong(args, i, "string")
		}
		members = append(members, arm.Member{Name: args[i].Text(), Value: args[i+1], Pos: args[i].Pos()})
	}
	return c.object(members)
}

// object makes an object within the limits.
func (c caller) object(members []arm.Member) arm.Value {
	c.env.spend(len(members))
	v := arm.Obj(arm.NewObject(members), c.at())
	if v.Size() > MaxSize {
		return c.fail("object is too large")
	}
	return v
}

// items are the members in the order of their names, as objects with key and
// value.
func items(c caller, args []arm.Value) arm.Value {
	o, ok := args[0].Object()
	if !ok {
		return c.wrong(args, 0, "object")
	}
	var all []arm.Value
	for _, m := range byName(o) {
		entry := []arm.Member{{Name: "key", Value: nameValue(m), Pos: m.Pos}, {Name: "value", Value: m.Value, Pos: m.Pos}}
		all = append(all, arm.Obj(arm.NewObject(entry), m.Pos))
	}
	return c.array(all)
}

func objectKeys(c caller, args []arm.Value) arm.Value {
	o, ok := args[0].Object()
	if !ok {
		return c.wrong(args, 0, "object")
	}
	var keys []arm.Value
	for _, m := range byName(o) {
		keys = append(keys, nameValue(m))
	}
	return c.array(keys)
}

// byName are the members of o ordered by name without regard to case.
func byName(o *arm.Object) []arm.Member {
	members := append([]arm.Member(nil), o.Members()...)
	sort.SliceStable(members, func(i, j int) bool {
		return strings.ToUpper(members[i].Name) < strings.ToUpper(members[j].Name)
	})
	return members
}

// nameValue is the name of a member as a value. Unknown parts stand in names as
// their text in angle quotes; they become unknowns with that text again.
func nameValue(m arm.Member) arm.Value {
	var parts []arm.Value
	rest := m.Name
	for {
		before, after, found := strings.Cut(rest, "«")
		end := closingQuote(after)
		if !found || end < 0 {
			break
		}
		if before != "" {
			parts = append(parts, arm.String(before, m.Pos))
		}
		parts = append(parts, arm.Unk(arm.NotRead(after[:end], "the name of a member isn't known", m.Pos)))
		rest = after[end+len("»"):]
	}
	if len(parts) == 0 {
		return arm.String(m.Name, m.Pos)
	}
	if rest == "" && len(parts) == 1 {
		return parts[0]
	}
	return arm.Join(append(parts, arm.String(rest, m.Pos)), m.Pos)
}

// closingQuote is the place of the quote that closes the one before s, or -1.
func closingQuote(s string) int {
	depth := 1
	for i, r := range s {
		switch r {
		case '«':
			depth++
		case '»':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// shallowMerge merges the objects of an array; of members with the same name
// the last counts. Bicep makes it of the spread operator, with which null is
// nothing.
func shallowMerge(c caller, args []arm.Value) arm.Value {
	entries, ok := args[0].Items()
	if !ok {
		return c.wrong(args, 0, "array of objects")
	}
	return c.mergeObjects(entries)
}

// mergeObjects is shallowMerge of entries. Where one is unknown the call
// remains, with the entries as its arguments; memberOf looks into it.
func (c caller) mergeObjects(entries []arm.Value) arm.Value {
	if v, ok := c.byCase(entries, caller.mergeObjects); ok {
		return v
	}
	size := 0
	for i, entry := range entries {
		size += entry.Size()
		if _, ok := entry.Object(); !ok && !entry.IsUnknown() && !entry.IsNull() {
			return c.wrong(entries, i, "object")
		}
	}
	switch {
	case size > MaxSize:
		return c.fail("object is too large")
	case anyOpaque(entries):
		return c.unknown(entries)
	}
	var members []arm.Member
	for _, entry := range entries {
		if o, ok := entry.Object(); ok {
			members = append(members, o.Members()...)
		}
	}
	return c.object(members)
}

// unionOfObjects merges nested objects, too; other values replace what is there.
func (c caller) unionOfObjects(objects []arm.Value) arm.Value {
	merged, _ := objects[0].Object()
	for _, next := range objects[1:] {
		o, _ := next.Object()
		if c.env.spend(merged.Len() + o.Len()); merged.Len()+o.Len() > MaxSize {
			return c.fail("object is too large")
		}
		merged = c.merge(merged, o, 0)
	}
	v := arm.Obj(merged, c.at())
	if v.Size() > MaxSize {
		return c.fail("object is too large")
	}
	return v
}

func (c caller) merge(o, p *arm.Object, depth int) *arm.Object {
	members := append(make([]arm.Member, 0, o.Len()+p.Len()), o.Members()...)
	for _, m := range p.Members() {
		if old, ok := o.Lookup(m.Name); ok {
			m.Name = old.Name
			m.Value = c.mergeValues(old.Value, m.Value, depth)
		}
		members = append(members, m)
	}
	c.env.spend(len(members))
	return arm.NewObject(members)
}

func (c caller) mergeValues(old, value arm.Value, depth int) arm.Value {
	o, isObject := old.Object()
	p, isObject2 := value.Object()
	mergeable := (isObject || old.IsUnknown()) && (isObject2 || value.IsUnknown())
	switch {
	case !mergeable || isText(old) || isText(value) || depth > MaxDepth:
		return value
	case opaque(old) || opaque(value):
		c.name = "union"
		args := []arm.Value{old, value}
		if v, ok := c.byCase(args, union); ok {
			return v
		}
		return union(c, args)
	}
	return arm.Obj(c.merge(o, p, depth+1), value.Pos())
}

func (c caller) intersectionOfObjects(args []arm.Value) arm.Value {
	objects := make([]*arm.Object, len(args))
	for i, a := range args {
		o, ok := a.Object()
		if !ok {
			return c.wrong(args, i, "object")
		}
		objects[i] = o
	}
	compare := c.env.comparer()
	var common []arm.Member
	for _, m := range objects[0].Members() {
		everywhere := true
		for _, o := range objects[1:] {
			other, ok := o.Lookup(m.Name)
			everywhere = everywhere && ok && other.Name == m.Name && compare.same(m.Value, other.Value) == yes
		}
		if everywhere {
			common = append(common, m)
		}
	}
	c.env.spend(compare.looks)
	return c.object(common)
}
