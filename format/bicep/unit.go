package bicep

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

// unit is one file: Bicep, parameters of Bicep, or a JSON template.
type unit struct {
	loader *Loader
	path   string

	parsing     sync.Once
	err         error // the file can't be read
	source      *source
	json        arm.Value // of a JSON template
	diagnostics []arm.Diagnostic
	symbols     map[string]*symbol

	using sync.Once
	used  []*unit

	lowering sync.Once
	template *template.Template
}

var errTooLarge = fmt.Errorf("file is larger than %d MB", fileLimit>>20)

// cause is an error of the file system without the path, which is told anyway.
func cause(err error) error {
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.As(err, &pathErr):
		return pathErr.Err
	}
	return err
}

func isJSON(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json", ".jsonc", ".arm":
		return true
	}
	return false
}

func dialectOf(path string) dialect {
	if strings.EqualFold(filepath.Ext(path), ".bicepparam") {
		return paramsFile
	}
	return templateFile
}

// asTemplate is the file as a template, made at the first call. Callers make
// sure that u doesn't use itself as a module by way of others.
func (u *unit) asTemplate() *template.Template {
	u.lowering.Do(func() {
		if u.source == nil {
			u.template = armjson.NewTemplate(u.json.Pos().File, u.json, u.diagnostics...)
			return
		}
		u.template = newLowerer(u).lower()
	})
	return u.template
}

// symbolKind is what a name stands for.
type symbolKind uint8

const (
	paramSymbol symbolKind = iota
	variableSymbol
	resourceSymbol
	moduleSymbol
	functionSymbol
	typeSymbol
	importSymbol    // one name of another file
	namespaceSymbol // all names of another file
	extensionSymbol
)

// symbol is a name that a file declares.
type symbol struct {
	kind symbolKind
	decl decl
	name string // in the other file, for an import
}

// declare collects the names that the file declares. The first of two counts.
func (u *unit) declare() {
	u.symbols = map[string]*symbol{}
	for _, d := range u.source.decls {
		switch d := d.(type) {
		case *paramDecl:
			u.add(d.name, &symbol{kind: paramSymbol, decl: d})
		case *assignDecl:
			u.add(d.name, &symbol{kind: paramSymbol, decl: d})
		case *varDecl:
			u.add(d.name, &symbol{kind: variableSymbol, decl: d})
		case *resourceDecl:
			u.add(d.name, &symbol{kind: resourceSymbol, decl: d})
		case *moduleDecl:
			u.add(d.name, &symbol{kind: moduleSymbol, decl: d})
		case *funcDecl:
			u.add(d.name, &symbol{kind: functionSymbol, decl: d})
		case *typeDecl:
			u.add(d.name, &symbol{kind: typeSymbol, decl: d})
		case *extensionDecl:
			u.add(d.name, &symbol{kind: extensionSymbol, decl: d})
		case *importDecl:
			u.addImport(d)
		}
	}
}

func (u *unit) addImport(d *importDecl) {
	u.add(d.wildcard, &symbol{kind: namespaceSymbol, decl: d})
	for _, it := range d.items {
		u.add(it.alias, &symbol{kind: importSymbol, decl: d, name: it.name.name})
	}
}

func (u *unit) add(name ident, s *symbol) {
	if name.name == "" {
		return
	}
	if u.symbols[name.name] == nil {
		u.symbols[name.name] = s
		return
	}
	u.diagnostics = append(u.diagnostics, arm.Diagnostic{Pos: u.at(name.at),
		Message: fmt.Sprintf("%q is declared twice", name.name)})
}

// counts reports whether a declaration isn't the second of its name.
func (u *unit) counts(d decl) bool {
	name := ""
	switch d := d.(type) {
	case *paramDecl:
		name = d.name.name
	case *varDecl:
		name = d.name.name
	case *resourceDecl:
		name = d.name.name
	case *moduleDecl:
		name = d.name.name
	case *funcDecl:
		name = d.name.name
	case *typeDecl:
		name = d.name.name
	}
	s := u.symbols[name]
	return s == nil || s.decl == d
}

func (u *unit) at(off int32) arm.Pos { return u.source.file.At(int(off)) }
