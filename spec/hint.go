package spec

import "reflect"

// whereIs is the hint for an unknown key: the nearest key of the section, or
// the section below it that has such a key.
func (s *section) whereIs(key string) string {
	if w := nearest(key, s.keys()); w != "" {
		return "did you mean " + quote(w) + "?"
	}
	for i := range s.fields {
		f := &s.fields[i]
		t := elem(f.typ)
		if shapeOf(t) == sectionShape {
			below := sectionOf(t)
			if below.find(key) != nil {
				return "it belongs in " + f.key
			}
		}
	}
	return didYouMean(key, s.keys())
}

// walk visits the keys that a file may have, in their order, with NAME for a name
// and 0 for an item of a list.
func walk(t reflect.Type, at path, visit func(at path, f *field)) {
	s := sectionOf(t)
	for i := range s.fields {
		f := &s.fields[i]
		here := at.with(f.key)
		visit(here, f)
		switch e := elem(f.typ); shapeOf(e) {
		case sectionShape:
			walk(e, here, visit)
		case namedShape:
			if sectionOf(e.Elem()).value == nil {
				walk(e.Elem(), here.with("NAME"), visit)
			}
		case listShape:
			if e.Elem().Kind() == reflect.Struct && shapeOf(e.Elem()) == sectionShape {
				walk(e.Elem(), here.with("0"), visit)
			}
		}
	}
}
