package source

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

// Evaluate runs an entry point. given are parameters from the command line;
// they count more than the parameter file. The error says that a file can't be
// read; what is wrong inside of the files is in the result.
func (l *Loader) Evaluate(e Entry, given map[string]arm.Value, in template.Context) (*template.Result, error) {
	t, err := l.Template(e.Template)
	if err != nil {
		return nil, err
	}
	file, err := l.parameters(e.Parameters)
	if err != nil {
		return nil, err
	}
	values := typed(t, file.values, file.azd)
	maps.Copy(values, typed(t, given, false))
	result := evaluateOpen(template.Input{
		Template: t, Name: deploymentName(e.Template), Parameters: values,
		Context: in, Parse: parse, Link: l.Link,
	})
	result.Diagnostics = append(file.diagnostics, result.Diagnostics...)
	return result, nil
}

// deploymentName is the name that the Azure CLI gives a deployment.
func deploymentName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// typed gives values the names that the template declares, because ARM doesn't
// regard case, and the types that azd gives them.
func typed(t *template.Template, values map[string]arm.Value, azd bool) map[string]arm.Value {
	out := make(map[string]arm.Value, len(values))
	declared := make(map[string]*template.Parameter, len(t.Parameters))
	for _, p := range t.Parameters {
		declared[strings.ToLower(p.Name)] = p
	}
	for name, v := range values {
		if p := declared[strings.ToLower(name)]; p != nil {
			name = p.Name
			fit := true
			v, fit = fromEnvironment(v, t.Resolve(p.Type).Kind)
			if azd && (!fit || v.Is("") && p.Default == nil) {
				continue // azd asks, or leaves it to the default
			}
		}
		out[name] = v
	}
	return out
}

// fromEnvironment turns a string into the type of its parameter, as azd does
// with what it fills in from its environment. What doesn't fit, such as the
// "null" of ${OPTIONAL=null}, azd takes for not given (azure-dev,
// bicep_provider.go, armParameterFileValue).
func fromEnvironment(v arm.Value, want template.TypeKind) (_ arm.Value, fit bool) {
	s, ok := v.Str()
	if !ok {
		return v, true
	}
	switch want {
	case template.BoolType:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return v, false
		}
		v = arm.Bool(b, v.Pos())
	case template.IntType:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return v, false
		}
		v = arm.Int(n, v.Pos())
	}
	return v, true
}

// parameterFile is what a parameter file gives.
type parameterFile struct {
	values      map[string]arm.Value
	azd         bool // it has placeholders of azd
	diagnostics []arm.Diagnostic
}

// parameters reads a parameter file; "" has none.
func (l *Loader) parameters(path string) (parameterFile, error) {
	if path == "" {
		return parameterFile{}, nil
	}
	if strings.EqualFold(filepath.Ext(path), ".bicepparam") {
		return l.bicepParameters(path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return parameterFile{}, err
	}
	v, diagnostics := armjson.ReadFile(path, text, maxFileSize)
	o, more := armjson.ReadParameters(v, l.env)
	values := make(map[string]arm.Value, o.Len())
	for _, m := range o.Members() {
		values[m.Name] = m.Value
	}
	return parameterFile{values, bytes.Contains(text, []byte("${")), append(diagnostics, more...)}, nil
}

// ParseParameter reads the value of --param name=value for a template: as JSON
// where the parameter isn't a string.
func (l *Loader) ParseParameter(e Entry, name, value string) (arm.Value, error) {
	t, err := l.Template(e.Template)
	if err != nil {
		return arm.Value{}, err
	}
	at := arm.NewFile("--param "+name, []byte(value))
	for _, p := range t.Parameters {
		if !strings.EqualFold(p.Name, name) {
			continue
		}
		switch kind := t.Resolve(p.Type).Kind; kind {
		case template.StringType, template.AnyType:
			return arm.String(value, at.At(0)), nil
		default:
			v, diagnostics := armjson.Read(at, []byte(value))
			if len(diagnostics) > 0 {
				return v, fmt.Errorf("--param %s: %s isn't %s in JSON", name, value, kind)
			}
			return v, nil
		}
	}
	return arm.String(value, at.At(0)), nil
}
