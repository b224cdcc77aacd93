package expr

import (
	"sort"

	"palisade/arm"
)

// lambdaFunctions are those of Microsoft Learn, "Lambda functions for ARM
// templates", and the newer ones that Bicep emits.
func lambdaFunctions() []builtin {
	return []builtin{
		{name: "filter", min: 2, max: 2, lazy: overArray("filter", filterItems)},
		{name: "map", min: 2, max: 2, lazy: overArray("map", mapItems)},
		{name: "sort", min: 2, max: 2, lazy: overArray("sort", sortItems)},
		{name: "reduce", min: 3, max: 3, lazy: overArray("reduce", reduceItems)},
		{name: "toObject", min: 2, max: 3, lazy: overArray("toObject", objectOfItems)},
		{name: "groupBy", min: 2, max: 3, lazy: overArray("groupBy", groupItems)},
		{name: "mapValues", min: 2, max: 2, lazy: mapValues},
	}
}

// overArray makes a function of what it does with the items of its first
// argument. Of an array that isn't known it is the term whose arguments are
// what the lambdas make of each item, whichever that is.
func overArray(name string, f func(caller, []arm.Value) arm.Value) func(Env, *Call) arm.Value {
	return func(e Env, n *Call) arm.Value {
		return caller{e, n, name}.overItems(e.Eval(n.Args[0]), f)
	}
}

func (c caller) overItems(array arm.Value, f func(caller, []arm.Value) arm.Value) arm.Value {
	each := func(c caller, args []arm.Value) arm.Value {
		items, ok := args[0].Items()
		switch {
		case args[0].IsUnknown():
			return c.ofEach(args[0])
		case !ok:
			return c.wrong(args, 0, "array")
		case len(items) > MaxTurns:
			return c.fail("array of %d items; the limit is %d", len(items), MaxTurns)
		}
		return f(c, items)
	}
	args := []arm.Value{array}
	if v, ok := c.byCase(args, each); ok {
		return v
	}
	return each(c, args)
}

// ofEach is the call over something unknown.
func (c caller) ofEach(array arm.Value) arm.Value {
	item := arm.Unk(arm.Call("each", c.at(), array))
	index := arm.Unk(arm.Call("eachIndex", c.at(), array))
	args := []arm.Value{array}
	c.env = c.env.Quiet()
	for i, arg := range c.n.Args[1:] {
		l, ok := arg.(*Lambda)
		switch {
		case !ok:
			args = append(args, c.env.Eval(arg))
		case c.name == "sort":
			args = append(args, c.turn(l, item, arm.Unk(arm.Call("other", c.at(), array))))
		case c.name == "reduce":
			args = append(args, c.turn(l, arm.Unk(arm.Call("current", c.at(), array)), item, index))
		case i < 2:
			args = append(args, c.turn(l, item, index))
		}
	}
	return c.unknown(args)
}

// lambda is the argument i, which must be a lambda of at most max parameters.
func (c caller) lambda(i, max int) (*Lambda, bool) {
	if i >= len(c.n.Args) {
		return nil, false
	}
	l, ok := c.n.Args[i].(*Lambda)
	return l, ok && len(l.Params) <= max
}

func (c caller) badLambda(i int) arm.Value {
	return c.fail("argument %d isn't a lambda with the right number of parameters", i+1)
}

// turn evaluates a lambda with values for its parameters.
func (c caller) turn(l *Lambda, values ...arm.Value) arm.Value {
	e := c.env
	for i, name := range l.Params {
		if i < len(values) {
			e = e.With(name, values[i])
		}
	}
	return e.Eval(l.Body)
}

func (c caller) indexOf(i int) arm.Value { return c.int(int64(i)) }

// filterItems keeps the items for which the predicate is true. Where it isn't
// known, the item may or may not be there.
func filterItems(c caller, items []arm.Value) arm.Value {
	l, ok := c.lambda(1, 2)
	if !ok {
		return c.badLambda(1)
	}
	var f filter
	for i, item := range items {
		keep := c.turn(l, item, c.indexOf(i))
		if b, ok := keep.Bool(); ok && b {
			f.keep(item)
		} else if keep.IsUnknown() {
			f.maybe(keep, item)
		} else if !ok {
			return c.fail("the predicate gives %s, not bool", keep.Kind())
		}
	}
	return c.filtered(f)
}

// filter collects the items that stay, and those that may, in order.
type filter struct {
	segments []arm.Value // arrays, or choices between one item and none
	open     []arm.Value // sure items after the last segment
}

func (f *filter) keep(item arm.Value) { f.open = append(f.open, item) }

func (f *filter) maybe(condition, item arm.Value) {
	f.close(item.Pos())
	condition, negated := plainCondition(condition)
	with, without := arm.Array([]arm.Value{item}, item.Pos()), arm.Array(nil, item.Pos())
	if negated {
		with, without = without, with
	}
	f.segments = append(f.segments, arm.Unk(arm.If(condition, with, without, item.Pos())))
}

