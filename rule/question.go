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
	switch f.Unknown.Op {
	case arm.OpParameter, arm.OpCall, arm.OpJoin, arm.OpRuntime:
		return true
	}
	return false
}
