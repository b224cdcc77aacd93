package source

import (
	"path/filepath"
	"strings"
)

// pairs reports whether a JSON parameter file is meant for a template, by the
// names that people give them: main.parameters.json, main.parameters.dev.json,
// main.dev.parameters.json, parameters.json or parameters/main.json beside
// main.bicep or main.json.
func pairs(parameters, template string) bool {
	if !isBeside(parameters, template) {
		return false
	}
	name := strings.ToLower(filepath.Base(parameters))
	stem := strings.ToLower(strings.TrimSuffix(filepath.Base(template), filepath.Ext(template)))
	return name == stem+".json" && filepath.Dir(template) != filepath.Dir(parameters) ||
		strings.HasPrefix(name, stem+".") && strings.Contains(name, "param")
}

// isBeside reports whether a parameter file is in the folder of a template, or
// in one for parameters below it.
func isBeside(parameters, template string) bool {
	dir := filepath.Dir(parameters)
	return dir == filepath.Dir(template) ||
		isParametersFolder(filepath.Base(dir)) && filepath.Dir(dir) == filepath.Dir(template)
}

// namesOne reports whether the name of a parameter file holds that of one of the
// templates, and so tells that it is for one like it.
func namesOne(parameters string, templates []string) bool {
	name := strings.ToLower(filepath.Base(parameters))
	for _, t := range templates {
		stem := strings.ToLower(strings.TrimSuffix(filepath.Base(t), filepath.Ext(t)))
		if strings.Contains(name, stem) {
			return true
		}
	}
	return false
}

func beside(parameters string, templates []string) []string {
	var out []string
	for _, t := range templates {
		if isBeside(parameters, t) {
			out = append(out, t)
		}
	}
	return out
}

func isParametersFolder(name string) bool {
	switch strings.ToLower(name) {
	case "parameters", "params", "environments", "env":
		return true
	}
	return false
}

// pairAlone reports whether a parameter file that names no template can go
// with the only template of its folder.
func pairAlone(parameters string, templates []string) (string, bool) {
	only, n := "", 0
	for _, t := range templates {
		if filepath.Dir(t) == filepath.Dir(parameters) {
			only, n = t, n+1
		}
	}
	return only, n == 1
}
