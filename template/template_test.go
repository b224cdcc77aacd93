package template_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

var update = flag.Bool("update", false, "write what the templates evaluate to as the expected results")

// TestCases evaluates each file of testdata: a template main.json, perhaps the
// files linked from it and parameters.json, and in want what it deploys.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := show(evaluate(archive))
			want, i := section(archive, "want")
			if *update {
				if i < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					i = len(archive.Files) - 1
				}
				archive.Files[i].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func section(a *txtar.Archive, name string) (string, int) {
	for i, f := range a.Files {
		if f.Name == name {
			return string(f.Data), i
		}
	}
	return "", -1
}

func read(name, text string) *template.Template {
	v, diagnostics := armjson.Read(arm.NewFile(name, []byte(text)), []byte(text))
	return armjson.NewTemplate(v.Pos().File, v, diagnostics...)
}

func evaluate(a *txtar.Archive) *template.Result {
	text, _ := section(a, "main.json")
	in := template.Input{
		Template: read("main.json", text), Parameters: map[string]arm.Value{},
		Parse: func(v arm.Value) *template.Template { return armjson.NewTemplate(v.Pos().File, v) },
		Link: func(_ *arm.File, target arm.Value) (*template.Template, error) {
			text, i := section(a, target.Text())
			if i < 0 {
				return nil, os.ErrNotExist
			}
			return read(target.Text(), text), nil
		},
	}
	if text, i := section(a, "parameters.json"); i >= 0 {
		v, _ := armjson.Read(arm.NewFile("parameters.json", []byte(text)), []byte(text))
		values, _ := armjson.ReadParameters(v, armjson.NoEnvironment)
		for _, m := range values.Members() {
			in.Parameters[m.Name] = m.Value
		}
	}
	return template.Evaluate(in)
}

// show prints a result: the resources with their bodies, outputs, parameters
// without a value, diagnostics.
func show(r *template.Result) string {
	var b strings.Builder
	for _, res := range r.Resources {
		b.WriteString(res.ID)
		if res.Existing {
			b.WriteString(" existing")
		}
		if res.Condition.IsUnknown() {
			b.WriteString(" if " + res.Condition.Text())
		}
		if res.Copies.IsUnknown() {
			b.WriteString(" for each of " + res.Copies.Text())
		}
		b.WriteString("\n")
		if o, ok := res.Body.Object(); ok {
			for _, m := range o.Members() {
				fmt.Fprintf(&b, "    %s: %s\n", m.Name, m.Value.JSON())
			}
		}
	}
	for _, o := range r.Outputs {
		fmt.Fprintf(&b, "output %s = %s\n", o.Name, o.Value.JSON())
	}
	for _, p := range r.Open {
		fmt.Fprintf(&b, "open %s %s\n", p.Name, arm.Array(p.Values, p.Pos).JSON())
	}
	for _, n := range r.NotDeployed {
		fmt.Fprintf(&b, "not deployed %s %s\n", n.Pos, n.Type)
	}
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&b, "problem %s\n", d)
	}
	return b.String()
}
