package spec

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSamples(t *testing.T) {
	files, err := filepath.Glob("../examples/gateway/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("samples: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, problems := Parse(file, text)
			for _, p := range problems {
				t.Error(p)
			}
			if (s == nil) != (len(problems) > 0) {
				t.Errorf("Parse gave a Spec: %t, with %d problems", s != nil, len(problems))
			}
		})
	}
}
