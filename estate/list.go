package estate

import "palisade/arm"

// List is a property that holds several things. It is wholly known where
// Unknown is nil: then Items is all there is. An element that is unknown is an
// item with unknown fields; in a List[string] it is left out and Open is set.
type List[T any] struct {
	Items    []T // surely in the list
	Possible []T // in the list by a condition that isn't known
	// Unknown is why it isn't known what else is in the list, or nil.
	Unknown *arm.Unknown
	// Open reports that there may be more than Items and Possible.
	Open bool
	Set  bool // written, or may be
	Pos  arm.Pos
}

// Known reports whether Items is all that is in the list.
func (l List[T]) Known() bool { return l.Unknown == nil }

// Each returns the items, then the possible ones.
func (l List[T]) Each() []T {
	if len(l.Possible) == 0 {
		return l.Items
	}
	return append(l.Items[:len(l.Items):len(l.Items)], l.Possible...)
}

func (l *List[T]) add(t T, sure bool) {
	if sure {
		l.Items = append(l.Items, t)
	} else {
		l.Possible = append(l.Possible, t)
	}
}

func (l *List[T]) open(u *arm.Unknown) {
	l.Open = true
	if l.Unknown == nil {
		l.Unknown = u
	}
}

// list reads n as an array. decode makes an item of an element; where it can't
// make one of an unknown element, the list is open.
func list[T any](n node, decode func(node) (T, bool)) List[T] {
	l := List[T]{Set: n.set, Pos: n.pos}
	alts := alternatives(n.v)
	if len(alts) > 1 {
		l.Unknown, _ = n.v.Unknown()
	}
	for _, v := range alts {
		if v.IsNull() {
			continue
		}
		items, ok := v.Items()
		if !ok {
			l.open(whyNot(v, "an array"))
			continue
		}
		for _, item := range items {
			addItem(&l, n, item, len(alts) == 1, decode)
		}
	}
	return l
}

func addItem[T any](l *List[T], n node, item arm.Value, sure bool, decode func(node) (T, bool)) {
	alts := alternatives(item)
	if len(alts) > 1 && l.Unknown == nil {
		l.Unknown, _ = item.Unknown()
	}
	for _, v := range alts {
		if v.IsNull() {
			continue
		}
		if t, ok := decode(n.item(v)); ok {
			l.add(t, sure && len(alts) == 1)
		} else {
			l.open(whyNot(v, "expected here"))
		}
	}
}

// whyNot is v where it is unknown, else an unknown that says v isn't want.
func whyNot(v arm.Value, want string) *arm.Unknown {
	if u, ok := v.Unknown(); ok {
		return u
	}
	return arm.NotRead(v.Text(), "is "+v.Kind().String()+", not "+want, v.Pos())
}

// texts reads an array of strings.
func (n node) texts() List[string] {
	return list(n, func(m node) (string, bool) { return readText(m.v) })
}

// refs reads an array of resource ids.
func (n node) refs() List[Ref] {
	return list(n, func(m node) (Ref, bool) { return m.ref(), true })
}

// subRefs reads an array of objects that hold a resource id in "id".
func (n node) subRefs() List[Ref] {
	return list(n, func(m node) (Ref, bool) { return m.at("id").ref(), true })
}

// entry is a member of an object that is used as a map.
type entry struct {
	name string
	node
}

// entries reads an object that is used as a map.
func (n node) entries() List[entry] {
	l := List[entry]{Set: n.set, Pos: n.pos}
	alts := alternatives(n.v)
	if len(alts) > 1 {
		l.Unknown, _ = n.v.Unknown()
	}
	for _, v := range alts {
		if v.IsNull() {
			continue
		}
		o, ok := v.Object()
		if !ok {
			l.open(whyNot(v, "an object"))
			continue
		}
		if o.Rest() != nil {
			l.open(o.Rest())
		}
		for _, m := range o.Members() {
			l.add(entry{m.Name, n.member(m)}, len(alts) == 1)
		}
	}
	return l
}

// convertList is l with each item seen through to.
func convertList[T, U any](l List[T], to func(T) U) List[U] {
	out := List[U]{Unknown: l.Unknown, Open: l.Open, Set: l.Set, Pos: l.Pos}
	for _, t := range l.Items {
		out.Items = append(out.Items, to(t))
	}
	for _, t := range l.Possible {
		out.Possible = append(out.Possible, to(t))
	}
	return out
}

// joined is both lists as one: a property that has a form for one value and
// a form for several.
func joined(one Field[string], many List[string]) List[string] {
	if !one.Set {
		return many
	}
	if !many.Set {
		many.Set, many.Pos = true, one.Pos
	}
	switch {
	case one.Known() && one.Value != "":
		many.Items = append([]string{one.Value}, many.Items...)
	case len(one.Choices) > 0:
		many.Possible = append(many.Possible, one.Choices...)
		many.Unknown = one.Unknown
	case !one.Known():
		many.open(one.Unknown)
	}
	return many
}

// flat is the items of all lists in l as one list.
func flat[T any](l List[List[T]]) List[T] {
	out := List[T]{Unknown: l.Unknown, Open: l.Open, Set: l.Set, Pos: l.Pos}
	for _, i := range l.Items {
		out = merged(out, i)
	}
	for _, i := range l.Possible {
		out.Possible = append(out.Possible, i.Each()...)
		out.Open = out.Open || i.Open
	}
	return out
}

// merged is both lists as one.
func merged[T any](a, b List[T]) List[T] {
	if !a.Set {
		a.Pos = b.Pos
	}
	if a.Unknown == nil {
		a.Unknown = b.Unknown
	}
	a.Items = append(a.Items[:len(a.Items):len(a.Items)], b.Items...)
	a.Possible = append(a.Possible[:len(a.Possible):len(a.Possible)], b.Possible...)
	a.Set, a.Open = a.Set || b.Set, a.Open || b.Open
	return a
}
