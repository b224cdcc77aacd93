package spec

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// field is one key of a section, as the tags of a struct's field say.
type field struct {
	key      string
	index    []int
	typ      reflect.Type
	required bool
	oneOf    bool // exactly one of the section's keys with this is written
	def      string
	match    *regexp.Regexp
	means    string // what match wants, in words
	low      string // range, inclusive; "" is open
	high     string
	doc      string // struct and field, to find the doc comment: "Model.Version"
}

// section is what the type of a mapping says. A list of structs with a name is
// written as a mapping, too: named is set then.
type section struct {
	fields []field
	name   *field // the field that takes the key of a named section
	value  *field // the field that takes the value, if that is a scalar
}

// sections remembers what sectionOf has read.
type sections map[reflect.Type]*section

func (all sections) of(t reflect.Type) *section {
	s, ok := all[t]
	if !ok {
		s = sectionOf(t)
		all[t] = s
	}
	return s
}

// sectionOf reads the tags of a struct.
func sectionOf(t reflect.Type) *section {
	s := &section{}
	s.add(t, nil)
	return s
}

func (s *section) add(t reflect.Type, at []int) {
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, tagged := sf.Tag.Lookup("spec")
		if !tagged || tag == "-" {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		f := newField(sf, key, append(slices.Clone(at), i), t.Name())
		switch options {
		case "inline":
			s.add(sf.Type, f.index)
		case "name":
			s.name = &f
		case "value":
			s.value = &f
		default:
			f.required, f.oneOf = options == "required", options == "oneof"
			s.fields = append(s.fields, f)
		}
	}
}

func newField(sf reflect.StructField, key string, index []int, owner string) field {
	f := field{key: key, index: index, typ: sf.Type, def: sf.Tag.Get("default"), means: sf.Tag.Get("means"), doc: owner + "." + sf.Name}
	if m := sf.Tag.Get("match"); m != "" {
		f.match = regexp.MustCompile(m)
	}
	f.low, f.high, _ = strings.Cut(sf.Tag.Get("range"), "..")
	return f
}

func (s *section) find(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

func (s *section) keys() []string {
	keys := make([]string, len(s.fields))
	for i := range s.fields {
		keys[i] = s.fields[i].key
	}
	return keys
}

// alternatives are the keys of which exactly one is written.
func (s *section) alternatives() []string {
	var keys []string
	for _, f := range s.fields {
		if f.oneOf {
			keys = append(keys, f.key)
		}
	}
	return keys
}

// shape is how a Go type is written.
type shape int

const (
	scalarShape  shape = iota
	listShape          // [a, b]
	namedShape         // {name: section}
	sectionShape       // {key: value}
)

var scalarType = reflect.TypeFor[scalar]()

func shapeOf(t reflect.Type) shape {
	switch {
	case reflect.PointerTo(t).Implements(scalarType):
		return scalarShape
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && !reflect.PointerTo(t.Elem()).Implements(scalarType):
		if isNamed(t.Elem()) {
			return namedShape
		}
		return listShape
	case t.Kind() == reflect.Slice:
		return listShape
	case t.Kind() == reflect.Struct:
		return sectionShape
	}
	return scalarShape
}

// elem is the struct of an optional section, or the type itself.
func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// isNamed reports whether a struct has a field for its name.
func isNamed(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("spec") == ",name" {
			return true
		}
	}
	return false
}
