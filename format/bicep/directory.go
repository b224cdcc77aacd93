package bicep

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// mostFiles is how many files of a folder are listed.
const mostFiles = 10_000

// readDir lists the files of a folder, without those of folders in it.
func readDir(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// directoryInfo lowers loadDirectoryFileInfo: of each file of a folder its path
// from here, its name, and its extension with the dot. Source: Microsoft's page
// on Bicep's file functions. That page doesn't say in which order they come;
// here it is that of their names.
func (l *lowerer) directoryInfo(n *callNode, folder string) expr.Node {
	at := l.at(n.offset())
	pattern := "*"
	if len(n.args) > 1 {
		var ok bool
		if pattern, ok = l.constantText(n, 1); !ok {
			return l.unknown(n.offset(), n.name+" takes a search pattern that is written out")
		}
	}
	names, err := l.unit.loader.options.ReadDir(l.unit.relative(folder))
	if err == nil && len(names) > mostFiles {
		err = errTooLarge
	}
	if err != nil {
		return l.notLoaded(folder, cause(err).Error(), at)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	var files []arm.Value
	for _, name := range names {
		if wildcard(pattern, name) {
			files = append(files, fileInfo(path.Join(filepath.ToSlash(folder), name), at))
		}
	}
	return literal(arm.Array(files, at))
}

func fileInfo(name string, at arm.Pos) arm.Value {
	member := func(key, value string) arm.Member {
		return arm.Member{Name: key, Value: arm.String(value, at), Pos: at}
	}
	return arm.Obj(arm.NewObject([]arm.Member{
		member("relativePath", name), member("baseName", path.Base(name)), member("extension", path.Ext(name))}), at)
}

// wildcard reports whether a name fits a pattern with * and ?, whatever its case.
func wildcard(pattern, name string) bool {
	literally := strings.NewReplacer(`\`, `\\`, `[`, `\[`)
	ok, err := path.Match(literally.Replace(strings.ToLower(pattern)), strings.ToLower(name))
	return err == nil && ok
}
