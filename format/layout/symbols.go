package layout

import (
	"fmt"
	"strings"
)

// makeSymbols gives each resource and file its symbol. A symbol comes from the
// type alone where the layout has one resource of it, else from type and name,
// so that a resource more or less changes few of the others.
func (b *builder) makeSymbols() error {
	main := b.tree.Main
	main.symbols = map[string]*Resource{}
	taken := map[*File]map[string]bool{main: b.names()}
	for _, m := range b.tree.Modules {
		m.symbols = map[string]*Resource{}
		taken[m] = b.names()
	}
	for _, n := range b.nodes {
		n.out = &Resource{Identity: n.Identity, APIVersion: n.res.APIVersion, Part: n.part}
		n.out.Symbol = b.symbol(n.Identity, n.res.Symbol, taken[n.file])
		n.file.symbols[n.out.Symbol] = n.out
		n.file.Resources = append(n.file.Resources, n.out)
	}
	for _, m := range b.tree.Modules {
		m.Symbol = unused(camel(m.Name), taken[main])
		for _, g := range main.Resources {
			if strings.EqualFold(g.Identity.ID(), m.Scope.id()) {
				m.Needs = append(m.Needs, g)
			}
		}
	}
	return nil
}

// names are the names that no symbol may have.
func (b *builder) names() map[string]bool {
	names := map[string]bool{locationName: true, tagsName: true}
	for _, word := range reservedWords {
		names[strings.ToLower(word)] = true
	}
	for name := range b.reserved {
		names[name] = true
	}
	return names
}

// reservedWords are keywords, and functions and namespaces that a symbol would
// hide.
var reservedWords = []string{
	"as", "assert", "az", "existing", "extension", "false", "for", "func", "if", "import", "in", "metadata", "module",
	"none", "null", "output", "param", "provider", "resource", "sys", "targetScope", "true", "type", "using", "var", "with",
	"any", "array", "bool", "deployer", "deployment", "environment", "int", "items", "json", "length", "managementGroup",
	"object", "providers", "range", "reference", "resourceGroup", "resourceId", "string", "subscription", "tenant", "union",
}

func (b *builder) symbol(id Identity, wanted string, taken map[string]bool) string {
	if IsName(wanted) && len(wanted) <= maxSymbol && !taken[strings.ToLower(wanted)] {
		return unused(wanted, taken)
	}
	word := typeWord(id.Type)
	if b.types[strings.ToLower(id.Type)] > 1 || taken[strings.ToLower(word)] {
		word += b.distinct(id.Names[len(id.Names)-1])
	}
	if taken[strings.ToLower(word)] && id.Target != "" {
		word += b.distinct(id.Target[strings.LastIndexByte(id.Target, '/')+1:])
	}
	if taken[strings.ToLower(word)] && len(id.Names) > 1 {
		word += b.distinct(id.Names[0])
	}
	return unused(word[:min(len(word), maxSymbol)], taken)
}

// distinct is a name as part of a symbol, without the name of the layout, which
// most names have in them.
func (b *builder) distinct(name string) string {
	if b.options.Name != "" {
		name = strings.ReplaceAll(name, b.options.Name, "-")
	}
	return pascal(name)
}

const maxSymbol = 80

func unused(name string, taken map[string]bool) string {
	found := name
	if taken[strings.ToLower(name)] {
		found = name + "Resource"
	}
	for i := 2; taken[strings.ToLower(found)]; i++ {
		found = fmt.Sprint(name, i)
	}
	taken[strings.ToLower(found)] = true
	return found
}

// typeWord is a type as one word in the singular: privateEndpoint.
func typeWord(typ string) string {
	last := typ[strings.LastIndexByte(typ, '/')+1:]
	if strings.EqualFold(typ, groupType) {
		return "group"
	}
	word := camel(last)
	switch {
	case strings.HasSuffix(word, "ies"):
		return strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "xes"), strings.HasSuffix(word, "ches"):
		return strings.TrimSuffix(word, "es")
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "redis"), strings.HasSuffix(word, "Redis"):
		return word
	}
	return strings.TrimSuffix(word, "s")
}

// pascal joins the words of a name, each with a capital. Of a GUID it is the
// first eight digits.
func pascal(name string) string {
	if isGUID(name) {
		return strings.ToUpper(name[:1]) + strings.ToLower(name[1:8])
	}
	var b strings.Builder
	up := true
	for i := range len(name) {
		c := name[i]
		switch {
		case isLetter(c) && up:
			b.WriteString(strings.ToUpper(name[i : i+1]))
		case isLetter(c) || isDigit(c):
			b.WriteByte(c)
		}
		up = !isLetter(c)
	}
	return b.String()
}

func camel(name string) string {
	s := pascal(name)
	if s == "" || isDigit(s[0]) {
		return "r" + s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		} else if !dash && !isDigit(c) && !('a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

// IsName reports whether s can stand in an expression as a name without quotes.
func IsName(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && s[i] != '_' && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
