package bicep

import (
	"os"
	"path/filepath"
	"sync"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

// Options says where modules are found and what the environment holds.
type Options struct {
	// ModuleCache is the folder into which Bicep restores modules; "" is ~/.bicep.
	ModuleCache string
	// Modules are folders of module sources by the prefix of the references
	// that they serve, such as br/public:avm. They count before the cache.
	Modules map[string]string
	// ReadFile reads a file; nil is os.ReadFile.
	ReadFile func(path string) ([]byte, error)
	// ReadDir lists the files of a folder; nil asks the machine.
	ReadDir func(path string) (names []string, err error)
	// Environment answers readEnvironmentVariable; nil is an empty one.
	Environment func(name string) (value string, ok bool)
}

// fileLimit bounds what is read of one file, in bytes.
const fileLimit = 64 << 20

// Loader reads Bicep files and what they refer to, each file once. It is safe
// for concurrent use.
type Loader struct {
	options Options

	mu      sync.Mutex
	units   map[string]*unit   // by cleaned path
	configs map[string]*config // by folder
}

// NewLoader makes a Loader.
func NewLoader(o Options) *Loader {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.ReadDir == nil {
		o.ReadDir = readDir
	}
	if o.Environment == nil {
		o.Environment = armjson.NoEnvironment
	}
	if o.ModuleCache == "" {
		if home, err := os.UserHomeDir(); err == nil {
			o.ModuleCache = filepath.Join(home, ".bicep")
		}
	}
	return &Loader{options: o, units: map[string]*unit{}, configs: map[string]*config{}}
}

// Template reads a Bicep file, or a JSON template that one uses as a module.
// The error is about the file as such: what is wrong inside of it is in the
// template's diagnostics.
func (l *Loader) Template(path string) (*template.Template, error) {
	u := l.unit(path)
	if u.err != nil {
		return nil, u.err
	}
	return u.asTemplate(), nil
}

// Forget drops a file that won't be asked for again. Who still has its template
// may go on using it.
func (l *Loader) Forget(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.units, filepath.Clean(path))
}

// unit returns the file at path, read and parsed.
func (l *Loader) unit(path string) *unit {
	path = filepath.Clean(path)
	l.mu.Lock()
	u := l.units[path]
	if u == nil {
		u = &unit{loader: l, path: path}
		l.units[path] = u
	}
	l.mu.Unlock()
	u.parsing.Do(u.read)
	return u
}

// readText reads a file that a Bicep file refers to.
func (l *Loader) readText(path string) ([]byte, error) {
	raw, err := l.options.ReadFile(path)
	if err != nil {
		return nil, cause(err)
	}
	if len(raw) > fileLimit {
		return nil, errTooLarge
	}
	return armjson.Text(raw), nil
}

func (u *unit) read() {
	text, err := u.loader.readText(u.path)
	if err != nil {
		u.err = err
		return
	}
	if isJSON(u.path) {
		u.json, u.diagnostics = armjson.Read(arm.NewFile(u.path, text), text)
		return
	}
	u.source, u.diagnostics = parse(u.path, text, dialectOf(u.path))
	u.declare()
}
