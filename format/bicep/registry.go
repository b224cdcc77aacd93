package bicep

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// found is where the file is that a reference names. Without a path it isn't
// there: missing says so, and hint what brings it.
type found struct {
	path          string
	missing, hint string
}

func isRegistry(reference string) bool {
	scheme, _, ok := strings.Cut(reference, ":")
	if !ok {
		return false
	}
	scheme, _, _ = strings.Cut(scheme, "/")
	return scheme == "br" || scheme == "ts"
}

// resolve finds the file of a reference: a path, br:… or ts:….
func (u *unit) resolve(reference string) found {
	if !isRegistry(reference) {
		return found{path: u.relative(reference)}
	}
	c := u.config()
	if path := u.loader.fromFolder(reference, c); path != "" {
		return found{path: path}
	}
	if folder := u.loader.cacheFolder(c.expand(reference)); folder != "" {
		if path := filepath.Join(folder, "main.json"); u.loader.exists(path) {
			return found{path: path}
		}
	}
	return found{
		missing: fmt.Sprintf("module %s isn't in the module cache", reference),
		hint:    fmt.Sprintf("bicep restore %s, or --modules %s=DIR with its source", u.path, prefixOf(reference)),
	}
}

// prefixOf is a prefix for --modules that fits the reference.
func prefixOf(reference string) string {
	scheme, rest, _ := strings.Cut(reference, ":")
	first, _, ok := strings.Cut(rest, "/")
	if !ok {
		return scheme
	}
	return scheme + ":" + first
}

// fromFolder looks a reference up in the folders given for prefixes; the
// longest prefix that fits counts. Aliases are read by c on both sides.
func (l *Loader) fromFolder(reference string, c *config) string {
	full, best, rest := c.expand(reference), "", ""
	for _, prefix := range slices.Sorted(maps.Keys(l.options.Modules)) {
		after, ok := strings.CutPrefix(full, c.expand(prefix))
		if ok && len(prefix) > len(best) {
			best, rest = prefix, after
		}
	}
	if best == "" {
		return ""
	}
	rest, version := cutVersion(rest)
	folder := filepath.Join(l.options.Modules[best], filepath.FromSlash(strings.Trim(rest, "/:")))
	for _, dir := range [...]string{filepath.Join(folder, version), folder} {
		for _, name := range [...]string{"main.bicep", "main.json"} {
			if path := filepath.Join(dir, name); l.exists(path) {
				return path
			}
		}
	}
	return ""
}

// cutVersion cuts the tag or digest off the end of a reference.
func cutVersion(reference string) (rest, version string) {
	if i := strings.LastIndexByte(reference, '@'); i >= 0 {
		return reference[:i], reference[i+1:]
	}
	if i := strings.LastIndexByte(reference, ':'); i > strings.LastIndexByte(reference, '/') {
		return reference[:i], reference[i+1:]
	}
	return reference, ""
}

func (l *Loader) exists(path string) bool { return l.unit(path).err == nil }

// cacheFolder is where Bicep keeps a restored module (Azure/bicep,
// Bicep.Core/SourceGraph/Artifacts and Registry/TemplateSpecModuleRegistry.cs):
// br/registry/repo$path/tag, or ts/subscription/group/name/version.
func (l *Loader) cacheFolder(full string) string {
	scheme, rest, _ := strings.Cut(full, ":")
	rest, version := cutVersion(rest)
	if version == "" || l.options.ModuleCache == "" {
		return ""
	}
	switch scheme {
	case "br":
		registry, repository, ok := strings.Cut(rest, "/")
		if !ok {
			return ""
		}
		registry = strings.ToLower(strings.ReplaceAll(registry, ":", "$"))
		return filepath.Join(l.options.ModuleCache, "br", registry, strings.ReplaceAll(repository, "/", "$"), encodeTag(version))
	case "ts":
		return filepath.Join(l.options.ModuleCache, "ts", filepath.FromSlash(strings.ToLower(rest+"/"+version)))
	}
	return ""
}

// encodeTag is a tag as the name of a folder: its capitals are told by a number
// in which each bit stands for a letter, as some file systems ignore case.
func encodeTag(tag string) string {
	if strings.HasPrefix(tag, "sha256:") {
		return strings.ReplaceAll(tag, ":", "#")
	}
	var low, high uint64
	for i, c := range tag {
		switch {
		case !unicode.IsUpper(c):
		case i < 64:
			low |= 1 << i
		case i < 128:
			high |= 1 << (i - 64)
		}
	}
	switch {
	case high != 0:
		return fmt.Sprintf("%s$%x%016x", tag, high, low)
	case low != 0:
		return fmt.Sprintf("%s$%x", tag, low)
	}
	return tag + "$"
}
