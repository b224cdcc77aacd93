package access

import (
	"palisade/arm"
	"palisade/estate"
)

// trace collects the reasons of a decision. A nil trace collects nothing, for
// enumerations that only need verdicts.
type trace struct {
	gate    Gate
	reasons []Reason
}

// fact is a property that a step rests on.
type fact struct {
	on       *estate.Resource
	property string
	value    string
	pos      arm.Pos
}

// say notes a step and returns its verdict.
func (t *trace) say(v Verdict, f fact, text string) Verdict {
	if t == nil {
		return v
	}
	r := Reason{Gate: t.gate, Verdict: v, Property: f.property, Value: f.value, Text: text, Pos: f.pos}
	if f.on != nil {
		r.Resource = f.on.ID
		if !r.Pos.IsValid() {
			r.Pos = f.on.Pos
		}
	}
	t.reasons = append(t.reasons, r)
	return v
}

// enter sets the gate of the steps that follow.
func (t *trace) enter(g Gate) {
	if t != nil {
		t.gate = g
	}
}

// stated is the fact that a string property has its value.
func stated(on *estate.Resource, property string, f estate.Field[string]) fact {
	value := f.Value
	if f.Unknown != nil {
		value = f.Unknown.Text()
	}
	return fact{on, property, value, f.Pos}
}

// switched is the fact that a bool property has its value.
func switched(on *estate.Resource, property string, f estate.Field[bool]) fact {
	value := "false"
	if f.Unknown != nil {
		value = f.Unknown.Text()
	} else if f.Value {
		value = "true"
	}
	return fact{on, property, value, f.Pos}
}

// whole is the fact that a resource is there.
func whole(on *estate.Resource) fact { return fact{on: on} }

// agree is the verdict where one of two holds and it isn't known which.
func agree(a, b Verdict) Verdict {
	if a == b {
		return a
	}
	return Unknown
}

// choose is yes or no by an answer, and what both agree on where it is unsure.
func choose(a estate.Answer, yes, no func() Verdict) Verdict {
	switch a {
	case estate.Yes:
		return yes()
	case estate.No:
		return no()
	}
	return agree(yes(), no())
}

// sure is the verdict of something that holds if an answer is yes.
func sure(a estate.Answer) Verdict {
	switch a {
	case estate.Yes:
		return Allow
	case estate.No:
		return Deny
	}
	return Unknown
}
