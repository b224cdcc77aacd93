package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// A case is a folder of testdata: report.json, the files in src that its
// positions name, and what each format makes of it.
func cases(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*/report.json")
	if err != nil || len(found) == 0 {
		t.Fatal("no cases", err)
	}
	var dirs []string
	for _, f := range found {
		dirs = append(dirs, filepath.Dir(f))
	}
	return dirs
}

// load reads a report. Fields that the Report doesn't have are an error, so
// that the names in the JSON are held by the cases, too.
func load(t *testing.T, dir string) *Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func sourceIn(dir string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, "src", path)) }
}

var formats = []struct {
	file  string
	write func(w io.Writer, r *Report, dir string) error
}{
	{"report.json", func(w io.Writer, r *Report, _ string) error { return JSON(w, r) }},
	{"text.golden", func(w io.Writer, r *Report, dir string) error {
		return Text(w, r, TextOptions{Source: sourceIn(dir)})
	}},
	{"color.golden", func(w io.Writer, r *Report, dir string) error {
		return Text(w, r, TextOptions{Color: true, Width: 80, Source: sourceIn(dir)})
	}},
	{"verbose.golden", func(w io.Writer, r *Report, _ string) error {
		return Text(w, r, TextOptions{Verbose: true, Width: 120})
	}},
	{"sarif.golden", func(w io.Writer, r *Report, dir string) error {
		return SARIF(w, r, SARIFOptions{Source: sourceIn(dir)})
	}},
}

func TestGolden(t *testing.T) {
	for _, dir := range cases(t) {
		for _, f := range formats {
			t.Run(filepath.Base(dir)+"/"+f.file, func(t *testing.T) {
				var out bytes.Buffer
				if err := f.write(&out, load(t, dir), dir); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join(dir, f.file), out.Bytes())
			})
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; look at it with go test ./report -update and git diff\n%s", file, got)
	}
}
