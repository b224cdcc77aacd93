// Command conformance holds the two front ends against each other: it
// evaluates each module of a clone of Azure/bicep-registry-modules from its
// Bicep source and from the ARM JSON that the Bicep compiler made of it, with
// the same values for the parameters, and compares what they would deploy.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/source"
	"palisade/template"
)

func main() {
	registry := flag.String("registry", "", "clone of Azure/bicep-registry-modules, with its tags")
	explained := flag.String("explained", "internal/conformance/differences.txt", "file of known differences, each with its explanation")
	verbose := flag.Bool("v", false, "print each difference")
	only := flag.String("only", "", "compare only the modules whose path has this in it")
	flag.Parse()
	if *registry == "" {
		fmt.Fprintln(os.Stderr, "conformance: -registry DIR is needed")
		os.Exit(2)
	}
	if err := run(*registry, *explained, *only, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(registry, explained, only string, verbose bool) error {
	modules, cleanup, err := publishedModules(registry)
	if err != nil {
		return err
	}
	defer cleanup()
	known, err := readExplained(explained)
	if err != nil {
		return err
	}
	folders, err := pairs(registry)
	if err != nil {
		return err
	}
	loader := source.NewLoader(source.Options{Modules: map[string]string{"br/public:avm": modules}})
	equal, unexplained := 0, 0
	for _, folder := range folders {
		name, _ := filepath.Rel(registry, folder)
		name = filepath.ToSlash(name)
		if !strings.Contains(name, only) {
			continue
		}
		d := compareFolder(loader, folder)
		switch {
		case d == "":
			equal++
			continue
		case known[name] == "":
			unexplained++
		}
		if verbose || known[name] == "" {
			fmt.Printf("%s\n  %s\n", name, d)
		}
	}
	fmt.Printf("conformance: %d folders, %d equal, %d different and explained, %d different and not explained\n",
		len(folders), equal, len(folders)-equal-unexplained, unexplained)
	if unexplained > 0 && only == "" {
		return fmt.Errorf("%d differences aren't explained in %s", unexplained, explained)
	}
	return nil
}

// pairs lists the folders that hold a main.bicep and its compiled main.json.
func pairs(root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != "main.json" {
			return err
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "main.bicep")); err == nil {
			out = append(out, filepath.Dir(path))
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

func compareFolder(loader *source.Loader, folder string) string {
	compiled, err := loader.Template(filepath.Join(folder, "main.json"))
	if err != nil {
		return err.Error()
	}
	written, err := loader.Template(filepath.Join(folder, "main.bicep"))
	if err != nil {
		return err.Error()
	}
	values := samples(compiled)
	a, b := evaluate(loader, written, values), evaluate(loader, compiled, values)
	if d := difference(a, b); d != "" {
		return d
	}
	for _, d := range a.Diagnostics {
		if d.Severity == arm.Missing {
			return "equal, but only because something is missing: " + d.String()
		}
	}
	return ""
}

func evaluate(loader *source.Loader, t *template.Template, values map[string]arm.Value) *template.Result {
	return template.Evaluate(template.Input{
		Template: t, Parameters: values, Link: loader.Link,
		Parse: func(v arm.Value) *template.Template { return armjson.NewTemplate(v.Pos().File, v) },
	})
}

// readExplained reads lines of "folder: explanation".
func readExplained(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, why, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%s: %q has no explanation", path, line)
		}
		known[name] = strings.TrimSpace(why)
	}
	return known, lines.Err()
}
