package bicep

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpus parses all Bicep files below the folder that BICEP_CORPUS names.
// Those below a folder called Invalid… must give a diagnostic, others none.
func TestCorpus(t *testing.T) {
	root := os.Getenv("BICEP_CORPUS")
	if root == "" {
		t.Skip("BICEP_CORPUS names no folder of Bicep files")
	}
	files := 0
	eachBicep(t, root, func(path string, text []byte, d dialect) {
		files++
		_, diagnostics := parse(path, text, d)
		invalid := strings.Contains(path, "/Invalid")
		if !invalid && len(diagnostics) > 0 {
			t.Error(diagnostics[0])
		}
		if invalid && len(diagnostics) == 0 {
			t.Logf("%s: no diagnostic", path)
		}
	})
	t.Logf("%d files", files)
}

func BenchmarkCorpus(b *testing.B) {
	root := os.Getenv("BICEP_CORPUS")
	if root == "" {
		b.Skip("BICEP_CORPUS names no folder of Bicep files")
	}
	type file struct {
		path string
		text []byte
		d    dialect
	}
	var files []file
	size := int64(0)
	eachBicep(b, root, func(path string, text []byte, d dialect) {
		files = append(files, file{path, text, d})
		size += int64(len(text))
	})
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			parse(f.path, f.text, f.d)
		}
	}
}

// BenchmarkLower reads the files of the corpus as templates, with what they use.
func BenchmarkLower(b *testing.B) {
	root := os.Getenv("BICEP_CORPUS")
	if root == "" {
		b.Skip("BICEP_CORPUS names no folder of Bicep files")
	}
	var paths []string
	eachBicep(b, root, func(path string, _ []byte, d dialect) {
		if d == templateFile {
			paths = append(paths, path)
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		l := NewLoader(Options{ModuleCache: b.TempDir()})
		for _, path := range paths {
			if _, err := l.Template(path); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func eachBicep(t testing.TB, root string, visit func(path string, text []byte, d dialect)) {
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || e.IsDir() || ext != ".bicep" && ext != ".bicepparam" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		d := templateFile
		if ext == ".bicepparam" {
			d = paramsFile
		}
		visit(path, text, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
