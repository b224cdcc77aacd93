package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"palisade/format/armjson"
)

// maxFileSize bounds what is read, in bytes. Azure takes templates of 4 MB.
const maxFileSize = 64 << 20

// kind is what a file is for.
type kind uint8

const (
	bicepFile kind = iota
	bicepParameters
	jsonTemplate
	jsonParameters
	specFile // a palisade.yaml; the caller reads it
)

// file is a file that may take part in a deployment.
type file struct {
	path string // as shown: below the path that the user gave
	kind kind
	// named is set where the user gave this very file.
	named bool
}

// Skipped is a file that isn't checked on its own, and why.
type Skipped struct {
	Path, Why string
}

// NoTemplate is why a parameter file is skipped.
const NoTemplate = "no template goes with it"

// Problem is a file or folder that can't be read.
type Problem struct {
	Path string
	Err  error
}

// tree is what was found below the paths that the user gave.
type tree struct {
	files    []file
	skipped  []Skipped
	problems []Problem
}

// ignored are folders that hold copies of other people's work, and what tools
// keep. Other folders with a dot are looked at: some trees have their templates
// in one.
var ignored = []string{
	"node_modules", "bin", "obj", "vendor", "__pycache__", "venv",
	".git", ".azure", ".bicep", ".terraform", ".venv", ".vs", ".vscode", ".idea", ".cache",
}

// walk finds the files below a path.
func (t *tree) walk(path string) {
	info, err := os.Stat(path)
	if err != nil {
		t.problem(path, err)
		return
	}
	switch {
	case info.Mode().IsRegular():
		t.add(path, info.Size(), true)
		return
	case !info.IsDir():
		t.problem(path, errors.New("is neither a file nor a folder"))
		return
	}
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			t.problem(p, err)
			return nil
		case d.IsDir() && p != path && slices.Contains(ignored, d.Name()):
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			t.link(p)
		case d.Type().IsRegular():
			if info, err := d.Info(); err == nil {
				t.add(p, info.Size(), false)
			}
		}
		return nil
	})
}

// link adds a link to a file. Links to folders are not followed: they could
// lead in circles, and what they lead to is usually there under its own name.
func (t *tree) link(path string) {
	if kindByName(path) < 0 {
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		t.problem(path, err)
	case info.Mode().IsRegular():
		t.add(path, info.Size(), false)
	}
}

func (t *tree) problem(path string, err error) {
	if pathErr, ok := err.(*fs.PathError); ok {
		err = pathErr.Err
	}
	t.problems = append(t.problems, Problem{path, err})
}

// kindByName is the kind that the name suggests, or -1.
func kindByName(path string) int {
	if isSpecName(path) {
		return int(specFile)
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".bicep":
		return int(bicepFile)
	case ".bicepparam":
		return int(bicepParameters)
	case ".json", ".jsonc":
		return int(jsonTemplate)
	}
	return -1
}

// isSpecName reports whether a file is a palisade.yaml by its name.
func isSpecName(path string) bool {
	base := strings.ToLower(filepath.Base(path))
	name := strings.TrimSuffix(base, filepath.Ext(base))
	return isYAML(path) && (name == "palisade" || strings.HasSuffix(name, ".palisade"))
}

func isYAML(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".yaml" || ext == ".yml"
}

func (t *tree) add(path string, size int64, named bool) {
	k := kindByName(path)
	if named && isYAML(path) {
		k = int(specFile)
	}
	switch {
	case k < 0 && named:
		t.problem(path, fmt.Errorf("is neither a Bicep file nor an ARM template (.bicep, .bicepparam, .json), nor a palisade.yaml"))
		return
	case k < 0:
		return
	case size > maxFileSize:
		t.problem(path, fmt.Errorf("is larger than %d MB, the limit for a template", maxFileSize>>20))
		return
	}
	f := file{path: path, kind: kind(k), named: named}
	if f.kind == jsonTemplate && !t.classify(&f) {
		return
	}
	t.files = append(t.files, f)
	if f.kind == jsonParameters && named {
		t.addTemplateOf(path)
	}
}

// addTemplateOf adds the template that a parameter file is for, where the user
// names the parameter file alone.
func (t *tree) addTemplateOf(parameters string) {
	dir := filepath.Dir(parameters)
	for _, folder := range []string{dir, filepath.Dir(dir)} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			path := filepath.Join(folder, e.Name())
			if kindByName(path) < 0 || path == parameters || !pairs(parameters, path) {
				continue
			}
			if info, err := e.Info(); err == nil {
				t.add(path, info.Size(), false)
			}
		}
	}
}

// Marks of the JSON files that matter: parts of their $schema.
var (
	templateMark   = []byte("eploymentTemplate.json")
	parametersMark = []byte("eploymentParameters.json")
)

// classify tells templates from parameter files and from other JSON, which is
// most of it. A compiled template beside its Bicep source is left out.
func (t *tree) classify(f *file) bool {
	source := strings.TrimSuffix(f.path, filepath.Ext(f.path)) + ".bicep"
	if !f.named && exists(source) {
		t.skipped = append(t.skipped, Skipped{f.path, "compiled from " + filepath.Base(source)})
		return false
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		t.problem(f.path, err)
		return false
	}
	text = armjson.Text(text) // PowerShell writes UTF-16
	head := text[:min(len(text), 4096)]
	switch {
	case bytes.Contains(head, templateMark):
	case bytes.Contains(head, parametersMark):
		f.kind = jsonParameters
	case bytes.Contains(text, templateMark):
	case bytes.Contains(text, parametersMark):
		f.kind = jsonParameters
	default:
		return f.named
	}
	return true
}
