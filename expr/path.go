package expr

import (
	"palisade/arm"
)

func (e Env) member(n *Member) arm.Value {
	if s, ok := n.X.(*Symbol); ok {
		return e.declared(s).Member(n.Name, n.Safe || n.Chained, n.At)
	}
	return e.get(e.Eval(n.X), n)
}

// get is x.name as Resource Manager reads it: a missing member, or any of
// something that isn't an object, is an error unless safe. The value keeps its
// own position, where it was written.
func (e Env) get(x arm.Value, n *Member) arm.Value {
	name, at := n.Name, n.At
	if o, ok := x.Object(); ok {
		if o.Rest() == nil && !n.Safe {
			if _, found := o.Lookup(name); !found {
				return e.fail(at, "object has no member %q", name)
			}
		}
		return o.Get(name)
	}
	u, ok := x.Unknown()
	if ok {
		if v, known := memberOf(u, name); known {
			return v
		}
	}
	switch {
	case ok && n.Safe:
		return safely(u, func(v arm.Value) arm.Value { return e.Quiet().get(v, n) },
			func() *arm.Unknown { return u.Member(name) })
	case ok && u.Op == arm.OpIf:
		return bothSides(u, arm.String(name, at), func(v arm.Value) arm.Value { return e.Quiet().get(v, n) })
	case ok:
		return arm.Unk(u.Member(name))
	case n.Safe, n.Chained && x.IsNull():
		return arm.Null(at)
	}
	return e.fail(at, "%s has no member %q", x.Kind(), name)
}

// bothSides makes a choice of what get finds under key on both sides of one. A
// side that has no such member or item fails the deployment, so that what is
// deployed has the other side.
func bothSides(u *arm.Unknown, key arm.Value, get func(arm.Value) arm.Value) arm.Value {
	then, otherwise := u.Args[1], u.Args[2]
	switch noThen, noOther := lacks(then, key), lacks(otherwise, key); {
	case noThen && !noOther:
		return get(otherwise)
	case noOther && !noThen:
		return get(then)
	}
	return choiceOf(u.Args[0], get(then), get(otherwise), u.Pos)
}

// lacks reports whether x surely has no member or item of that key.
func lacks(x, key arm.Value) bool {
	if o, ok := x.Object(); ok {
		name, isName := key.Str()
		_, found := o.Lookup(name)
		return isName && !found && o.Rest() == nil
	}
	if items, ok := x.Items(); ok {
		k, isInt := key.Int()
		return isInt && (k < 0 || k >= int64(len(items)))
	}
	return false
}

// sure is the key i where a missing item is an error, else one that nothing lacks.
func (n *Index) sure(i arm.Value) arm.Value {
	if n.Safe || n.FromEnd {
		return arm.Null(n.At)
	}
	return i
}

// safely follows a safe access into both sides of a choice; elsewhere the
// member of an unknown is unknown.
func safely(u *arm.Unknown, get func(arm.Value) arm.Value, member func() *arm.Unknown) arm.Value {
	if u.Op != arm.OpIf {
		return arm.Unk(member())
	}
	return choiceOf(u.Args[0], get(u.Args[1]), get(u.Args[2]), u.Pos)
}

func (e Env) index(n *Index) arm.Value {
	x, i := e.Eval(n.X), e.Eval(n.I)
	return e.at(x, i, n)
}

// Item is x[i] in a place where x may not have such an item.
func (e Env) Item(x, i arm.Value, at arm.Pos) arm.Value {
	return e.Quiet().at(x, i, &Index{X: &Literal{x}, I: &Literal{i}, At: at})
}

func (e Env) at(x, i arm.Value, n *Index) arm.Value {
	if name, ok := i.Str(); ok && !n.FromEnd {
		return e.get(x, &Member{Name: name, Safe: n.Safe, Chained: n.Chained, At: n.At})
	}
	if u, ok := x.Unknown(); ok {
		if u.Op == arm.OpIf {
			return bothSides(u, n.sure(i), func(v arm.Value) arm.Value { return e.Quiet().at(v, i, n) })
		}
		if k, isInt := i.Int(); isInt {
			if v, known := itemOf(x, k, n.FromEnd); known {
				return v
			}
		}
		if n.FromEnd {
			return arm.Unk(arm.Call("indexFromEnd", n.At, x, i))
		}
		return arm.Unk(u.Index(i))
	}
	if x.IsNull() && (n.Safe || n.Chained) {
		return arm.Null(n.At)
	}
	items, isArray := x.Items()
	if _, isObject := x.Object(); !isArray && !isObject {
		return e.fail(n.At, "can't index %s", x.Kind())
	}
	if i.IsUnknown() {
		return arm.Unk(arm.Call("item", n.At, x, i))
	}
	k, ok := i.Int()
	if !ok || !isArray {
		return e.fail(n.I.Pos(), "can't index %s by %s", x.Kind(), i.Kind())
	}
	return e.item(items, k, n)
}

func (e Env) item(items []arm.Value, k int64, n *Index) arm.Value {
	if n.FromEnd {
		k = int64(len(items)) - k
	}
	if k >= 0 && k < int64(len(items)) {
		return items[k]
	}
	if n.Safe {
		return arm.Null(n.At)
	}
	return e.fail(n.At, "index %d is outside of an array of %d items", k, len(items))
}
