package armjson

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

var update = flag.Bool("update", false, "write what is built into the cases in testdata/template")

// TestNewTemplate builds the templates in testdata/template. Each file holds a
// template and, below the line "-- built --", what it becomes.
func TestNewTemplate(t *testing.T) {
	paths, err := filepath.Glob("testdata/template/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		source, want, _ := strings.Cut(string(raw), "-- built --\n")
		v, diagnostics := ReadFile("t.json", []byte(source), 1<<20)
		var d dumper
		d.template(NewTemplate(arm.NewFile("t.json", []byte(source)), v, diagnostics...))
		if got := d.b.String(); *update {
			os.WriteFile(path, []byte(source+"-- built --\n"+got), 0o644)
		} else if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

// dumper writes a template in lines, indented by what they are part of.
type dumper struct {
	b      strings.Builder
	indent string
}

func (d *dumper) line(format string, args ...any) {
	fmt.Fprintf(&d.b, d.indent+format+"\n", args...)
}

// node writes a node that may be absent.
func (d *dumper) node(label string, n expr.Node) {
	if n != nil {
		d.line("%s %s", label, show(n))
	}
}

func show(n expr.Node) string {
	if l, ok := n.(*expr.Literal); ok {
		return l.Value.JSON()
	}
	return unparse(n)
}

func (d *dumper) in(inside func()) {
	d.indent += "  "
	inside()
	d.indent = d.indent[2:]
}

func (d *dumper) template(t *template.Template) {
	d.line("scope %s", t.Scope)
	for _, n := range t.Types {
		d.line("type %s %s", n.Name, showType(n.Type))
	}
	for _, p := range t.Parameters {
		d.line("parameter %s %s", p.Name, showType(p.Type))
		d.in(func() { d.node("default", p.Default) })
	}
	for _, v := range t.Variables {
		d.node("variable "+v.Name, v.Value)
	}
	for _, f := range t.Functions {
		d.node(fmt.Sprintf("function %s.%s(%s)", f.Namespace, f.Name, strings.Join(f.Params, ", ")), f.Body)
	}
	for _, r := range t.Resources {
		d.resource(r)
	}
	for _, o := range t.Outputs {
		d.node("output "+o.Name+" "+showType(o.Type), o.Value)
		d.in(func() { d.node("condition", o.Condition) })
	}
	for _, problem := range t.Diagnostics {
		d.line("%s", problem)
	}
}

func (d *dumper) resource(r *template.Resource) {
	d.line("resource %s %s@%s %s", r.Symbol, r.Type, r.APIVersion, r.At)
	d.in(func() {
		if r.Existing {
			d.line("existing")
		}
		if r.Extension != "" {
			d.line("extension %s", r.Extension)
		}
		d.node("name", r.Name)
		d.node("condition", r.Condition)
		if r.Loop != nil {
			d.node(fmt.Sprintf("loop %q %q batch %d", r.Loop.Name, r.Loop.Index, r.Loop.Batch), r.Loop.Items)
		}
		d.node("target id", r.Target.ID)
		d.node("target subscription", r.Target.Subscription)
		d.node("target resource group", r.Target.ResourceGroup)
		d.node("body", r.Body)
		for _, n := range r.DependsOn {
			d.node("depends on", n)
		}
		if r.Module != nil {
			d.module(r.Module)
		}
	})
}

func (d *dumper) module(m *template.Module) {
	if m.Missing != "" {
		d.line("missing: %s", m.Missing)
	}
	d.node("value", m.Value)
	d.node("link", m.Link)
	d.node("arguments", m.ArgumentsValue)
	for _, a := range m.Arguments {
		d.node(fmt.Sprintf("argument %s wrapped %t", a.Name, a.Wrapped), a.Value)
	}
	if m.Template != nil {
		d.line("template outer %t", m.Outer)
		d.in(func() { d.template(m.Template) })
	}
}

func showType(t *template.Type) string {
	s := t.Kind.String()
	if t.Ref != "" {
		s = "ref " + t.Ref
	}
	if t.Secure {
		s += " secure"
	}
	if t.Nullable {
		s += " nullable"
	}
	if t.Allowed != nil {
		s += " allowed " + arm.Array(t.Allowed, arm.Pos{}).JSON()
	}
	if t.Min != nil {
		s += fmt.Sprintf(" min %d", *t.Min)
	}
	if t.Max != nil {
		s += fmt.Sprintf(" max %d", *t.Max)
	}
	if t.Items != nil {
		s += " of (" + showType(t.Items) + ")"
	}
	for _, p := range t.Properties {
		s += " ." + p.Name + " (" + showType(p.Type) + ")"
	}
	return s
}

// FuzzNewTemplate only has to come back.
func FuzzNewTemplate(f *testing.F) {
	paths, _ := filepath.Glob("testdata/template/*.txt")
	for _, path := range paths {
		raw, _ := os.ReadFile(path)
		source, _, _ := strings.Cut(string(raw), "-- built --\n")
		f.Add([]byte(source))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, diagnostics := ReadFile("t.json", text, 1<<20)
		built := NewTemplate(arm.NewFile("t.json", text), v, diagnostics...)
		var d dumper
		d.template(built)
	})
}
