package rule

import (
	"palisade/arm"
	"palisade/estate"
)

// question is what a rule asks of one property.
type question[T comparable] struct {
	on       *estate.Resource
	property string // path, such as properties.disableLocalAuth
	field    estate.Field[T]
	good     func(T) bool
	holds    string // what is so with a good value, such as "keys are refused"
	broken   string // what is so with another
}

// answer judges the property. Where it is one of several values and only some
// are good, it says which ones are bad.
func (q question[T]) answer() Result {
	proof := says(q.on, q.property, q.field)
	switch estate.Test(q.field, q.good) {
	case estate.Yes:
		return pass(q.on, q.holds+": "+sentence(q.property, q.field), proof...)
	case estate.No:
		return fail(q.on, q.broken+": "+sentence(q.property, q.field), proof...)
	}
	depends := []*arm.Unknown{q.field.Unknown}
	if bad := q.bad(); len(bad) > 0 {
		return unknown(q.on, q.broken+" if "+short(q.property)+" = "+oneOf(bad), depends, proof...)
	}
	return unknown(q.on, "it isn't known whether "+q.broken+": "+sentence(q.property, q.field), depends, proof...)
}

func (q question[T]) bad() []T {
	var bad []T
	for _, c := range q.field.Choices {
		if !q.good(c) {
			bad = append(bad, c)
		}
	}
	return bad
}

func isTrue(b bool) bool { return b }

// hasSomeValue reports whether a property surely has a value although it isn't
// known which: a parameter, or something made of one. A member of something
// unknown may not be there.
func hasSomeValue(f estate.Field[string]) bool {
	if !f.Set || f.Unknown == nil || len(f.Choices) > 0 {
		return false
	}
	return isSomeValue(f.Unknown)
}

func isSomeValue(u *arm.Unknown) bool {
	switch u.Op {
	case arm.OpParameter, arm.OpCall, arm.OpJoin, arm.OpRuntime:
		return true
	case arm.OpIf:
		return isSomeBranch(u.Args[1], u.Args[0]) && isSomeBranch(u.Args[2], u.Args[0])
	}
	return false
}

// isSomeBranch is isSomeValue for what is chosen by a condition. In
// empty(name) ? 'other' : name, the name has a value where it is taken.
func isSomeBranch(v, condition arm.Value) bool {
	if s, ok := v.Str(); ok {
		return s != ""
	}
	u, ok := v.Unknown()
	return ok && (isSomeValue(u) || asksIfEmpty(condition, v))
}

// asksIfEmpty reports whether a condition asks if v is empty, or if it isn't.
func asksIfEmpty(condition, v arm.Value) bool {
	u, ok := condition.Unknown()
	if !ok || u.Op != arm.OpCall || len(u.Args) == 0 {
		return false
	}
	switch u.Name {
	case "not":
		return asksIfEmpty(u.Args[0], v)
	case "empty":
		return u.Args[0].Text() == v.Text()
	case "equals":
		return len(u.Args) == 2 && u.Args[1].Is("") && u.Args[0].Text() == v.Text()
	}
	return false
}
