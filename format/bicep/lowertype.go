package bicep

import (
	"palisade/arm"
	"palisade/template"
)

// aliasLimit ends the search through types that are names of others.
const aliasLimit = 32

// declaredType lowers the type of a declaration with its decorators.
func (l *lowerer) declaredType(t typeNode, decorators []decorator) *template.Type {
	return l.decorated(l.typ(t), decorators)
}

// typ lowers a type. What the model of types can't express is left open.
func (l *lowerer) typ(t typeNode) *template.Type {
	switch t := t.(type) {
	case *namedType:
		return l.namedType(t)
	case *nullableType:
		inner := *l.typ(t.x)
		inner.Nullable = true
		return &inner
	case *nonNullType:
		return l.typ(t.x)
	case *literalType, *unionType:
		return l.choice(t)
	case *arrayType:
		return &template.Type{Kind: template.ArrayType, Items: l.typ(t.x)}
	case *tupleType:
		return &template.Type{Kind: template.ArrayType}
	case *objectType:
		return l.objectType(t)
	case *memberType:
		return l.memberType(t)
	case *itemType:
		return l.itemType(t)
	case *resourceType:
		return &template.Type{Kind: template.StringType}
	}
	return &template.Type{}
}

// builtinType is one of the language's own types, or nil.
func builtinType(name string) *template.Type {
	switch name {
	case "string":
		return &template.Type{Kind: template.StringType}
	case "int":
		return &template.Type{Kind: template.IntType}
	case "bool":
		return &template.Type{Kind: template.BoolType}
	case "array":
		return &template.Type{Kind: template.ArrayType}
	case "object":
		return &template.Type{Kind: template.ObjectType}
	case "any":
		return &template.Type{}
	}
	return nil
}

func (l *lowerer) namedType(t *namedType) *template.Type {
	s := l.unit.symbols[t.name]
	if s == nil {
		if b := builtinType(t.name); b != nil {
			return b
		}
		l.report(t.offset(), "type "+quote(t.name)+" is not declared")
		return &template.Type{}
	}
	switch s.kind {
	case typeSymbol:
		return &template.Type{Ref: l.own(t.name)}
	case importSymbol:
		return typeRef(l.importedDeclaration(s, s.name, t.offset()))
	}
	l.report(t.offset(), quote(t.name)+" isn't a type")
	return &template.Type{}
}

func typeRef(d imported) *template.Type {
	if d.kind != typeSymbol {
		return &template.Type{}
	}
	return &template.Type{Ref: d.name}
}

// memberType lowers namespace.name, or the type of a member of a type.
func (l *lowerer) memberType(t *memberType) *template.Type {
	if on, ok := t.x.(*namedType); ok {
		if s := l.unit.symbols[on.name]; s != nil && s.kind == namespaceSymbol {
			return typeRef(l.importedDeclaration(s, t.name, t.offset()))
		} else if s == nil && on.name == "sys" {
			if b := builtinType(t.name); b != nil {
				return b
			}
		}
	}
	outer := l.resolved(l.typ(t.x))
	for _, p := range outer.Properties {
		if p.Name == t.name {
			return p.Type
		}
	}
	return &template.Type{}
}

func (l *lowerer) itemType(t *itemType) *template.Type {
	if outer := l.resolved(l.typ(t.x)); outer.Items != nil {
		return outer.Items
	}
	return &template.Type{}
}

// resolved follows names of types as far as they are declared by now.
func (l *lowerer) resolved(t *template.Type) *template.Type {
	for i := 0; i < aliasLimit && t.Ref != ""; i++ {
		next := l.lowered(t.Ref)
		if next == nil {
			return &template.Type{}
		}
		t = next
	}
	return t
}

// lowered finds a named type; one of this file that comes later is lowered now.
func (l *lowerer) lowered(name string) *template.Type {
	for _, t := range l.t.Types {
		if t.Name == name {
			return t.Type
		}
	}
	s := l.unit.symbols[name]
	if s == nil || l.resolving > aliasLimit {
		return nil
	}
	d, ok := s.decl.(*typeDecl)
	if !ok {
		return nil
	}
	l.resolving++
	defer func() { l.resolving-- }()
	return l.declaredType(d.typ, d.decorators)
}

func (l *lowerer) objectType(t *objectType) *template.Type {
	out := &template.Type{Kind: template.ObjectType}
	for _, m := range t.members {
		key, ok := m.key.(*stringNode)
		if !ok {
			continue
		}
		out.Properties = append(out.Properties, template.Property{Name: key.value, Type: l.declaredType(m.typ, m.decorators)})
	}
	return out
}

// decorated is the type with what decorators say about it.
func (l *lowerer) decorated(t *template.Type, decorators []decorator) *template.Type {
	if len(decorators) == 0 {
		return t
	}
	out := *t
	for _, d := range decorators {
		switch d.name {
		case "secure":
			out.Secure = true
		case "allowed":
			out.Allowed = l.allowed(d)
		case "minValue", "minLength":
			out.Min = l.bound(d)
		case "maxValue", "maxLength":
			out.Max = l.bound(d)
		}
	}
	return &out
}

func (l *lowerer) allowed(d decorator) []arm.Value {
	if len(d.args) != 1 {
		return nil
	}
	v, ok := literalValue(l.expr(d.args[0]))
	if !ok {
		return nil
	}
	items, _ := v.Items()
	return items
}

func (l *lowerer) bound(d decorator) *int64 {
	if len(d.args) != 1 {
		return nil
	}
	v, _ := literalValue(l.expr(d.args[0]))
	if n, ok := v.Int(); ok {
		return &n
	}
	return nil
}