func (f *filter) close(at arm.Pos) {
	if len(f.open) > 0 {
		f.segments = append(f.segments, arm.Array(f.open, at))
		f.open = nil
	}
}

func (c caller) filtered(f filter) arm.Value {
	if len(f.segments) == 0 {
		return c.array(f.open)
	}
	f.close(c.at())
	c.name = "concat" // which it is, of the segments
	return c.concatArrays(f.segments)
}

func mapItems(c caller, items []arm.Value) arm.Value {
	l, ok := c.lambda(1, 2)
	if !ok {
		return c.badLambda(1)
	}
	out := make([]arm.Value, len(items))
	for i, item := range items {
		out[i] = c.turn(l, item, c.indexOf(i))
	}
	return c.array(out)
}

// sortItems orders items by a predicate that is true where the first of two
// comes before the second. Items of which neither does keep their order.
func sortItems(c caller, items []arm.Value) arm.Value {
	l, ok := c.lambda(1, 2)
	if !ok {
		return c.badLambda(1)
	}
	out := append([]arm.Value(nil), items...)
	undecided := false
	sort.SliceStable(out, func(i, j int) bool {
		if undecided {
			return false
		}
		before, ok := c.turn(l, out[i], out[j]).Bool()
		undecided = !ok
		return before
	})
	if undecided {
		return c.ofEach(arm.Array(items, c.at()))
	}
	return c.array(out)
}

func reduceItems(c caller, items []arm.Value) arm.Value {
	l, ok := c.lambda(2, 3)
	if !ok {
		return c.badLambda(2)
	}
	current := c.env.Eval(c.n.Args[1])
	for i, item := range items {
		current = c.turn(l, current, item, c.indexOf(i))
	}
	return current
}

// keyed evaluates the lambdas for key and value for each item.
func (c caller) keyed(items []arm.Value, add func(key, value arm.Value)) (problem arm.Value, ok bool) {
	key, ok := c.lambda(1, 1)
	if !ok {
		return c.badLambda(1), false
	}
	value, hasValue := c.lambda(2, 1)
	if len(c.n.Args) > 2 && !hasValue {
		return c.badLambda(2), false
	}
	for _, item := range items {
		k, v := c.turn(key, item), item
		if _, ok := textOf(k); !ok {
			return c.fail("the key of an item is %s, not string", k.Kind()), false
		}
		if hasValue {
			v = c.turn(value, item)
		}
		add(k, v)
	}
	return arm.Value{}, true
}

func objectOfItems(c caller, items []arm.Value) arm.Value {
	members := make([]arm.Member, 0, len(items))
	problem, ok := c.keyed(items, func(key, value arm.Value) {
		members = append(members, arm.Member{Name: key.Text(), Value: value, Pos: key.Pos()})
	})
	if !ok {
		return problem
	}
	return c.object(members)
}

// groupItems collects the values of each key, in the order of their items.
func groupItems(c caller, items []arm.Value) arm.Value {
	var members []arm.Member
	groups := map[string][]arm.Value{}
	unknown := false
	problem, ok := c.keyed(items, func(key, value arm.Value) {
		name := key.Text()
		unknown = unknown || key.IsUnknown()
		if groups[name] == nil {
			members = append(members, arm.Member{Name: name, Pos: key.Pos()})
		}
		groups[name] = append(groups[name], value)
	})
	switch {
	case !ok:
		return problem
	case unknown:
		return c.ofEach(arm.Array(items, c.at()))
	}
	for i, m := range members {
		members[i].Value = c.array(groups[m.Name])
	}
	return c.object(members)
}

func mapValues(e Env, n *Call) arm.Value {
	c := caller{e, n, "mapValues"}
	over := func(c caller, args []arm.Value) arm.Value {
		o, ok := args[0].Object()
		switch {
		case opaque(args[0]):
			return c.ofEach(args[0])
		case !ok:
			return c.wrong(args, 0, "object")
		case o.Len() > MaxTurns:
			return c.fail("object of %d members; the limit is %d", o.Len(), MaxTurns)
		}
		return c.mapMembers(o)
	}
	args := []arm.Value{e.Eval(n.Args[0])}
	if v, ok := c.byCase(args, over); ok {
		return v
	}
	return over(c, args)
}

func (c caller) mapMembers(o *arm.Object) arm.Value {
	l, ok := c.lambda(1, 1)
	if !ok {
		return c.badLambda(1)
	}
	members := make([]arm.Member, o.Len())
	for i, m := range o.Members() {
		members[i] = arm.Member{Name: m.Name, Value: c.turn(l, m.Value), Pos: m.Pos}
	}
	return c.object(members)
}
