package spec

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const schemaFile = "../docs/palisade.schema.json"

// TestSchemaIsCurrent writes the JSON Schema of the types.
func TestSchemaIsCurrent(t *testing.T) {
	g := &schemaWriter{docs: readDocs(t), defs: map[string]any{}}
	root := g.section(reflect.TypeFor[Spec]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "palisade.yaml"
	root["$defs"] = g.defs
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, schemaFile, out.Bytes())
}

func TestSamplesMatchSchema(t *testing.T) {
	schema := compile(t)
	names, roots := samples(t)
	for i, root := range roots {
		if err := schema.Validate(plainValue(root)); err != nil {
			t.Errorf("%s: %v", names[i], err)
		}
	}
}

// TestEveryValueIsChecked replaces each value of the full sample in turn by a
// section that can't be there: Parse has to tell its place, and the schema has
// to refuse it, too.
func TestEveryValueIsChecked(t *testing.T) {
	schema := compile(t)
	_, roots := samples(t)
	root := roots[0]
	for _, n := range leaves(root, nil) {
		was := *n
		*n = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "wrongKey"}, {Kind: yaml.ScalarNode, Tag: "!!str", Value: "x"}}}
		if schema.Validate(plainValue(root)) == nil {
			t.Errorf("the schema takes a section for %q in line %d", was.Value, was.Line)
		}
		text, err := yaml.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		if !pointsAt(text, "wrongKey") {
			t.Errorf("Parse doesn't point at a section for %q in line %d", was.Value, was.Line)
		}
		*n = was
	}
}

// pointsAt reports whether Parse has a problem in the line of a word.
func pointsAt(text []byte, word string) bool {
	line := 1 + bytes.Count(text[:bytes.Index(text, []byte(word))], []byte("\n"))
	_, problems := Parse("x", text)
	for _, p := range problems {
		if p.Pos.Line == line || p.Pos.Line == line-1 {
			return true
		}
	}
	return false
}

// leaves are the values of a tree that are neither lists nor sections.
func leaves(n *yaml.Node, all []*yaml.Node) []*yaml.Node {
	for i, c := range n.Content {
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		if c.Kind == yaml.ScalarNode && !isKey {
			all = append(all, c)
		}
		all = leaves(c, all)
	}
	return all
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	s, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainValue is a YAML tree as JSON would have it.
func plainValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plainValue(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plainValue(c))
		}
		return list
	}
	switch n.Tag {
	case "!!int", "!!float":
		return json.Number(n.Value)
	case "!!bool":
		return n.Value == "true"
	}
	return n.Value
}

// schemaWriter makes a JSON Schema of the types.
type schemaWriter struct {
	docs map[string]string
	defs map[string]any
}

func (g *schemaWriter) section(t reflect.Type) map[string]any {
	s := sectionOf(t)
	properties, required := map[string]any{}, []string{}
	for i := range s.fields {
		f := &s.fields[i]
		property := g.value(elem(f.typ), f)
		property["description"] = g.docs[f.doc]
		properties[f.key] = property
		if f.required {
			required = append(required, f.key)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	var one []any
	for _, key := range s.alternatives() {
		one = append(one, map[string]any{"required": []string{key}})
	}
	if one != nil {
		out["oneOf"] = one
	}
	return out
}

func (g *schemaWriter) ref(t reflect.Type) map[string]any {
	name := t.Name()
	if _, ok := g.defs[name]; !ok {
		g.defs[name] = nil // it may refer to itself
		g.defs[name] = g.section(t)
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

func (g *schemaWriter) value(t reflect.Type, f *field) map[string]any {
	switch shapeOf(t) {
	case sectionShape:
		return g.ref(t)
	case namedShape:
		return g.named(t)
	case listShape:
		return g.list(t, f)
	}
	out := g.scalar(t, f)
	if f.def != "" {
		out["default"] = jsonDefault(t, f.def)
	}
	return out
}

func (g *schemaWriter) named(t reflect.Type) map[string]any {
	s := sectionOf(t.Elem())
	value := func() map[string]any {
		if s.value != nil {
			return g.value(s.value.typ, s.value)
		}
		return g.ref(t.Elem())
	}
	return map[string]any{"type": "object", "minProperties": 1,
		"propertyNames": map[string]any{"pattern": s.name.match.String()}, "additionalProperties": value()}
}

func (g *schemaWriter) list(t reflect.Type, f *field) map[string]any {
	out := map[string]any{"type": "array"}
	if t.Elem().Kind() == reflect.Struct && shapeOf(t.Elem()) == sectionShape {
		out["items"] = g.ref(t.Elem())
	} else {
		out["items"], out["uniqueItems"] = g.scalar(t.Elem(), f), true
	}
	if f.required {
		out["minItems"] = 1
	}
	if f.def != "" {
		var items []any
		for word := range strings.SplitSeq(f.def, ",") {
			items = append(items, jsonDefault(t.Elem(), word))
		}
		out["default"] = items
	}
	return out
}

func (g *schemaWriter) scalar(t reflect.Type, f *field) map[string]any {
	v := reflect.New(t)
	if s, ok := v.Interface().(scalar); ok {
		text := map[string]any{"type": "string", "pattern": s.form().pattern}
		if s.form().number {
			return map[string]any{"anyOf": []any{map[string]any{"type": "number", "minimum": 0}, text}}
		}
		return text
	}
	if e, ok := v.Elem().Interface().(enum); ok {
		return map[string]any{"type": "string", "enum": e.values()}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		out := map[string]any{"type": "integer"}
		if f.low != "" {
			out["minimum"] = json.Number(f.low)
		}
		if f.high != "" {
			out["maximum"] = json.Number(f.high)
		}
		return out
	}
	out := map[string]any{"type": "string"}
	if f.match != nil {
		out["pattern"] = f.match.String()
	}
	return out
}

func jsonDefault(t reflect.Type, text string) any {
	if t.Kind() == reflect.Bool {
		return text == "true"
	}
	if isDigits(text) && t.Kind() != reflect.String {
		return json.Number(text)
	}
	return text
}
