package armjson

import (
	"strings"

	"palisade/arm"
)

// placeholderDepth is how deep placeholders may stand in the defaults of
// others: ${A=${B=c}} is two deep.
const placeholderDepth = 8

// fill replaces the placeholders of azd in all strings of v.
//
// azd evaluates ${NAME} and ${NAME=default} in parameter files with
// github.com/drone/envsubst; the other operators of that package are not
// evaluated here and give an unknown.
func fill(v arm.Value, env Environment) arm.Value {
	switch v.Kind() {
	case arm.StringKind:
		s, _ := v.Str()
		return fillString(s, v, env)
	case arm.ArrayKind:
		items, _ := v.Items()
		filled := make([]arm.Value, len(items))
		for i, item := range items {
			filled[i] = fill(item, env)
		}
		return arm.Array(filled, v.Pos())
	case arm.ObjectKind:
		o, _ := v.Object()
		members := make([]arm.Member, 0, o.Len())
		for _, m := range o.Members() {
			m.Value = fill(m.Value, env)
			members = append(members, m)
		}
		return arm.Obj(arm.NewObject(members), v.Pos())
	}
	return v
}

func fillString(s string, v arm.Value, env Environment) arm.Value {
	if strings.HasPrefix(s, "$(") && strings.HasSuffix(s, ")") {
		return azdCommand(s, v.Pos())
	}
	if !strings.Contains(s, "${") {
		return v
	}
	return arm.Join(expand(s, v.Pos(), env, 0), v.Pos())
}

// azdCommand is a command such as $(secretOrRandomPassword VAULT SECRET).
func azdCommand(s string, pos arm.Pos) arm.Value {
	u := arm.NotGiven(s, "azd runs the command "+s, pos)
	u.Secret = true
	return arm.Unk(u)
}

// expand splits s into the text between its placeholders and their values.
func expand(s string, pos arm.Pos, env Environment, depth int) []arm.Value {
	var parts []arm.Value
	for {
		start := strings.Index(s, "${")
		if start < 0 || depth > placeholderDepth {
			return append(parts, arm.String(s, pos))
		}
		end := closingBrace(s, start+2)
		if end < 0 {
			return append(parts, arm.String(s, pos))
		}
		parts = append(parts, arm.String(s[:start], pos))
		parts = append(parts, placeholder(s[start:end+1], pos, env, depth)...)
		s = s[end+1:]
	}
}

func closingBrace(s string, from int) int {
	for i, open := from, 1; i < len(s); i++ {
		switch s[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// placeholder is the value of text, such as ${NAME=default}.
func placeholder(text string, pos arm.Pos, env Environment, depth int) []arm.Value {
	body := text[2 : len(text)-1]
	name := variableName(body)
	if name == "" {
		return []arm.Value{arm.String(text, pos)}
	}
	value, set := env(name)
	fallback, hasDefault := defaultIn(body[len(name):])
	switch {
	case set && (hasDefault && value != "" || body == name):
		return []arm.Value{arm.String(value, pos)}
	case hasDefault:
		return expand(fallback, pos, env, depth+1)
	case set:
		return []arm.Value{arm.Unk(arm.NotGiven(text, "azd computes "+text, pos))}
	}
	reason := "azd environment variable " + name + " is not set"
	return []arm.Value{arm.Unk(arm.NotGiven("${"+name+"}", reason, pos))}
}

func variableName(s string) string {
	n := 0
	for n < len(s) && (isWordLetter(s[n]) || n > 0 && isDigit(s[n])) {
		n++
	}
	return s[:n]
}

func isWordLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

// defaultIn returns the default in what follows the name.
func defaultIn(rest string) (string, bool) {
	for _, op := range [...]string{":=", ":-", "=", "-"} {
		if s, ok := strings.CutPrefix(rest, op); ok {
			return s, true
		}
	}
	return "", false
}
