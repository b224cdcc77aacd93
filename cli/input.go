package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"palisade/arm"
	"palisade/source"
	"palisade/template"
)

// inputUsage describes the flags of inputFlags.
const inputUsage = `
What it is deployed with:
      --params FILE        parameter file (.bicepparam or .json), instead of those found
      --param NAME=VALUE   value of a parameter; JSON where it isn't a string
      --env-file FILE      NAME=VALUE lines for azd's ${NAME} and readEnvironmentVariable
      --subscription ID    where it is deployed; what isn't given is assumed, and said
      --resource-group NAME
      --location NAME
      --tenant ID
      --management-group NAME

Where registry modules are:
      --modules PREFIX=DIR   sources of a registry: DIR/res/network/private-endpoint/0.12.0/main.bicep
      --module-cache DIR     Bicep's cache of restored modules (default ~/.bicep)
`

// inputFlags are the flags of all verbs that evaluate templates.
type inputFlags struct {
	params      []string
	values      []string
	modules     []string
	moduleCache string
	envFile     string
	context     template.Context
}

func (f *inputFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.params, "params", nil, "")
	flags.StringArrayVar(&f.values, "param", nil, "")
	flags.StringArrayVar(&f.modules, "modules", nil, "")
	flags.StringVar(&f.moduleCache, "module-cache", "", "")
	flags.StringVar(&f.envFile, "env-file", "", "")
	flags.StringVar(&f.context.SubscriptionID, "subscription", "", "")
	flags.StringVar(&f.context.ResourceGroup, "resource-group", "", "")
	flags.StringVar(&f.context.Location, "location", "", "")
	flags.StringVar(&f.context.TenantID, "tenant", "", "")
	flags.StringVar(&f.context.ManagementGroup, "management-group", "", "")
}

// loader makes the loader that the flags ask for.
func (f *inputFlags) loader() (*source.Loader, error) {
	o := source.Options{ModuleCache: f.moduleCache, Modules: map[string]string{}}
	for _, m := range f.modules {
		prefix, dir, ok := strings.Cut(m, "=")
		if !ok {
			return nil, usagef("--modules %s: it is PREFIX=DIR, such as br/public:avm=../modules/avm", m)
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, usagef("--modules %s: there is no folder %s", m, dir)
		}
		o.Modules[prefix] = dir
	}
	if f.envFile != "" {
		env, err := readEnvironment(f.envFile)
		if err != nil {
			return nil, err
		}
		o.Environment = env
	}
	return source.NewLoader(o), nil
}

// readEnvironment reads a file of NAME=VALUE lines, as azd writes them.
func readEnvironment(path string) (func(string) (string, bool), error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	values := map[string]string{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%s:%d: expected NAME=VALUE", path, n)
		}
		values[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
	}
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }, lines.Err()
}

// given are the values of --param for an entry point.
func (f *inputFlags) given(l *source.Loader, e source.Entry) (map[string]arm.Value, error) {
	given := map[string]arm.Value{}
	for _, p := range f.values {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return nil, usagef("--param %s: it is NAME=VALUE", p)
		}
		v, err := l.ParseParameter(e, name, value)
		if err != nil {
			return nil, usageError{err.Error()}
		}
		given[name] = v
	}
	return given, nil
}
