package bicep

import (
	"path/filepath"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
)

// config is what a bicepconfig.json says about modules: the aliases of
// registries and template specs.
type config struct{ aliases arm.Value }

// config is that of the file's folder, or of the nearest folder above it.
func (u *unit) config() *config {
	folder, err := filepath.Abs(filepath.Dir(u.path))
	if err != nil {
		return &config{}
	}
	return u.loader.configOf(folder)
}

func (l *Loader) configOf(folder string) *config {
	l.mu.Lock()
	c := l.configs[folder]
	l.mu.Unlock()
	if c != nil {
		return c
	}
	path := filepath.Join(folder, "bicepconfig.json")
	text, err := l.readText(path)
	parent := filepath.Dir(folder)
	switch {
	case err == nil:
		v, _ := armjson.Read(arm.NewFile(path, text), text)
		c = &config{aliases: v.Get("moduleAliases")}
	case parent == folder:
		c = &config{}
	default:
		c = l.configOf(parent)
	}
	l.mu.Lock()
	l.configs[folder] = c
	l.mu.Unlock()
	return c
}

// expand replaces the alias in br/alias:path:tag or ts/alias:name:version; an
// unknown alias is left as it is. "public" is known to Bicep itself.
func (c *config) expand(reference string) string {
	scheme, rest, _ := strings.Cut(reference, ":")
	scheme, alias, ok := strings.Cut(scheme, "/")
	if !ok {
		return reference
	}
	a := c.aliases.Get(scheme, alias)
	text := func(name string) string { s, _ := a.Get(name).Str(); return s }
	switch {
	case scheme == "br" && text("registry") != "":
		return "br:" + joinPath(text("registry"), text("modulePath"), rest)
	case scheme == "br" && alias == "public":
		return "br:mcr.microsoft.com/bicep/" + rest
	case scheme == "ts" && text("subscription") != "":
		return "ts:" + joinPath(text("subscription"), text("resourceGroup"), rest)
	}
	return reference
}

func joinPath(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = strings.Trim(p, "/"); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "/")
}
