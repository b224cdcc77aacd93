package spec

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

const problemsMark = "== problems ==\n"

// TestProblems reads each file of testdata/problems: a palisade.yaml, and the
// problems that it has.
func TestProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { checkProblems(t, file) })
	}
}

func checkProblems(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	yaml, want, found := strings.Cut(string(text), problemsMark)
	if !found {
		t.Fatalf("no line %q", problemsMark)
	}
	s, problems := Parse("palisade.yaml", []byte(yaml))
	if s != nil {
		t.Error("a Spec in spite of problems")
	}
	var got strings.Builder
	for _, p := range problems {
		got.WriteString(p.String() + "\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(yaml+problemsMark+got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	if strings.Contains(got.String(), "CANARY") && !strings.Contains(want, "CANARY") {
		t.Error("a secret is repeated")
	}
}
