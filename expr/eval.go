package expr

import (
	"strings"

	"palisade/arm"
)

// Eval returns the value of n. Errors are reported to the host and make the
// value unknown.
func (e Env) Eval(n Node) arm.Value {
	if l, ok := n.(*Literal); ok {
		return l.Value
	}
	b := e.Budget
	if b.steps++; b.steps > MaxSteps {
		return e.exhausted(n, "evaluation takes more than 5 million steps")
	}
	if b.depth++; b.depth > MaxDepth {
		b.depth--
		return e.fail(n.Pos(), "expression is nested too deeply")
	}
	v := e.eval(n)
	b.depth--
	if v.Size() > MaxSize || v.Depth() > MaxNested {
		return e.exhausted(n, "value is too large to evaluate")
	}
	return v
}

// exhausted reports the end of the budget once, not for each node after it.
func (e Env) exhausted(n Node, message string) arm.Value {
	e.quiet = e.quiet || e.Budget.spent
	v := e.fail(n.Pos(), "%s", message)
	e.Budget.spent = true
	return v
}

func (e Env) eval(n Node) arm.Value {
	switch n := n.(type) {
	case *Parameter:
		return e.Host.Parameter(n.Name, n.At)
	case *Variable:
		return e.Host.Variable(n.Name, n.At)
	case *Local:
		return e.evalLocal(n)
	case *Call:
		return e.call(n)
	case *Member:
		return e.member(n)
	case *Index:
		return e.index(n)
	case *Object:
		return e.object(n)
	case *Array:
		return e.array(n)
	case *Join:
		return e.join(n)
	case *If:
		return e.conditional(n)
	case *For:
		return e.loop(n)
	case *Symbol:
		return e.declared(n).Whole(n.At)
	case *Lambda:
		return e.fail(n.At, "a lambda can only be an argument of a function such as map or filter")
	}
	return e.fail(n.Pos(), "unknown kind of expression")
}

func (e Env) evalLocal(n *Local) arm.Value {
	if v, ok := e.local(n.Name); ok {
		return v
	}
	return e.fail(n.At, "name %q is not defined", n.Name)
}

func (e Env) declared(n *Symbol) Declared {
	index := arm.Null(n.At)
	if n.Index != nil {
		index = e.Eval(n.Index)
	}
	return e.Host.Declared(n.Name, index, n.At)
}

// object makes an object; one with spread members is a merge of what stands
// before, between and after them.
func (e Env) object(n *Object) arm.Value {
	members := make([]arm.Member, 0, len(n.Members))
	var merged []arm.Value
	for _, m := range n.Members {
		v := e.Eval(m.Value)
		if !m.Spread {
			members = append(members, arm.Member{Name: e.memberName(m.Name), Value: v, Pos: m.At})
			continue
		}
		if k := v.Kind(); k != arm.ObjectKind && k != arm.UnknownKind && k != arm.NullKind {
			return e.fail(m.At, "can't spread %s into an object", k)
		}
		if len(members) > 0 {
			merged = append(merged, arm.Obj(arm.NewObject(members), n.At))
			members = nil
		}
		merged = append(merged, v)
	}
	rest := arm.Obj(arm.NewObject(members), n.At)
	switch {
	case merged == nil:
		return rest
	case len(members) > 0:
		merged = append(merged, rest)
	}
	return e.callerAt(n.At, "shallowMerge").mergeObjects(merged)
}

func (e Env) callerAt(at arm.Pos, name string) caller {
	return caller{e, &Call{Name: name, At: at}, name}
}

// memberName is the text of a computed name; unknown parts stay in it as
// their text, which is how ids with unknown parts are compared.
func (e Env) memberName(n Node) string {
	if l, ok := n.(*Literal); ok {
		return l.Value.Text()
	}
	return e.Eval(n).Text()
}

