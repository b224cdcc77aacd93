package bicep

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.txt", "a.bicep"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "c"), 0o700); err != nil {
		t.Fatal(err)
	}
	if names, err := readDir(dir); err != nil || !slices.Equal(names, []string{"a.bicep", "b.txt"}) {
		t.Errorf("%q %v", names, err)
	}
}

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a.b", true}, {"*.json", "A.JSON", true}, {"?.json", "ab.json", false}, {"[a].json", "a.json", false}, {"[a].json", "[a].json", true}, {`a\*`, "a*", false},
	} {
		if got := wildcard(c.pattern, c.name); got != c.want {
			t.Errorf("%q of %q: %t", c.pattern, c.name, got)
		}
	}
}
