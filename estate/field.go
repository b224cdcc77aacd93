package estate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"palisade/arm"
)

// Field is one property: its value, whether that is known, and where it is
// written.
type Field[T comparable] struct {
	// Value is what the property is where Known: as written, or the service's
	// default where it isn't Set. It is the zero value where not Known.
	Value T
	// Set reports whether the property is written, or may be; a written null
	// counts as not written, as Resource Manager drops it.
	Set bool
	// Unknown is why Value isn't known, or nil.
	Unknown *arm.Unknown
	// Choices are all values that the property may take, where it is unknown
	// which of them; nil where Known, and where it may be anything.
	Choices []T
	// Pos is where the property stands; where it isn't written, the place of
	// what should hold it.
	Pos arm.Pos
	// From is where the value is written, when that isn't beside the property:
	// a variable, a parameter's default, a parameter file.
	From arm.Pos
}

// Known reports whether Value is what the property will be.
func (f Field[T]) Known() bool { return f.Unknown == nil }

// String is the value for a person, or the text of the unknown.
func (f Field[T]) String() string {
	if f.Unknown != nil {
		return f.Unknown.Text()
	}
	return fmt.Sprint(f.Value)
}

// Answer is a question's answer in three values. The zero Answer is Unsure.
type Answer uint8

const (
	Unsure Answer = iota
	No
	Yes
)

func (a Answer) String() string { return [...]string{"unsure", "no", "yes"}[a] }

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Is answers whether f is one of the strings want, without regard to case. A
// choice all of whose values agree gives a sure answer.
func Is(f Field[string], want ...string) Answer {
	return Test(f, func(s string) bool {
		return slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(s, w) })
	})
}

// True answers whether f is true.
func True(f Field[bool]) Answer { return Test(f, func(b bool) bool { return b }) }

// Test answers whether f holds a value that ok accepts. A choice all of whose
// values agree gives a sure answer.
func Test[T comparable](f Field[T], ok func(T) bool) Answer {
	if f.Unknown == nil {
		return answer(ok(f.Value))
	}
	yes := 0
	for _, c := range f.Choices {
		if ok(c) {
			yes++
		}
	}
	switch {
	case len(f.Choices) == 0:
		return Unsure
	case yes == 0:
		return No
	case yes == len(f.Choices):
		return Yes
	}
	return Unsure
}

// node is a value and how it was found: the reader's place in a body.
type node struct {
	v    arm.Value
	set  bool // written, or may be
	pos  arm.Pos
	from arm.Pos
}

// at follows member names from n. Where one isn't written, the place is that
// of the innermost object that is.
func (n node) at(path ...string) node {
	for _, name := range path {
		o, ok := n.v.Object()
		if !ok {
			n.v = n.v.Get(name)
			n.set = n.set && !n.v.IsNull()
			continue
		}
		m, found := o.Lookup(name)
		if !found {
			n.v, n.from = o.Get(name), arm.Pos{}
			n.set = n.v.IsUnknown()
			continue
		}
		n = n.member(m)
	}
	return n
}

func (n node) member(m arm.Member) node {
	next := node{v: m.Value, set: !m.Value.IsNull(), pos: m.Pos, from: m.Value.Pos()}
	if !next.pos.IsValid() {
		next.pos = n.pos
		if next.from.IsValid() {
			next.pos = next.from
		}
	}
	return next
}

// item is an element of a list that stands at n.
func (n node) item(v arm.Value) node {
	next := node{v: v, set: !v.IsNull(), pos: v.Pos(), from: v.Pos()}
	if !next.pos.IsValid() {
		next.pos = n.pos
	}
	return next
}

// choiceLimit bounds how many values a choice is followed into.
const choiceLimit = 64

// alternatives returns the values that v may take: itself, or those of a choice
// by an unknown condition. Above choiceLimit it gives up and returns v.
func alternatives(v arm.Value) []arm.Value {
	if u, ok := v.Unknown(); !ok || u.Op != arm.OpIf {
		return []arm.Value{v}
	}
	var found []arm.Value
	todo := []arm.Value{v}
	for visited := 0; len(todo) > 0; visited++ {
		if visited >= 2*choiceLimit {
			return []arm.Value{v}
		}
		w := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if u, ok := w.Unknown(); ok && u.Op == arm.OpIf {
			todo = append(todo, u.Args[2], u.Args[1])
			continue
		}
		found = append(found, w)
	}
	return found
}

// pick reads n as a T; absent is what the service takes where n isn't written.
// It is known where all alternatives agree.
func pick[T comparable](n node, absent T, read func(arm.Value) (T, bool), want string) Field[T] {
	f := Field[T]{Value: absent, Set: n.set, Pos: n.pos, From: n.from}
	if n.v.IsNull() {
		f.Set = false
		return f
	}
	var choices []T
	for _, v := range alternatives(n.v) {
		t, why := absent, (*arm.Unknown)(nil)
		if !v.IsNull() {
			t, why = convert(v, read, want)
		}
		if why != nil {
			return f.unknown(n.v, why, nil)
		}
		if !slices.Contains(choices, t) {
			choices = append(choices, t)
		}
	}
	if len(choices) > 1 {
		return f.unknown(n.v, nil, choices)
	}
	f.Value = choices[0]
	return f
}

func convert[T any](v arm.Value, read func(arm.Value) (T, bool), want string) (t T, why *arm.Unknown) {
	if u, ok := v.Unknown(); ok {
		return t, u
	}
	t, ok := read(v)
	if !ok {
		why = arm.NotRead(v.Text(), "is "+v.Kind().String()+", not "+want, v.Pos())
	}
	return t, why
}

func (f Field[T]) unknown(v arm.Value, why *arm.Unknown, choices []T) Field[T] {
	var zero T
	f.Value, f.Unknown, f.Choices = zero, why, choices
	if u, ok := v.Unknown(); ok {
		f.Unknown = u
	}
	return f
}

// text, flag and number read a property; absent is the service's default.
func (n node) text(absent string) Field[string] { return pick(n, absent, readText, "a string") }
func (n node) flag(absent bool) Field[bool]     { return pick(n, absent, readFlag, "a bool") }
func (n node) number(absent int64) Field[int64] { return pick(n, absent, readNumber, "a number") }

func readText(v arm.Value) (string, bool) {
	switch v.Kind() {
	case arm.StringKind, arm.BoolKind, arm.IntKind, arm.FloatKind:
		return v.Text(), true
	}
	return "", false
}

// readFlag takes the strings "true" and "false", too, as the services do.
func readFlag(v arm.Value) (bool, bool) {
	if v.Is("true") || v.Is("false") {
		return v.Is("true"), true
	}
	return v.Bool()
}

func readNumber(v arm.Value) (int64, bool) {
	if f, ok := v.Float(); ok {
		return int64(f), float64(int64(f)) == f
	}
	if s, ok := v.Str(); ok {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// derive is f seen through to; choices that then agree make it known.
func derive[T, U comparable](f Field[T], to func(T) U) Field[U] {
	g := Field[U]{Set: f.Set, Unknown: f.Unknown, Pos: f.Pos, From: f.From}
	for _, c := range f.Choices {
		if u := to(c); !slices.Contains(g.Choices, u) {
			g.Choices = append(g.Choices, u)
		}
	}
	switch {
	case f.Unknown == nil:
		g.Value = to(f.Value)
	case len(g.Choices) == 1:
		g.Value, g.Unknown, g.Choices = g.Choices[0], nil, nil
	}
	return g
}