func (e Env) array(n *Array) arm.Value {
	items := make([]arm.Value, 0, len(n.Items))
	var arrays []arm.Value
	for _, item := range n.Items {
		v := e.Eval(item.Value)
		if !item.Spread {
			items = append(items, v)
			continue
		}
		if k := v.Kind(); k != arm.ArrayKind && k != arm.UnknownKind {
			return e.fail(item.Value.Pos(), "can't spread %s into an array", k)
		}
		if len(items) > 0 {
			arrays = append(arrays, arm.Array(items, n.At))
			items = nil
		}
		arrays = append(arrays, v)
	}
	switch {
	case arrays == nil:
		return arm.Array(items, n.At)
	case len(items) > 0:
		arrays = append(arrays, arm.Array(items, n.At))
	}
	return e.callerAt(n.At, "concat").concatArrays(arrays)
}

func (e Env) join(n *Join) arm.Value {
	var parts []arm.Value
	for _, p := range n.Parts {
		parts = append(parts, e.displayParts(e.Eval(p), n.At)...)
	}
	return e.joined(parts, n.At)
}

func (e Env) conditional(n *If) arm.Value {
	c := e.Eval(n.Condition)
	if b, ok := c.Bool(); ok {
		if b {
			return e.Eval(n.Then)
		}
		return e.Eval(n.Else)
	}
	if !c.IsUnknown() {
		return e.fail(n.Condition.Pos(), "condition is %s, not bool", c.Kind())
	}
	return e.choose(c, n.Then, n.Else, n.At)
}

// choose is the value of a conditional whose condition is unknown.
func (e Env) choose(c arm.Value, then, otherwise Node, at arm.Pos) arm.Value {
	a, b := e.Quiet().Eval(then), e.Quiet().Eval(otherwise)
	c, negated := plainCondition(c)
	if negated {
		a, b = b, a
	}
	return choiceOf(c, a, b, at)
}

// loop is the array that a for-expression makes.
func (e Env) loop(n *For) arm.Value {
	c := e.callerAt(n.At, "map")
	args := []arm.Value{e.Eval(n.Items)}
	over := func(c caller, args []arm.Value) arm.Value { return c.loopOver(n, args[0]) }
	if v, ok := c.byCase(args, over); ok {
		return v
	}
	return over(c, args)
}

func (c caller) loopOver(n *For, items arm.Value) arm.Value {
	turns, ok := Turns(items)
	switch {
	case opaque(items):
		return c.loopOverEach(n, items)
	case !ok:
		return c.env.fail(n.Items.Pos(), "can't loop over %s", items.Kind())
	case len(turns) > MaxTurns:
		return c.env.fail(n.Items.Pos(), "loop of %d turns; the limit is %d", len(turns), MaxTurns)
	}
	var f filter
	for i, item := range turns {
		turn := c.env.With(n.Item, item).With(n.Index, arm.Int(int64(i), n.At))
		keep := arm.Bool(true, n.At)
		if n.Filter != nil {
			keep = turn.Eval(n.Filter)
		}
		if b, _ := keep.Bool(); b {
			f.keep(turn.Eval(n.Body))
		} else if keep.IsUnknown() {
			f.maybe(keep, turn.Quiet().Eval(n.Body))
		}
	}
	return c.filtered(f)
}

// loopOverEach is a loop over an array that isn't known: a term with what the
// body makes of each item, whichever that is.
func (c caller) loopOverEach(n *For, items arm.Value) arm.Value {
	each, index := arm.Call("each", n.At, items), arm.Call("eachIndex", n.At, items)
	turn := c.env.Quiet().With(n.Item, arm.Unk(each)).With(n.Index, arm.Unk(index))
	args := []arm.Value{items, turn.Eval(n.Body)}
	if n.Filter != nil {
		args = append(args, turn.Eval(n.Filter))
	}
	return c.unknown(args)
}

// Turns are the items that a loop over v runs through.
func Turns(v arm.Value) ([]arm.Value, bool) {
	if v.IsNull() {
		return nil, false
	}
	return v.Items()
}

// opaque reports whether the content of v isn't all known: it is unknown, or
// run-time state of which the template says a part.
func opaque(v arm.Value) bool {
	if o, ok := v.Object(); ok {
		return o.Rest() != nil
	}
	return v.IsUnknown()
}

// displayText is how format and string interpolation show a known value.
func displayText(v arm.Value) string {
	if b, ok := v.Bool(); ok {
		if b {
			return "True"
		}
		return "False"
	}
	return v.Text()
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }
