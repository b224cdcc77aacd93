package spec

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// guide writes docs/spec.md.
type guide struct {
	strings.Builder
	docs     map[string]string
	examples map[string]*yaml.Node
	told     map[reflect.Type]string // where a type of section is described
}

const introduction = `# palisade.yaml

<!-- Written by go test ./spec -update from the doc comments in spec/. -->

One file says what is deployed (` + "`render`, `deploy`" + `) and what the gateway guards (` + "`serve`" + `). A dozen lines will do, see [minimal.yaml](../examples/gateway/minimal.yaml); [full.yaml](../examples/gateway/full.yaml) shows every key. Editors complete and check the file with [palisade.schema.json](palisade.schema.json):

    # yaml-language-server: $schema=docs/palisade.schema.json

**Strict.** An unknown key, a key that is there twice, a value out of range and a name that doesn't exist are errors with line and column, and all of them are told at once. There are no anchors, aliases, tags or empty values.

**Values.** Counts are ` + "`500`, `50k`, `1.5M`" + `; durations ` + "`500ms`, `30s`, `5m`, `24h`, `90d`" + `; sizes ` + "`64KiB`, `32MiB`" + `; dates ` + "`2027-06-30`" + `, the day itself included; amounts of money up to 6 decimals. Text that looks like a number goes in quotes. A secret never stands in the file: it is a Key Vault reference, and a gateway key is a hash.

**Exceptions.** A section that departs from a safe default says ` + "`because:`" + ` and ` + "`expires:`" + ` itself, and no other section may. Such exceptions are shown as accepted findings; after the last day they are findings. What a section opens, such as the access of a user or a key, ends with it. Sections that may have them are marked †.

`

func (w *guide) page() string {
	w.WriteString(introduction)
	w.section(reflect.TypeFor[Spec](), nil, 2)
	return strings.TrimRight(w.String(), "\n") + "\n"
}

// section writes the table of a section, and then the sections below it.
func (w *guide) section(t reflect.Type, at path, level int) {
	s := sectionOf(t)
	w.WriteString("| key | value | default | meaning | example |\n|---|---|---|---|---|\n")
	for i := range s.fields {
		if f := &s.fields[i]; f.doc != "Exception.Because" && f.doc != "Exception.Expires" {
			w.row(f, at.with(f.key))
		}
	}
	w.WriteString("\n")
	for i := range s.fields {
		f := &s.fields[i]
		below, step := belowOf(f.typ)
		if below == nil || w.told[below] != "" {
			continue
		}
		here := at.with(f.key)
		w.told[below] = here.String()
		fmt.Fprintf(w, "%s %s%s\n\n%s\n\n", strings.Repeat("#", level), display(here), dagger(below), w.docs[f.doc])
		w.section(below, append(here, step...), min(level+1, 4))
	}
}

// belowOf is the section that a type leads to, or nil, and the step to it.
func belowOf(t reflect.Type) (reflect.Type, path) {
	t = elem(t)
	switch shapeOf(t) {
	case sectionShape:
		return t, nil
	case namedShape:
		if sectionOf(t.Elem()).value == nil {
			return t.Elem(), path{"NAME"}
		}
	case listShape:
		if t.Elem().Kind() == reflect.Struct && shapeOf(t.Elem()) == sectionShape {
			return t.Elem(), path{"0"}
		}
	}
	return nil, nil
}

func dagger(t reflect.Type) string {
	if _, ok := t.FieldByName("Exception"); ok {
		return " †"
	}
	return ""
}

func display(at path) string {
	return strings.ReplaceAll(strings.Join(at, "."), ".0", "[]")
}

func (w *guide) row(f *field, at path) {
	key := "`" + f.key + "`"
	if f.required {
		key = "**" + key + "**"
	}
	example := ""
	if n := w.examples[at.String()]; n != nil {
		example = flow(n)
	}
	def := ""
	if f.def != "" {
		def = "`" + strings.ReplaceAll(f.def, ",", ", ") + "`"
	}
	fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", key, cell(w.says(f)), def, cell(w.docs[f.doc]), example)
}

// says is what kind of value a key takes.
func (w *guide) says(f *field) string {
	t := elem(f.typ)
	below, _ := belowOf(f.typ)
	switch shape := shapeOf(t); {
	case below != nil && w.told[below] != "":
		return "see [" + display(strings.Split(w.told[below], ".")) + "](#" + anchor(w.told[below]) + ")"
	case shape == namedShape && below == nil:
		return "names with text"
	case shape == namedShape:
		return "names with a section each"
	case below != nil && shape == listShape:
		return "list of sections"
	case below != nil:
		return "section"
	case shape == listShape:
		return "list: " + one(t.Elem(), f)
	}
	return one(t, f)
}

func one(t reflect.Type, f *field) string {
	says := formOf(t).says
	switch {
	case f.means != "":
		return f.means
	case f.low != "" && f.high == "":
		return says + ", from " + f.low
	case f.low != "":
		return says + ", " + f.low + " to " + f.high
	}
	return says
}

func anchor(at string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(at, ".0", "")), ".", "")
}

func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "*", "\\*").Replace(s)
}

// flow writes a short value in one line, and nothing for a long one.
func flow(n *yaml.Node) string {
	const longest = 72
	s := strings.Join(strings.Fields(flowText(n)), " ")
	if n.Kind == yaml.ScalarNode && len(s) > longest {
		s = s[:longest] + "…"
	}
	if s == "" || len(s) > longest+len("…") {
		return ""
	}
	return "`" + strings.ReplaceAll(s, "|", "\\|") + "`"
}

func flowText(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		items := make([]string, len(n.Content))
		for i, c := range n.Content {
			items[i] = flowText(c)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case yaml.MappingNode:
		return flowMapping(n)
	}
	if n.Style&yaml.DoubleQuotedStyle != 0 {
		return `"` + n.Value + `"`
	}
	return n.Value
}

func flowMapping(n *yaml.Node) string {
	var members []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		members = append(members, n.Content[i].Value+": "+flowText(n.Content[i+1]))
	}
	return "{" + strings.Join(members, ", ") + "}"
}
