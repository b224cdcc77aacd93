// Command understanding measures how many of the real files that declare Azure
// OpenAI accounts are understood. It walks any folders; the files that declare an
// account are found by a plain text search. Each is evaluated on its own with no
// value for its parameters. It is understood when all of its accounts come out,
// what decides about them is known or depends on nothing but parameters and on
// what only Azure knows, and the values that its text says outright are those
// that came out. Then each folder is evaluated as a whole, as check does, and the
// accounts must be seen there, too. Uses of the registry's module of an account
// are counted by themselves.
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

// score is what was counted.
type score struct {
	files, accounts, understood, compared int
	seen, twins                           int // in the tree
	uses, followed, missing               int // of the registry's module
}

func run(roots []string, options source.Options, least float64) error {
	var s score
	for _, root := range roots {
		if err := s.root(filepath.Clean(root), source.NewLoader(options)); err != nil {
			return err
		}
	}
	if s.files == 0 {
		return fmt.Errorf("no file below %s declares an account", strings.Join(roots, " "))
	}
	percent := 100 * float64(s.understood) / float64(s.files)
	fmt.Printf("understanding: %d files with %d accounts, %d understood: %.1f%%\n", s.files, s.accounts, s.understood, percent)
	fmt.Printf("property values that the text says outright: %d compared\n", s.compared)
	fmt.Printf("seen when the tree is checked as a whole: %d of %d files; %d more are compiled from a Bicep file beside them\n",
		s.seen, s.files-s.twins, s.twins)
	fmt.Printf("uses of the registry's module of an account: %d, followed %d, named as missing %d\n", s.uses, s.followed, s.missing)
	if percent < least {
		return fmt.Errorf("less than %.1f%%", least)
	}
	return nil
}

// root judges the files below one folder, each by itself and then all as a tree.
func (s *score) root(root string, loader *source.Loader) error {
	paths, err := candidates(root)
	if err != nil {
		return err
	}
	places, left := reached(loader, root)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if isBicep(path) {
			used, followed, missing := modules(loader, path, string(text))
			s.uses, s.followed, s.missing = s.uses+used, s.followed+followed, s.missing+missing
		}
		if n := declared(path, string(text)); n > 0 {
			s.file(loader, path, text, n)
			switch why := unreached(path, n, places, left[path]); {
			case strings.HasPrefix(why, compiled):
				s.twins++
			case why != "":
				fmt.Printf("%s\n  in the tree: %s\n", path, why)
			default:
				s.seen++
			}
		}
	}
	return nil
}

func (s *score) file(loader *source.Loader, path string, text []byte, n int) {
	j := judge(loader, path, text, n)
	s.files, s.accounts, s.compared = s.files+1, s.accounts+n, s.compared+j.compared
	if j.why != "" {
		fmt.Printf("%s\n  %s\n", path, j.why)
		return
	}
	s.understood++
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
