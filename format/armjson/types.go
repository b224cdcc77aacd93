package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/template"
)

// typ reads the type that a parameter, an output, a definition or a part of
// one declares. What the model of types can't express is left open.
//
// Source: Microsoft Learn, "Definitions in ARM templates".
func (l *lowerer) typ(v arm.Value) *template.Type {
	o, ok := v.Object()
	if !ok {
		l.fail(v.Pos(), "declaration is %s, not object", v.Kind())
		return &template.Type{}
	}
	t := &template.Type{}
	l.kind(t, o)
	t.Nullable, _ = o.Get("nullable").Bool()
	if allowed, ok := o.Get("allowedValues").Items(); ok {
		t.Allowed = allowed
	}
	t.Min = firstInt(o, "minValue", "minLength")
	t.Max = firstInt(o, "maxValue", "maxLength")
	if _, ok := o.Get("items").Object(); ok {
		t.Items = l.typ(o.Get("items"))
	}
	if _, ok := o.Get("properties").Object(); ok {
		for _, m := range l.section(o, "properties") {
			t.Properties = append(t.Properties, template.Property{Name: m.Name, Type: l.typ(m.Value)})
		}
	}
	return t
}

func (l *lowerer) kind(t *template.Type, o *arm.Object) {
	if ref, ok := o.Get("$ref").Str(); ok {
		t.Ref = ref[strings.LastIndexByte(ref, '/')+1:]
		return
	}
	name, ok := o.Get("type").Str()
	if !ok {
		return
	}
	switch strings.ToLower(name) {
	case "string":
		t.Kind = template.StringType
	case "securestring":
		t.Kind, t.Secure = template.StringType, true
	case "int":
		t.Kind = template.IntType
	case "bool":
		t.Kind = template.BoolType
	case "array":
		t.Kind = template.ArrayType
	case "object":
		t.Kind = template.ObjectType
	case "secureobject":
		t.Kind, t.Secure = template.ObjectType, true
	default:
		l.fail(o.Get("type").Pos(), "there is no type %q", brief(name))
	}
}

// firstInt is the first of these members that is an int, or nil.
func firstInt(o *arm.Object, names ...string) *int64 {
	for _, name := range names {
		if n, ok := o.Get(name).Int(); ok {
			found := n
			return &found
		}
	}
	return nil
}
