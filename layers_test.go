package palisade

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers is the table of docs/architecture.md: what a package may import of
// this module. Packages for tests and for the build are below their owner's
// folder and may import what they like.
var layers = map[string][]string{
	"arm":              {},
	"expr":             {"arm"},
	"template":         {"arm", "expr"},
	"format/layout":    {"arm", "expr", "template"},
	"format/armjson":   {"arm", "expr", "template", "format/layout"},
	"format/bicep":     {"arm", "expr", "template", "format/layout", "format/armjson"},
	"format/terraform": {"arm", "expr", "template", "format/layout"},
	"source":           {"arm", "expr", "template", "format/armjson", "format/bicep"},
	"estate":           {"arm"},
	"access":           {"arm", "estate"},
	"rule":             {"arm", "estate", "access"},
	"report":           {"arm", "estate", "access", "rule"},
	"spec":             {},
	"blueprint":        {"arm", "estate", "spec", "blueprint/types"},
	"blueprint/types":  {"arm"},
	"usage":            {},
	"usage/blob":       {"usage"},
	"usage/vault":      {},
	"gateway/caller":   {"spec"},
	"gateway/route":    {},

	"gateway/caller/issuertest": {},
	"gateway/caller/demoissuer": {},

	"gateway/redact":    {"spec"},
	"gateway/safety":    {"spec"},
	"gateway/telemetry": {"spec"},

	"gateway/upstream": {"spec", "gateway/route"},
	"gateway/limit":    {"spec", "gateway/route"},
	"gateway": {"arm", "azure", "estate", "access", "spec", "usage", "usage/blob", "usage/vault",
		"gateway/caller", "gateway/caller/demoissuer", "gateway/route", "gateway/upstream", "gateway/limit",
		"gateway/redact", "gateway/safety", "gateway/telemetry"},
	"azure":           {"arm", "format/armjson"},
	"azure/simulator": {"arm", "expr", "template", "format/armjson"},

	"cli": {"arm", "template", "source", "format/layout", "format/armjson", "format/bicep", "format/terraform",
		"blueprint", "blueprint/types", "estate", "access", "rule", "report",
		"spec", "azure", "usage", "usage/vault", "gateway"},
	"cmd/palisade": {"cli"},
}

// standardOnly are the packages that import nothing but the standard library
// and this module.
var standardOnly = []string{"arm", "expr", "template", "format/layout", "format/armjson", "format/bicep", "source", "estate", "access", "rule"}

func TestLayers(t *testing.T) {
	for _, dir := range packages(t) {
		allowed, listed := layers[dir]
		if !listed {
			t.Errorf("package %s is not in the table of layers", dir)
			continue
		}
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		for _, imported := range p.Imports {
			checkImport(t, dir, imported, allowed)
		}
	}
}

func checkImport(t *testing.T, dir, imported string, allowed []string) {
	t.Helper()
	ours, isOurs := strings.CutPrefix(imported, "palisade/")
	switch {
	case isOurs && !slices.Contains(allowed, ours):
		t.Errorf("%s imports %s, which the table of layers doesn't allow", dir, ours)
	case !isOurs && strings.Contains(strings.Split(imported, "/")[0], ".") && slices.Contains(standardOnly, dir):
		t.Errorf("%s imports %s; it is to use the standard library alone", dir, imported)
	}
}

// packages lists the folders with Go code that is part of the program.
func packages(t *testing.T) []string {
	var dirs []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "internal" || name == "examples" || strings.HasSuffix(name, "test")) {
			return fs.SkipDir
		}
		if path != "." && hasGo(path) {
			dirs = append(dirs, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

func hasGo(dir string) bool {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			return true
		}
	}
	return false
}

// TestPackageComments holds that each package says in one place what it is.
func TestPackageComments(t *testing.T) {
	for _, dir := range packages(t) {
		p, err := build.ImportDir(dir, 0)
		if err == nil && p.Doc == "" {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}
