package arm

import (
	"strconv"
	"strings"
)

// Kind is the JSON type of a Value, or Unknown.
type Kind uint8

const (
	NullKind Kind = iota
	BoolKind
	IntKind
	FloatKind
	StringKind
	ArrayKind
	ObjectKind
	UnknownKind
)

func (k Kind) String() string {
	return [...]string{"null", "bool", "int", "float", "string", "array", "object", "unknown"}[k]
}

// Value is one node of a JSON tree in which any node may be unknown. The zero
// Value is null. Values are never changed after they are made, so they can be
// shared between trees and goroutines.
type Value struct {
	x   any // nil, bool, int64, float64, string, *list, *Object or *Unknown
	pos Pos
}

// Null, Bool, Int, Float, String, Array, Obj and Unk make values; pos is where
// the value is written in the source.
func Null(pos Pos) Value                 { return Value{nil, pos} }
func Bool(b bool, pos Pos) Value         { return Value{b, pos} }
func Int(n int64, pos Pos) Value         { return Value{n, pos} }
func Float(f float64, pos Pos) Value     { return Value{f, pos} }
func String(s string, pos Pos) Value     { return Value{s, pos} }
func Array(items []Value, pos Pos) Value { return Value{newList(items), pos} }
func Obj(o *Object, pos Pos) Value       { return Value{o, pos} }
func Unk(u *Unknown) Value               { return Value{u, u.Pos} }
func Strings(items []string, pos Pos) Value {
	vs := make([]Value, len(items))
	for i, s := range items {
		vs[i] = String(s, pos)
	}
	return Array(vs, pos)
}

// Kind returns the type of v.
func (v Value) Kind() Kind {
	switch v.x.(type) {
	case nil:
		return NullKind
	case bool:
		return BoolKind
	case int64:
		return IntKind
	case float64:
		return FloatKind
	case string:
		return StringKind
	case *list:
		return ArrayKind
	case *Object:
		return ObjectKind
	}
	return UnknownKind
}

// Pos returns where v is written.
func (v Value) Pos() Pos { return v.pos }

// At returns v with another position.
func (v Value) At(pos Pos) Value { v.pos = pos; return v }

// IsNull reports whether v is JSON's null; absent members are null, too.
func (v Value) IsNull() bool { return v.x == nil }

// IsUnknown reports whether v itself, not merely something in it, is unknown.
func (v Value) IsUnknown() bool { _, ok := v.x.(*Unknown); return ok }

// Bool, Int, Str, Items, Object and Unknown return the content of v, and
// whether v is of that kind.
func (v Value) Bool() (b, ok bool)       { b, ok = v.x.(bool); return }
func (v Value) Int() (n int64, ok bool)  { n, ok = v.x.(int64); return }
func (v Value) Str() (s string, ok bool) { s, ok = v.x.(string); return }

func (v Value) Items() (items []Value, ok bool) {
	l, ok := v.x.(*list)
	if !ok {
		return nil, false
	}
	return l.items, true
}
func (v Value) Object() (o *Object, ok bool) {
	o, ok = v.x.(*Object)
	return
}
func (v Value) Unknown() (u *Unknown, ok bool) {
	u, ok = v.x.(*Unknown)
	return
}

// Float returns the number v as a float, also where it is an int.
func (v Value) Float() (f float64, ok bool) {
	switch x := v.x.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// Get follows member names into nested objects, without regard to case as
// Resource Manager does. A missing member, or one of something that isn't an
// object, is null; a member of something unknown is unknown.
func (v Value) Get(path ...string) Value {
	for _, name := range path {
		switch x := v.x.(type) {
		case *Object:
			v = x.Get(name)
		case *Unknown:
			v = Unk(x.Member(name))
		default:
			return Value{pos: v.pos}
		}
	}
	return v
}

// Text is the text of v for names and ids: a string as it is, a number or bool
// in JSON's form, an unknown as its template, such as
// "kv-«parameters('name')»". Equal texts mean equal values.
func (v Value) Text() string {
	switch x := v.x.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return formatFloat(x)
	case *Unknown:
		return x.Text()
	}
	return v.JSON()
}

// Is reports whether v is the string want, without regard to case.
func (v Value) Is(want string) bool {
	s, ok := v.x.(string)
	return ok && strings.EqualFold(s, want)
}

// Equal reports whether a and b are the same value: members of objects in any
// order, names of members without regard to case, unknowns by their text.
func Equal(a, b Value) bool {
	switch x := a.x.(type) {
	case *list:
		y, ok := b.x.(*list)
		return ok && x.equal(y)
	case *Object:
		y, ok := b.x.(*Object)
		return ok && x.equal(y)
	case *Unknown:
		y, ok := b.x.(*Unknown)
		return ok && (x == y || x.Text() == y.Text())
	case int64, float64:
		f, _ := a.Float()
		g, ok := b.Float()
		return ok && f == g
	}
	switch b.x.(type) {
	case nil, bool, string:
		return a.x == b.x
	}
	return false
}

// Walk calls visit for v and every value in it, in order; visit returns
// whether to look inside. Unknowns are not looked into.
func (v Value) Walk(visit func(Value) bool) {
	if !visit(v) {
		return
	}
	switch x := v.x.(type) {
	case *list:
		for _, item := range x.items {
			item.Walk(visit)
		}
	case *Object:
		for _, m := range x.members {
			m.Value.Walk(visit)
		}
	}
}

// HasUnknown reports whether v or something in it is unknown.
func (v Value) HasUnknown() bool {
	found := false
	v.Walk(func(w Value) bool {
		found = found || w.IsUnknown()
		return !found
	})
	return found
}

func formatFloat(f float64) string {
	s := strconv.FormatFloat(f, 'G', 17, 64)
	if short := strconv.FormatFloat(f, 'f', -1, 64); len(short) <= 21 {
		s = short
	}
	return s
}
