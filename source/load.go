package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/format/bicep"
	"palisade/template"
)

// Options say where modules are found and what the environment holds.
type Options struct {
	ModuleCache string              // Bicep's cache of restored modules; "" is ~/.bicep
	Modules     map[string]string   // prefix of a registry, such as br/public:avm → folder of sources
	Environment armjson.Environment // all of it; nil if nothing is known of it
}

// Loader reads templates, each file once. It is safe for concurrent use.
type Loader struct {
	bicep *bicep.Loader
	env   armjson.Environment
}

// NewLoader makes a Loader.
func NewLoader(o Options) *Loader {
	env := armjson.NoEnvironment
	if o.Environment == nil {
		o.Environment = env
	} else {
		env = azdEnvironment(o.Environment)
	}
	return &Loader{
		bicep: bicep.NewLoader(bicep.Options{ModuleCache: o.ModuleCache, Modules: o.Modules, Environment: o.Environment}),
		env:   env,
	}
}

// azdEnvironment is env as azd sees it: a variable that isn't set is empty.
func azdEnvironment(env armjson.Environment) armjson.Environment {
	return func(name string) (string, bool) {
		v, _ := env(name)
		return v, true
	}
}

// Template reads a Bicep file or a JSON template. The error is about the file
// as such; what is wrong inside of it is in the template's diagnostics.
func (l *Loader) Template(path string) (*template.Template, error) {
	return l.bicep.Template(path)
}

// Forget drops a template that won't be asked for again.
func (l *Loader) Forget(path string) { l.bicep.Forget(path) }

// Link reads a linked template: a path, relative to the file that names it, or
// an address that ends like one. Nothing is asked of the net.
func (l *Loader) Link(from *arm.File, target arm.Value) (*template.Template, error) {
	path, ok := armjson.LinkedFile(filepath.Dir(from.Name), target, exists)
	if !ok {
		return nil, fmt.Errorf("no file beside the template matches it, and the net isn't asked")
	}
	return l.Template(path)
}

// using is the template that a .bicepparam file is for, "" for none.
func (l *Loader) using(path string) string {
	p, err := l.bicep.Parameters(path)
	if err != nil {
		return ""
	}
	return p.Using
}

// declares reports whether a template declares all parameters that a file gives,
// of which there must be some.
func (l *Loader) declares(path, parameters string) bool {
	file, err := l.parameters(parameters)
	if err != nil || len(file.values) == 0 {
		return false
	}
	t, err := l.Template(path)
	if err != nil {
		return false
	}
	declared := map[string]bool{}
	for _, p := range t.Parameters {
		declared[strings.ToLower(p.Name)] = true
	}
	for name := range file.values {
		if !declared[strings.ToLower(name)] {
			return false
		}
	}
	return true
}

func (l *Loader) bicepParameters(path string) (parameterFile, error) {
	p, err := l.bicep.Parameters(path)
	if err != nil {
		return parameterFile{}, err
	}
	values := make(map[string]arm.Value, len(p.Values))
	for _, m := range p.Values {
		values[m.Name] = m.Value
	}
	return parameterFile{values: values, diagnostics: p.Diagnostics}, nil
}

func parse(v arm.Value) *template.Template {
	return armjson.NewTemplate(v.Pos().File, v)
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
