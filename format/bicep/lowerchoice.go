package bicep

import (
	"palisade/arm"
	"palisade/template"
)

// choice lowers a type that is one of some values: literals and unions of
// them. A union of objects is an object, whatever its members.
func (l *lowerer) choice(t typeNode) *template.Type {
	out := &template.Type{}
	values, ok := l.choices(t, out, 0)
	if !ok || len(values) == 0 {
		return &template.Type{Nullable: out.Nullable, Kind: l.commonKind(t)}
	}
	out.Allowed = values
	out.Kind = kindOf(values)
	return out
}

// choices are the values of a union; ok is false where a member isn't a value.
func (l *lowerer) choices(t typeNode, out *template.Type, depth int) (values []arm.Value, ok bool) {
	switch t := t.(type) {
	case *literalType:
		return l.literalChoice(t, out)
	case *nullableType:
		out.Nullable = true
		return l.choices(t.x, out, depth)
	case *unionType:
		for _, m := range t.members {
			more, ok := l.choices(m, out, depth)
			if !ok {
				return nil, false
			}
			values = append(values, more...)
		}
		return values, true
	case *namedType, *memberType:
		if depth > aliasLimit {
			return nil, false
		}
		named := l.resolved(l.typ(t))
		out.Nullable = out.Nullable || named.Nullable
		return named.Allowed, named.Allowed != nil && named.Kind != template.ArrayType
	}
	return nil, false
}

func (l *lowerer) literalChoice(t *literalType, out *template.Type) ([]arm.Value, bool) {
	value, ok := literalValue(l.expr(t.value))
	if ok && value.IsNull() {
		out.Nullable = true
		return nil, true
	}
	return []arm.Value{value}, ok && !value.IsUnknown()
}

func kindOf(values []arm.Value) template.TypeKind {
	kind := values[0].Kind()
	for _, v := range values {
		if v.Kind() != kind {
			return template.AnyType
		}
	}
	switch kind {
	case arm.StringKind:
		return template.StringType
	case arm.IntKind:
		return template.IntType
	case arm.BoolKind:
		return template.BoolType
	}
	return template.AnyType
}

// commonKind is the kind that all members of a union have.
func (l *lowerer) commonKind(t typeNode) template.TypeKind {
	union, ok := t.(*unionType)
	if !ok || len(union.members) == 0 {
		return template.AnyType
	}
	kind := l.resolved(l.typ(union.members[0])).Kind
	for _, m := range union.members[1:] {
		if l.resolved(l.typ(m)).Kind != kind {
			return template.AnyType
		}
	}
	return kind
}
