package template

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// TypeKind is the basic kind of a declared type.
type TypeKind int

const (
	AnyType TypeKind = iota
	StringType
	IntType
	BoolType
	ArrayType
	ObjectType
)

func (k TypeKind) String() string {
	return [...]string{"any", "string", "int", "bool", "array", "object"}[k]
}

// Type is the declared type of a parameter, an output or a part of one.
type Type struct {
	Kind     TypeKind
	Secure   bool
	Nullable bool
	// Ref is the name of the type that this one is, "" for none.
	Ref string
	// Allowed are the only values permitted, nil for any.
	Allowed []arm.Value
	// Min and Max bound an int, or the length of a string or array.
	Min, Max *int64
	// Items is the type of an array's items, nil for any.
	Items *Type
	// Properties are an object's declared members.
	Properties []Property
}

// Property is a declared member of an object type.
type Property struct {
	Name string
	Type *Type
}

// NamedType is a declared type.
type NamedType struct {
	Name string
	Type *Type
	At   arm.Pos
}

// maxTypeDepth ends recursive types, which are legal.
const maxTypeDepth = 32

// Resolve follows references to named types; the flags of each reference on
// the way count, too.
func (t *Template) Resolve(typ *Type) Type {
	out := Type{}
	for i := 0; typ != nil && i < maxTypeDepth; i++ {
		secure, nullable := out.Secure || typ.Secure, out.Nullable || typ.Nullable
		allowed := out.Allowed
		out = *typ
		out.Secure, out.Nullable = secure, nullable
		if out.Allowed == nil {
			out.Allowed = allowed
		}
		if typ.Ref == "" {
			break
		}
		typ = t.types[strings.ToLower(typ.Ref)]
	}
	return out
}

// check says what is wrong with v as a value of typ, or "". Azure rejects it,
// but a value that is merely out of bounds is understood all the same.
func (t *Template) check(v arm.Value, typ *Type) (problem string, severity arm.Severity) {
	problem = t.checkAt(v, typ, "", 0)
	if strings.Contains(problem, outOfBounds) {
		return problem, arm.Warning
	}
	return problem, arm.Error
}

const outOfBounds = "; the "

func (t *Template) checkAt(v arm.Value, typ *Type, path string, depth int) string {
	if typ == nil || v.IsUnknown() || depth > maxTypeDepth {
		return ""
	}
	want := t.Resolve(typ)
	switch {
	case v.IsNull() && (want.Nullable || want.Kind == AnyType):
		return ""
	case !fits(v, want.Kind):
		return fmt.Sprintf("%sis %s, not %s", subject(path), v.Kind(), want.Kind)
	case !allowed(v, want.Allowed):
		return fmt.Sprintf("%sis %s; allowed are %s", subject(path), v.JSON(), list(want.Allowed))
	}
	if problem := bounds(v, want, path); problem != "" {
		return problem
	}
	return t.checkInside(v, want, path, depth)
}

func (t *Template) checkInside(v arm.Value, want Type, path string, depth int) string {
	items, _ := v.Items()
	for i, item := range items {
		if problem := t.checkAt(item, want.Items, fmt.Sprintf("%s[%d]", path, i), depth+1); problem != "" {
			return problem
		}
	}
	o, ok := v.Object()
	if !ok {
		return ""
	}
	for _, p := range want.Properties {
		m, written := o.Lookup(p.Name)
		inside := path + "." + p.Name
		if !written {
			r := t.Resolve(p.Type)
			if o.Rest() == nil && !r.Nullable {
				return fmt.Sprintf("%sis missing", subject(inside))
			}
			continue
		}
		if problem := t.checkAt(m.Value, p.Type, inside, depth+1); problem != "" {
			return problem
		}
	}
	return ""
}

func fits(v arm.Value, kind TypeKind) bool {
	switch kind {
	case StringType:
		return v.Kind() == arm.StringKind
	case IntType:
		return v.Kind() == arm.IntKind
	case BoolType:
		return v.Kind() == arm.BoolKind
	case ArrayType:
		return v.Kind() == arm.ArrayKind
	case ObjectType:
		return v.Kind() == arm.ObjectKind
	}
	return true
}

// allowed reports whether v is one of values. For an array parameter each item
// is compared, as Resource Manager does.
func allowed(v arm.Value, values []arm.Value) bool {
	if values == nil {
		return true
	}
	for _, w := range values {
		if arm.Equal(v, w) {
			return true
		}
	}
	items, ok := v.Items()
	if !ok {
		return false
	}
	for _, item := range items {
		if !item.IsUnknown() && !allowed(item, values) {
			return false
		}
	}
	return true
}

func bounds(v arm.Value, want Type, path string) string {
	n, what := int64(0), "is"
	if i, ok := v.Int(); ok {
		n = i
	} else if s, ok := v.Str(); ok {
		n, what = int64(len([]rune(s))), "has length"
	} else if items, ok := v.Items(); ok {
		n, what = int64(len(items)), "has length"
	} else {
		return ""
	}
	if want.Min != nil && n < *want.Min {
		return fmt.Sprintf("%s%s %d"+outOfBounds+"least is %d", subject(path), what, n, *want.Min)
	}
	if want.Max != nil && n > *want.Max {
		return fmt.Sprintf("%s%s %d"+outOfBounds+"most is %d", subject(path), what, n, *want.Max)
	}
	return ""
}

func subject(path string) string {
	if path == "" {
		return ""
	}
	return "its member " + strings.TrimPrefix(path, ".") + " "
}

func list(values []arm.Value) string {
	var out []string
	for _, v := range values {
		out = append(out, v.JSON())
		if len(out) == 8 && len(values) > 8 {
			out = append(out, "…")
			break
		}
	}
	return strings.Join(out, ", ")
}
