package source

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// Entry is one deployment: a template that somebody deploys, and the parameter
// file that it is deployed with, if there is one; or a palisade.yaml.
type Entry struct {
	Template   string
	Parameters string // "" for none
	Spec       bool   // Template is a palisade.yaml, which a Loader can't read
}

// Found is what was found below some paths.
type Found struct {
	Entries  []Entry
	Skipped  []Skipped
	Problems []Problem
	Files    int // templates and parameter files, skipped ones included
}

// Find looks below paths for entry points: files that the user names; in
// folders, Bicep files and templates that nothing else there uses as a module,
// and files named palisade.yaml or ending in .palisade.yaml.
// A template that was compiled from a Bicep file beside it is left out, and
// parameter files are paired with their templates. With parameters, these files
// are used instead of those that are found.
func (l *Loader) Find(paths, parameters []string) Found {
	t := &tree{}
	for _, p := range paths {
		t.walk(filepath.Clean(p))
	}
	f := &finder{loader: l, tree: t, uses: map[string][]string{}, used: map[string]string{}}
	f.findUsed()
	f.findTemplates()
	if len(parameters) > 0 {
		f.parameters = parameters
	} else {
		f.findParameters()
	}
	entries := f.entries()
	return Found{
		Entries:  entries,
		Skipped:  f.skipped(entries),
		Problems: t.problems,
		Files:    len(t.files) + len(t.skipped),
	}
}

type finder struct {
	loader     *Loader
	tree       *tree
	uses       map[string][]string // file → those that it uses
	used       map[string]string   // file → one that uses it
	templates  []string            // entry points, without regard to parameters
	modules    []string            // templates that these use
	specs      []string            // palisade.yaml files
	libraries  []Skipped
	parameters []string
}

var relativePath = regexp.MustCompile(`"relativePath"\s*:\s*"([^"\[]+)"`)

func (f *finder) findUsed() {
	for _, file := range f.tree.files {
		switch file.kind {
		case bicepFile:
			for _, u := range f.loader.bicep.Uses(file.path) {
				f.use(file.path, u)
			}
		case jsonTemplate:
			text, _ := os.ReadFile(file.path)
			for _, m := range relativePath.FindAllSubmatch(text, -1) {
				f.use(file.path, filepath.Join(filepath.Dir(file.path), filepath.FromSlash(string(m[1]))))
			}
		}
	}
}

func (f *finder) use(file, used string) {
	f.uses[file] = append(f.uses[file], used)
	if f.used[used] == "" {
		f.used[used] = file
	}
}

// findTemplates takes what nothing else uses as the entry points. Files that
// use each other in a circle are reached from none of these; the first of a
// circle is taken, so that the circle is reported.
func (f *finder) findTemplates() {
	reached := map[string]bool{}
	var waiting []file
	for _, file := range f.tree.files {
		switch {
		case file.kind == specFile:
			f.specs = append(f.specs, file.path)
		case file.kind != bicepFile && file.kind != jsonTemplate:
		case file.kind == bicepFile && !file.named && !f.loader.bicep.Declares(file.path):
			f.libraries = append(f.libraries, Skipped{file.path, "declares no resources"})
		case file.named || f.used[file.path] == "":
			f.enter(file.path, reached)
		default:
			waiting = append(waiting, file)
		}
	}
	for _, file := range waiting {
		if !reached[file.path] {
			f.enter(file.path, reached)
			continue
		}
		if !slices.Contains(f.templates, file.path) {
			f.modules = append(f.modules, file.path)
			f.libraries = append(f.libraries, Skipped{file.path, "a module of " + f.used[file.path]})
		}
	}
}

// enter takes a file as an entry point, and marks all that it reaches.
func (f *finder) enter(path string, reached map[string]bool) {
	f.templates = append(f.templates, path)
	todo := []string{path}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if !reached[next] {
			reached[next] = true
			todo = append(todo, f.uses[next]...)
		}
	}
}

func (f *finder) findParameters() {
	for _, file := range f.tree.files {
		if file.kind == bicepParameters || file.kind == jsonParameters {
			f.parameters = append(f.parameters, file.path)
		}
	}
}

// entries pairs templates and parameter files. A template without a parameter
// file stands alone.
func (f *finder) entries() []Entry {
	var out []Entry
	paired := map[string]bool{}
	for _, p := range f.parameters {
		templates := f.templatesFor(p)
		if len(templates) == 0 {
			f.libraries = append(f.libraries, Skipped{p, NoTemplate})
		}
		for _, t := range templates {
			out = append(out, Entry{Template: t, Parameters: p})
			paired[t] = true
		}
	}
	for _, t := range f.templates {
		if !paired[t] {
			out = append(out, Entry{Template: t})
		}
	}
	for _, s := range f.specs {
		out = append(out, Entry{Template: s, Spec: true})
	}
	slices.SortFunc(out, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Template, b.Template), cmp.Compare(a.Parameters, b.Parameters))
	})
	return slices.Compact(out)
}

func (f *finder) templatesFor(parameters string) []string {
	if filepath.Ext(parameters) == ".bicepparam" {
		if using := f.loader.using(parameters); using != "" {
			return []string{using}
		}
		return nil
	}
	if out := pairedWith(parameters, f.templates); len(out) > 0 {
		return out
	}
	// A module with a parameter file of its own is deployed on its own, too.
	if out := pairedWith(parameters, f.modules); len(out) > 0 {
		return out
	}
	if len(f.templates) == 1 && f.tree.named() {
		return f.templates
	}
	if t, ok := pairAlone(parameters, f.templates); ok {
		return []string{t}
	}
	return f.fitting(parameters)
}

// fitting is the one template of its folder that declares all that a parameter
// file gives, for a file whose name tells nothing.
func (f *finder) fitting(parameters string) []string {
	var out []string
	if namesOne(parameters, beside(parameters, slices.Concat(f.templates, f.modules))) {
		return nil
	}
	for _, t := range beside(parameters, f.templates) {
		if f.loader.declares(t, parameters) {
			out = append(out, t)
		}
	}
	if len(out) != 1 {
		return nil
	}
	return out
}

func pairedWith(parameters string, templates []string) []string {
	var out []string
	for _, t := range templates {
		if pairs(parameters, t) {
			out = append(out, t)
		}
	}
	return out
}

// named reports whether the user named a file rather than folders.
func (t *tree) named() bool {
	return slices.ContainsFunc(t.files, func(f file) bool { return f.named })
}

// skipped are the files that aren't checked on their own.
func (f *finder) skipped(entries []Entry) []Skipped {
	checked := map[string]bool{}
	for _, e := range entries {
		checked[e.Template] = true
	}
	out := slices.DeleteFunc(slices.Concat(f.tree.skipped, f.libraries), func(s Skipped) bool { return checked[s.Path] })
	slices.SortFunc(out, func(a, b Skipped) int { return cmp.Compare(a.Path, b.Path) })
	return out
}
