package armjson

import (
	"path"
	"strings"

	"palisade/arm"
)

// LinkedFile finds the local file that a link to a template means, seen from
// the folder of the template that links to it. A relative path is taken as it
// is. Of an address the longest end is taken for which there is a file:
// templates are written beside each other, and linked to where they are
// published. Of the address only that end has to be known.
//
// Paths have slashes; exists says whether there is such a file.
func LinkedFile(folder string, target arm.Value, exists func(path string) bool) (string, bool) {
	link := strings.ReplaceAll(linkPath(target), "\\", "/")
	for link != "" {
		file := path.Join(folder, link)
		if exists(file) {
			return file, true
		}
		_, link, _ = strings.Cut(link, "/")
	}
	return "", false
}

// linkPath is the path at the end of a link, as far as it is known, without
// host and query.
func linkPath(target arm.Value) string {
	if s, ok := target.Str(); ok {
		s, _, _ = strings.Cut(s, "?")
		if _, address, ok := strings.Cut(s, "://"); ok {
			_, s, _ = strings.Cut(address, "/")
		}
		return s
	}
	u, ok := target.Unknown()
	switch {
	case !ok:
		return ""
	case u.Op == arm.OpCall && strings.EqualFold(u.Name, "uri") && len(u.Args) == 2:
		return linkPath(u.Args[1])
	case u.Op == arm.OpJoin:
		return joinedPath(u.Args)
	}
	return ""
}

// joinedPath is the last known part that ends a path; behind it comes at most
// a token.
func joinedPath(parts []arm.Value) string {
	for i := len(parts) - 1; i >= 0; i-- {
		s, _ := parts[i].Str()
		s, _, _ = strings.Cut(s, "?")
		if path.Ext(s) != "" && !strings.Contains(s, "://") {
			return strings.TrimPrefix(s, "/")
		}
	}
	return ""
}
