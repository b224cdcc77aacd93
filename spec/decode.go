package spec

import (
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// maxProblems is how many problems are told; a file with more of them has one
// reason for most.
const maxProblems = 200

// decoder reads nodes into the types and notes problems and places.
type decoder struct {
	src      *source
	places   places
	problems []Problem
	bad      map[string]bool // paths that have a problem
	types    sections
}

func (d *decoder) report(at path, pos Pos, hint, format string, args ...any) {
	d.bad[at.key()] = true
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, Problem{Pos: pos, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
}

func (d *decoder) pos(n *yaml.Node) Pos { return d.src.at(n.Line, n.Column) }

// value reads one node. f says what the key asks for; v is where it goes.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at path, f *field) {
	if !d.plain(n, at) {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch shapeOf(v.Type()) {
	case scalarShape:
		d.scalar(n, v, at, f)
	case listShape:
		d.list(n, v, at, f)
	case namedShape:
		d.named(n, v, at)
	case sectionShape:
		d.section(n, v, at)
	}
}

// plain reports whether the node is one of what the file may have: no aliases,
// no tags, no empty values.
func (d *decoder) plain(n *yaml.Node, at path) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.report(at, d.pos(n), writeItOut, noAliases)
	case n.Style&yaml.TaggedStyle != 0:
		d.report(at, d.pos(n), "", "%s: YAML tags aren't supported", at.last())
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		d.report(at, d.pos(n), "write a value or leave the key out", "%s: no value", at.last())
	default:
		return true
	}
	return false
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, at path, f *field) {
	if n.Kind != yaml.ScalarNode {
		d.report(at, d.pos(n), "", "%s: want %s, not %s", at.last(), formOf(v.Type()).a(), kindOf(n))
		return
	}
	if hint := quoting(n, v); hint != "" {
		d.report(at, d.pos(n), hint, "%s: %s is not %s", at.last(), quote(n.Value), formOf(v.Type()).a())
		return
	}
	err := f.set(v, n.Value)
	if err == nil {
		return
	}
	bad, _ := err.(fault)
	if formOf(v.Type()).secret {
		d.report(at, d.pos(n), bad.hint, "%s: %s", at.last(), bad.what)
		return
	}
	d.report(at, d.pos(n), bad.hint, "%s: %s is %s", at.last(), quote(n.Value), bad.what)
}

// quoting says what to do where a text reads as something else in YAML, or the
// other way around.
func quoting(n *yaml.Node, v reflect.Value) string {
	_, isScalar := v.Addr().Interface().(scalar)
	_, isEnum := v.Interface().(enum)
	text := v.Kind() == reflect.String && !isScalar && !isEnum
	switch n.Tag {
	case "!!bool", "!!int", "!!float":
		if text {
			return "write it in quotes"
		}
	case "!!str":
		if v.Kind() == reflect.Bool && (n.Value == "true" || n.Value == "false") || v.Kind() == reflect.Int && !isScalar && isDigits(n.Value) {
			return "write it without quotes"
		}
	}
	return ""
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, at path, f *field) {
	if n.Kind != yaml.SequenceNode {
		d.report(at, d.pos(n), `begin each item with "- "`, "%s: want a list, not %s", at.last(), kindOf(n))
		return
	}
	if len(n.Content) == 0 && f.required {
		d.report(at, d.pos(n), "", "%s: the list is empty", at.last())
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, len(n.Content)))
	seen := map[any]bool{}
	for i, item := range n.Content {
		here := at.with(fmt.Sprint(i))
		pos := d.pos(item)
		d.places[here.key()] = place{pos, pos}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(item, value, here, f)
		if !d.bad[here.key()] && item.Kind == yaml.ScalarNode {
			if seen[value.Interface()] {
				d.report(here, pos, "", "%s: %s is there twice", at.last(), quote(item.Value))
			}
			seen[value.Interface()] = true
		}
		v.Set(reflect.Append(v, value))
	}
}

