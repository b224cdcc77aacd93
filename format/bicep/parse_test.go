package bicep

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the tests find as what they expect")

// TestParse reads testdata/parse: a source and, beside it as .tree, its
// diagnostics and its tree.
func TestParse(t *testing.T) {
	for _, path := range sources(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, path+".tree", parsed(filepath.Base(path), text))
		})
	}
}

// sources are the cases of TestParse.
func sources(t testing.TB) []string {
	var paths []string
	for _, pattern := range []string{"testdata/parse/*.bicep", "testdata/parse/*.bicepparam"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal("no cases for", pattern, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// parsed is the diagnostics and the tree of a source.
func parsed(name string, text []byte) string {
	d := templateFile
	if strings.HasSuffix(name, ".bicepparam") {
		d = paramsFile
	}
	s, diagnostics := parse(name, text, d)
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString("! " + d.String() + "\n")
	}
	return b.String() + sexpr(s)
}

// golden compares got with the file, or with -update writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, unit := range []string{"(", "[", "{a:", "!", "-", "a.", "a[", "f(", "a+", "a?b:", "x=>", "'${", "a||", "[for x in y:", "() => "} {
		text := "var x = " + strings.Repeat(unit, 20_000) + "\nvar y = 1\n"
		s, diagnostics := parse("deep.bicep", []byte(text), templateFile)
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Message, "nested more than 200 deep") {
			t.Errorf("%q: %v", unit, diagnostics)
		}
		if len(s.decls) != 2 {
			t.Errorf("%q: %d declarations, want 2", unit, len(s.decls))
		}
	}
}

func TestTypeNestingIsBounded(t *testing.T) {
	for _, unit := range []string{"(", "[", "{a:", "a.", "a<"} {
		text := "type x = " + strings.Repeat(unit, 20_000) + "\nvar y = 1\n"
		_, diagnostics := parse("deep.bicep", []byte(text), templateFile)
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Message, "nested more than 200 deep") {
			t.Errorf("%q: %v", unit, diagnostics)
		}
	}
}

func TestByteOrderMarkIsSkipped(t *testing.T) {
	s, diagnostics := parse("bom.bicep", []byte("\xef\xbb\xbfvar x = 1"), templateFile)
	if len(diagnostics) != 0 || len(s.decls) != 1 || s.decls[0].offset() != 0 {
		t.Errorf("%v, %v", diagnostics, s.decls)
	}
}

// FuzzParse checks that any text gives a tree, and positions inside of it.
func FuzzParse(f *testing.F) {
	for _, path := range sources(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, d := range []dialect{templateFile, paramsFile} {
			s, diagnostics := parse("fuzz.bicep", text, d)
			sexpr(s)
			for _, d := range diagnostics {
				if d.Message == "" || int(d.Pos.Offset) > len(text) || d.Pos.Offset < 0 {
					t.Errorf("diagnostic %q at %d of %d bytes", d.Message, d.Pos.Offset, len(text))
				}
			}
		}
	})
}
