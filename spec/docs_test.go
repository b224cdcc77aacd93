package spec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// readDocs reads the doc comments of types and fields: "Model", "Model.Name".
func readDocs(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if ts, ok := n.(*ast.TypeSpec); ok {
				fieldDocs(ts, docs)
			}
			return true
		})
	}
	return docs
}

func fieldDocs(ts *ast.TypeSpec, docs map[string]string) {
	st, ok := ts.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		for _, name := range f.Names {
			docs[ts.Name.Name+"."+name.Name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
		}
	}
}

// checkGolden compares a generated file with the one that is there, or writes it.
func checkGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != string(got) {
		t.Errorf("%s is not current: go test ./spec -update (%v)", file, err)
	}
}

// samples are the files of examples/gateway and examples/deploy, the full one
// first.
func samples(t *testing.T) (names []string, roots []*yaml.Node) {
	t.Helper()
	files, _ := filepath.Glob("../examples/gateway/*.yaml")
	deployed, _ := filepath.Glob("../examples/deploy/*.yaml")
	files = append(files, deployed...)
	for _, file := range append([]string{"../examples/gateway/full.yaml"}, files...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root, problem := newSource(file, text).node()
		if problem != nil {
			t.Fatal(problem)
		}
		names, roots = append(names, filepath.Base(file)), append(roots, root)
	}
	return names, roots
}

// examples maps each key, with NAME and 0 for names and items, to the first
// value that a sample has for it.
func examples(t *testing.T) map[string]*yaml.Node {
	all := map[string]*yaml.Node{}
	_, roots := samples(t)
	for _, root := range roots {
		collect(root, reflect.TypeFor[Spec](), nil, all)
	}
	return all
}

func collect(n *yaml.Node, typ reflect.Type, at path, all map[string]*yaml.Node) {
	if _, ok := all[at.String()]; !ok {
		all[at.String()] = n
	}
	typ = elem(typ)
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		switch shapeOf(typ) {
		case namedShape:
			collect(n.Content[i+1], typ.Elem(), at.with("NAME"), all)
		case sectionShape:
			s := sectionOf(typ)
			if f := s.find(n.Content[i].Value); f != nil {
				collect(n.Content[i+1], f.typ, at.with(f.key), all)
			}
		}
	}
	if n.Kind == yaml.SequenceNode && shapeOf(typ) == listShape {
		for _, item := range n.Content {
			collect(item, typ.Elem(), at.with("0"), all)
		}
	}
}

// TestSamplesCoverKeys holds that the samples show every key there is.
func TestSamplesCoverKeys(t *testing.T) {
	shown := examples(t)
	walk(reflect.TypeFor[Spec](), nil, func(at path, f *field) {
		inException := f.key == "because" || f.key == "expires"
		if shown[at.String()] == nil && !inException && !repeated(at) {
			t.Errorf("no sample has %s", at)
		}
	})
}

// repeated reports whether the key is of a section that is shown elsewhere.
func repeated(at path) bool {
	for _, step := range at[:len(at)-1] {
		if step == "limits" || step == "callerLimits" || step == "allow" {
			return !strings.HasPrefix(at.String(), "access.NAME.limits") && !strings.HasPrefix(at.String(), "access.NAME.allow")
		}
	}
	return false
}

// TestDocs holds that every key is documented, and that docs/spec.md is current.
func TestDocs(t *testing.T) {
	docs := readDocs(t)
	w := &guide{docs: docs, examples: examples(t), told: map[reflect.Type]string{}}
	walk(reflect.TypeFor[Spec](), nil, func(at path, f *field) {
		if docs[f.doc] == "" {
			t.Errorf("%s (%s) has no doc comment", at, f.doc)
		}
	})
	checkGolden(t, "../docs/spec.md", []byte(w.page()))
}
