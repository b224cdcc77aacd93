package bicep

import (
	"path/filepath"
	"slices"

	"palisade/arm"
)

// Uses lists the local files that a Bicep file takes as modules, imports from,
// extends, or is the parameter file of; cleaned, in order.
func (l *Loader) Uses(path string) []string {
	return l.unit(path).uses()
}

// Declares reports whether a Bicep file declares a resource or module, or may:
// what is in one that can't be read or has mistakes isn't known. One of types,
// variables and functions only is no entry point.
func (l *Loader) Declares(path string) bool {
	u := l.unit(path)
	isError := func(d arm.Diagnostic) bool { return d.Severity == arm.Error }
	if u.source == nil || slices.ContainsFunc(u.diagnostics, isError) {
		return true
	}
	for _, d := range u.source.decls {
		switch d.(type) {
		case *resourceDecl, *moduleDecl:
			return true
		}
	}
	return false
}

func (u *unit) uses() []string {
	if u.source == nil {
		return nil
	}
	var paths []string
	for _, d := range u.source.decls {
		if path, ok := u.local(referenceOf(d)); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// referenceOf is the other file that a declaration names, or nil.
func referenceOf(d decl) node {
	switch d := d.(type) {
	case *moduleDecl:
		return d.path
	case *importDecl:
		return d.from
	case *usingDecl:
		return d.path
	case *extendsDecl:
		return d.path
	}
	return nil
}

// local is the path of a local file, seen from this one.
func (u *unit) local(n node) (string, bool) {
	s, ok := n.(*stringNode)
	if !ok || isRegistry(s.value) || s.value == "" {
		return "", false
	}
	return u.relative(s.value), true
}

func (u *unit) relative(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(filepath.Dir(u.path), path)
}

// reaches reports whether the file uses another one, itself or by way of what
// it uses.
func (u *unit) reaches(target *unit) bool {
	seen := map[*unit]bool{}
	var search func(u *unit) bool
	search = func(u *unit) bool {
		if u == target {
			return true
		}
		if seen[u] {
			return false
		}
		seen[u] = true
		for _, d := range u.usedUnits() {
			if search(d) {
				return true
			}
		}
		return false
	}
	return search(u)
}

// usedUnits are the files that this one uses, wherever they are.
func (u *unit) usedUnits() []*unit {
	u.using.Do(func() {
		if u.source == nil {
			return
		}
		for _, d := range u.source.decls {
			s, ok := referenceOf(d).(*stringNode)
			if !ok {
				continue
			}
			if found := u.resolve(s.value); found.path != "" {
				u.used = append(u.used, u.loader.unit(found.path))
			}
		}
	})
	return u.used
}
