// Command understanding measures how many of the real files that declare Azure
// OpenAI accounts are understood. It walks any folders; each file that declares
// an account, by a plain text search, is evaluated on its own with no value for
// its parameters. It is understood when all of its accounts come out, and what
// decides about them is known or depends on nothing but parameters and on what
// only Azure knows.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"palisade/source"
)

func main() {
	modules := flag.String("modules", "", "PREFIX=DIR, sources of a module registry")
	least := flag.Float64("least", 98, "percentage that has to be understood")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: understanding [-modules PREFIX=DIR] DIR...")
		os.Exit(2)
	}
	options := source.Options{Modules: map[string]string{}}
	if prefix, dir, ok := strings.Cut(*modules, "="); ok {
		options.Modules[prefix] = dir
	}
	if err := run(flag.Args(), options, *least); err != nil {
		fmt.Fprintln(os.Stderr, "understanding:", err)
		os.Exit(1)
	}
}

func run(roots []string, options source.Options, least float64) error {
	loader := source.NewLoader(options)
	total, accounts, understood := 0, 0, 0
	for _, root := range roots {
		paths, err := candidates(root)
		if err != nil {
			return err
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n := declared(path, string(text))
			if n == 0 {
				continue
			}
			total, accounts = total+1, accounts+n
			if why := judge(loader, path, text, n); why != "" {
				fmt.Printf("%s\n  %s\n", path, why)
				continue
			}
			understood++
		}
	}
	if total == 0 {
		return fmt.Errorf("no file below %s declares an account", strings.Join(roots, " "))
	}
	percent := 100 * float64(understood) / float64(total)
	fmt.Printf("understanding: %d files with %d accounts, %d understood: %.1f%%\n", total, accounts, understood, percent)
	if percent < least {
		return fmt.Errorf("less than %.1f%%", least)
	}
	return nil
}

// candidates are the Bicep and JSON files below root.
func candidates(root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".bicep", ".json", ".jsonc":
			out = append(out, path)
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}
