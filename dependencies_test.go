package palisade

import (
	"os"
	"path"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// TestDependencies holds that docs/dependencies.md says of each module that the
// project asks for what it is for.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	told, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		name, _, _ := module.SplitPathVersion(r.Mod.Path)
		if !r.Indirect && !strings.Contains(string(told), "`"+name) && !strings.Contains(string(told), "`"+path.Base(name)+"`") {
			t.Errorf("docs/dependencies.md doesn't tell what %s is for", r.Mod.Path)
		}
	}
}