// named reads a mapping from names to sections, in the order of the file.
func (d *decoder) named(n *yaml.Node, v reflect.Value, at path) {
	s := d.types.of(v.Type().Elem())
	if n.Kind != yaml.MappingNode {
		d.report(at, d.pos(n), "", "%s: want names with a section each, not %s", at.last(), kindOf(n))
		return
	}
	if len(n.Content) == 0 {
		d.report(at, d.pos(n), "", "%s: the section is empty", at.last())
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, len(n.Content)/2))
	d.members(n, at, func(key, value *yaml.Node, here path) {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := s.name.set(item.FieldByIndex(s.name.index), key.Value); err != nil {
			d.report(here, d.places[here.key()].key, "", "%s: the name %s is %s", at.last(), quote(key.Value), err)
			return
		}
		if s.value != nil {
			d.value(value, item.FieldByIndex(s.value.index), here, s.value)
		} else {
			d.value(value, item, here, nil)
		}
		v.Set(reflect.Append(v, item))
	})
}

func (d *decoder) section(n *yaml.Node, v reflect.Value, at path) {
	s := d.types.of(v.Type())
	if n.Kind != yaml.MappingNode {
		d.report(at, d.pos(n), "", "%s: want a section with keys, not %s", at.last(), kindOf(n))
		return
	}
	if p := v.FieldByName("Pos"); p.IsValid() {
		p.Set(reflect.ValueOf(d.places[at.key()].key))
	}
	written := map[string]bool{}
	d.members(n, at, func(key, value *yaml.Node, here path) {
		f := s.find(key.Value)
		if f == nil {
			d.unknown(s, key.Value, here)
			return
		}
		written[f.key] = true
		d.value(value, v.FieldByIndex(f.index), here, f)
	})
	d.complete(s, v, at, written)
}

func (d *decoder) unknown(s *section, key string, at path) {
	hint := ""
	if len(d.problems) < maxProblems { // it takes a while to find
		hint = s.whereIs(key)
	}
	d.report(at, d.places[at.key()].key, hint, "unknown key %s", quote(key))
}

// complete fills in defaults, and asks for what has none.
func (d *decoder) complete(s *section, v reflect.Value, at path, written map[string]bool) {
	pos := d.places[at.key()].key
	chosen := 0
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case f.oneOf && written[f.key]:
			if chosen++; chosen == 2 {
				d.report(at, d.places[at.with(f.key).key()].key, "", "%s: only one of %s may be there", at.last(), oneOf(s.alternatives()))
			}
		case written[f.key]:
		case f.required:
			d.report(at.with(f.key), pos, "", "%s", missing(at, f.key))
		default:
			d.types.applyDefault(f, v.FieldByIndex(f.index))
		}
	}
	if words := s.alternatives(); len(words) > 0 && chosen == 0 {
		d.report(at, pos, "", "%s", missing(at, "one of "+oneOf(words)))
	}
}

// members calls do for each key and value of a mapping and notes their places.
// What is there twice is told and left out.
func (d *decoder) members(n *yaml.Node, at path, do func(key, value *yaml.Node, here path)) {
	first := map[string]Pos{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		pos := d.pos(key)
		if key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0 {
			d.report(at, pos, "", "%s: a key has to be a plain word", at.last())
			continue
		}
		if key.Tag == "!!merge" {
			d.report(at, pos, writeItOut, noAliases)
			continue
		}
		if before, twice := first[key.Value]; twice {
			d.report(at, pos, "", "the key %s is there twice, first in line %d", quote(key.Value), before.Line)
			continue
		}
		first[key.Value] = pos
		here := at.with(key.Value)
		d.places[here.key()] = place{pos, d.pos(value)}
		do(key, value, here)
	}
}

// missing says that a section lacks a key.
func missing(at path, key string) string {
	if len(at) == 0 {
		return key + " is missing"
	}
	return at.last() + ": " + key + " is missing"
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a section"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}
