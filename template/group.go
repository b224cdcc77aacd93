package template

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// group is a declared resource in one deployment, with an instance for each
// turn of its loop.
type group struct {
	d     *deployment
	r     *Resource
	state memoState
	// turns are the instances; just one where there is no loop, or where the
	// number of turns isn't known (copies says why) and it stands for all.
	turns  []*instance
	copies arm.Value
	// when is the unknown condition on which there are turns at all; else true.
	when arm.Value
}

// expand makes the instances.
func (g *group) expand() []*instance {
	switch g.state {
	case evaluated:
		return g.turns
	case evaluating:
		g.d.Report(arm.Diagnostic{Pos: g.r.At, Message: "the loop of " + g.label() + " depends on itself"})
		return nil
	}
	g.state = evaluating
	g.turns = g.instances()
	g.state = evaluated
	return g.turns
}

func (g *group) label() string {
	if g.r.Symbol != "" {
		return "resource " + g.r.Symbol
	}
	return "a resource of type " + g.r.Type
}

func (g *group) instances() []*instance {
	env := g.d.env()
	if g.r.Loop == nil {
		return []*instance{{g: g, env: env}}
	}
	loop := g.r.Loop
	var items arm.Value
	items, g.when = onlySide(env.Eval(loop.Items))
	turns, ok := expr.Turns(items)
	if !ok || items.IsUnknown() {
		return g.symbolicTurn(env, items)
	}
	if len(turns) > expr.MaxTurns {
		g.d.Report(arm.Diagnostic{Pos: loop.At, Message: fmt.Sprintf("loop of %d turns; the limit is %d", len(turns), expr.MaxTurns)})
		return nil
	}
	out := make([]*instance, len(turns))
	for i, item := range turns {
		out[i] = &instance{g: g, env: bindTurn(env, loop, item, arm.Int(int64(i), loop.At))}
	}
	return out
}

// onlySide follows choices of which one side has no items to the items of the
// other side, and answers on which condition these are looped over.
func onlySide(items arm.Value) (side, when arm.Value) {
	when = arm.Bool(true, items.Pos())
	for {
		u, ok := items.Unknown()
		switch {
		case !ok || u.Op != arm.OpIf:
			return items, when
		case noItems(u.Args[2]):
			when, items = both(when, u.Args[0]), u.Args[1]
		case noItems(u.Args[1]):
			when, items = both(when, arm.Unk(arm.Call("not", u.Pos, u.Args[0]))), u.Args[2]
		default:
			return items, when
		}
	}
}

func noItems(v arm.Value) bool {
	items, ok := v.Items()
	return ok && len(items) == 0
}

// all is an array of what f makes of each turn.
func (g *group) all(at arm.Pos, f func(*instance) arm.Value) arm.Value {
	turns := g.expand()
	if g.copies.IsUnknown() {
		return arm.Unk(arm.Call("references", at, g.copies))
	}
	items := make([]arm.Value, len(turns))
	for k, i := range turns {
		items[k] = f(i)
	}
	if g.when.IsUnknown() {
		return arm.Unk(arm.If(g.when, arm.Array(items, at), arm.Array(nil, at), at))
	}
	return arm.Array(items, at)
}

// symbolicTurn is the one instance that stands for a number of turns that
// can't be known.
func (g *group) symbolicTurn(env expr.Env, items arm.Value) []*instance {
	at := g.r.Loop.At
	if o, ok := items.Object(); ok && o.Rest() != nil {
		items = arm.Unk(o.Rest())
	}
	if !items.IsUnknown() {
		g.d.Report(arm.Diagnostic{Pos: at, Message: fmt.Sprintf("can't loop over %s", items.Kind())})
		items = arm.Unk(arm.NotRead("error", "the loop can't be evaluated", at))
	}
	g.copies = items
	index := arm.Unk(arm.Call("copyIndex", at, text(strings.ToLower(g.r.Loop.Name))))
	item := env.Item(items, index, at)
	return []*instance{{g: g, env: bindTurn(env, g.r.Loop, item, index)}}
}

func bindTurn(env expr.Env, loop *Loop, item, index arm.Value) expr.Env {
	env = env.With(loop.Item, item)
	for _, name := range loop.Index {
		env = env.With(name, index)
	}
	return env
}

// turn finds the instance of a turn; index is null for a resource without a
// loop.
func (g *group) turn(index arm.Value, at arm.Pos) (*instance, string) {
	turns := g.expand()
	if g.r.Loop == nil || g.copies.IsUnknown() {
		if len(turns) == 0 {
			return nil, g.label() + " depends on itself"
		}
		return turns[0], ""
	}
	i, ok := index.Int()
	if !ok {
		return nil, g.label() + " is a loop and needs an index"
	}
	if i < 0 || i >= int64(len(turns)) {
		return nil, fmt.Sprintf("index %d is outside of the %d turns of %s", i, len(turns), g.label())
	}
	return turns[i], ""
}
