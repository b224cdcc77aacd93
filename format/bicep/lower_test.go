package bicep

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

// TestLower evaluates each archive of testdata/lower: main.bicep with the files
// that it uses, perhaps main.bicepparam, and in want what would be deployed.
// The folder modules serves br/public:modules, cache is the module cache.
func TestLower(t *testing.T) {
	paths, err := filepath.Glob("testdata/lower/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := evaluated(t, a)
			i := indexOf(a, "want")
			if i < 0 {
				a.Files = append(a.Files, txtar.File{Name: "want"})
				i = len(a.Files) - 1
			}
			if *update {
				a.Files[i].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[i].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func indexOf(a *txtar.Archive, name string) int {
	for i, f := range a.Files {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// loaderOf reads files from an archive.
func loaderOf(a *txtar.Archive) *Loader {
	return NewLoader(Options{
		ModuleCache: "cache",
		Modules:     map[string]string{"br/public:modules": "modules"},
		ReadFile: func(path string) ([]byte, error) {
			if here, err := filepath.Abs("."); err == nil && filepath.IsAbs(path) {
				path, _ = filepath.Rel(here, path)
			}
			if i := indexOf(a, filepath.ToSlash(path)); i >= 0 {
				return a.Files[i].Data, nil
			}
			return nil, os.ErrNotExist
		},
		ReadDir: func(path string) (names []string, err error) {
			for _, f := range a.Files {
				if folder, name := filepath.Split(f.Name); filepath.Clean(folder) == path {
					names = append(names, name)
				}
			}
			if names == nil {
				err = os.ErrNotExist
			}
			return names, err
		},
		Environment: func(name string) (string, bool) { return "value of " + name, name != "UNSET" },
	})
}

func evaluated(t *testing.T, a *txtar.Archive) string {
	l := loaderOf(a)
	in := template.Input{Parameters: map[string]arm.Value{},
		Parse: func(v arm.Value) *template.Template { return armjson.NewTemplate(v.Pos().File, v) }}
	var b strings.Builder
	path := "main.bicep"
	if indexOf(a, "main.bicepparam") >= 0 {
		p, err := l.Parameters("main.bicepparam")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "using %q\n", filepath.ToSlash(p.Using))
		for _, m := range p.Values {
			in.Parameters[m.Name] = m.Value
			fmt.Fprintf(&b, "param %s = %s\n", m.Name, m.Value.JSON())
		}
		for _, d := range p.Diagnostics {
			fmt.Fprintf(&b, "problem %s\n", d)
		}
		path = p.Using
	}
	if path == "" {
		return b.String()
	}
	var err error
	if in.Template, err = l.Template(path); err != nil {
		t.Fatal(err)
	}
	return b.String() + result(template.Evaluate(in))
}

// result prints what would be deployed.
func result(r *template.Result) string {
	var b strings.Builder
	for _, res := range r.Resources {
		b.WriteString(shortenID(res.ID))
		for _, mark := range []struct {
			is   bool
			text string
		}{
			{res.Existing, " existing"},
			{res.Condition.IsUnknown(), " if " + res.Condition.Text()},
			{res.Copies.IsUnknown(), " for each of " + res.Copies.Text()},
		} {
			if mark.is {
				b.WriteString(mark.text)
			}
		}
		b.WriteString("\n")
		for _, id := range res.DependsOn {
			fmt.Fprintf(&b, "    after %s\n", shortenID(id))
		}
		if o, ok := res.Body.Object(); ok {
			for _, m := range o.Members() {
				fmt.Fprintf(&b, "    %s: %s\n", m.Name, shortenID(m.Value.JSON()))
			}
		} else if res.Body.IsUnknown() {
			fmt.Fprintf(&b, "    %s\n", res.Body.Text())
		}
	}
	for _, o := range r.Outputs {
		nested := ""
		if o.Nested {
			nested = "  nested "
		}
		fmt.Fprintf(&b, "%soutput %s = %s\n", nested, o.Name, shortenID(o.Value.JSON()))
	}
	for _, p := range r.Open {
		fmt.Fprintf(&b, "open %s %s\n", p.Name, arm.Array(p.Values, p.Pos).JSON())
	}
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&b, "problem %s\n", d)
	}
	return b.String()
}

func shortenID(s string) string {
	s = strings.ReplaceAll(s, template.AssumedSubscription, "SUB")
	return strings.ReplaceAll(s, "/subscriptions/SUB/resourceGroups/"+template.AssumedResourceGroup, "RG")
}

// TestCyclesEnd loads files that use each other from several goroutines.
func TestCyclesEnd(t *testing.T) {
	a := txtar.Parse([]byte(`
-- a.bicep --
import { x } from 'b.bicep'
module b 'b.bicep' = {}
module c 'c.bicep' = {}
output o string = x
-- b.bicep --
import { y } from 'a.bicep'
module c 'c.bicep' = {}
@export()
var x = y
-- c.bicep --
module a 'a.bicep' = {}
module self 'c.bicep' = {}
-- p.bicepparam --
extends 'q.bicepparam'
-- q.bicepparam --
extends 'p.bicepparam'
`))
	for range 20 {
		l := loaderOf(a)
		var wait sync.WaitGroup
		for _, path := range []string{"a.bicep", "b.bicep", "c.bicep"} {
			wait.Go(func() {
				if _, err := l.Template(path); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if _, err := l.Parameters("p.bicepparam"); err != nil {
			t.Error(err)
		}
	}
}

func TestUses(t *testing.T) {
	a := txtar.Parse([]byte(`
-- dir/main.bicep --
import * as x from '../types.bicep'
module a './a.bicep' = {}
module b 'br/public:avm/res/x:1.0.0' = {}
-- types.bicep --
type t = string
-- cut.bicep --
resource a 'Microsoft.Storage/storageAccounts@2023
-- main.bicepparam --
using 'dir/main.bicep'
extends 'base.bicepparam'
`))
	l := loaderOf(a)
	for path, want := range map[string]string{
		"dir/main.bicep": "types.bicep dir/a.bicep", "types.bicep": "",
		"main.bicepparam": "dir/main.bicep base.bicepparam", "absent.bicep": "",
	} {
		if got := filepath.ToSlash(strings.Join(l.Uses(path), " ")); got != want {
			t.Errorf("%s uses %q, want %q", path, got, want)
		}
	}
	if !l.Declares("dir/main.bicep") || l.Declares("types.bicep") {
		t.Error("only dir/main.bicep declares a module")
	}
	if !l.Declares("absent.bicep") || !l.Declares("cut.bicep") {
		t.Error("what can't be read may declare something")
	}
}

func TestEncodeTag(t *testing.T) {
	// The capitals of a tag as a bit mask, as Bicep's TagEncoder has it.
	for tag, want := range map[string]string{
		"1.2.3": "1.2.3$", "v1": "v1$", "V1": "V1$1", "aBC": "aBC$6",
		strings.Repeat("a", 64) + "B": strings.Repeat("a", 64) + "B$10000000000000000",
		"sha256:0123":                 "sha256#0123",
	} {
		if got := encodeTag(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

// FuzzLower checks that any text can be evaluated as a template.
func FuzzLower(f *testing.F) {
	paths, err := filepath.Glob("testdata/lower/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if strings.HasPrefix(file.Name, "main.bicep") {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a := &txtar.Archive{Files: []txtar.File{
			{Name: "main.bicep", Data: text}, {Name: "main.bicepparam", Data: text},
			{Name: "shared.bicep", Data: text}, {Name: "data/a.yaml", Data: text},
		}}
		l := loaderOf(a)
		main, err := l.Template("main.bicep")
		if err != nil {
			t.Fatal(err)
		}
		template.Evaluate(template.Input{Template: main})
		if _, err := l.Parameters("main.bicepparam"); err != nil {
			t.Fatal(err)
		}
	})
}
