package bicep

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/armjson"
)

// load lowers a function that reads a file when Bicep compiles.
func (l *lowerer) load(n *callNode) expr.Node {
	path, ok := l.constantText(n, 0)
	if !ok {
		return l.unknown(n.offset(), n.name+" takes a path that is written out")
	}
	if n.name == "loadDirectoryFileInfo" {
		return l.directoryInfo(n, path)
	}
	at := l.at(n.offset())
	full := l.unit.relative(path)
	raw, err := l.unit.loader.options.ReadFile(full)
	if err == nil && len(raw) > fileLimit {
		err = errTooLarge
	}
	if err != nil {
		return l.notLoaded(path, cause(err).Error(), at)
	}
	if n.name == "loadFileAsBase64" {
		return text(base64.StdEncoding.EncodeToString(raw), at)
	}
	decoded := l.decode(n, raw)
	switch n.name {
	case "loadJsonContent":
		return l.loadJSON(n, full, decoded)
	case "loadYamlContent":
		return l.loadYAML(n, full, decoded)
	}
	if !utf8.Valid(decoded) {
		return l.notLoaded(path, "it isn't UTF-8", at)
	}
	return text(string(decoded), at)
}

// decode turns the text of a file into UTF-8. Single-byte encodings must be
// named by the last argument; others are told by their mark.
func (l *lowerer) decode(n *callNode, raw []byte) []byte {
	encoding, _ := l.constantText(n, len(n.args)-1)
	if encoding != "iso-8859-1" && encoding != "us-ascii" || len(n.args) < 2 {
		return armjson.Text(raw)
	}
	decoded := make([]byte, 0, len(raw))
	for _, c := range raw {
		switch {
		case c < utf8.RuneSelf:
			decoded = append(decoded, c)
		case encoding == "us-ascii":
			decoded = utf8.AppendRune(decoded, utf8.RuneError)
		default:
			decoded = utf8.AppendRune(decoded, rune(c))
		}
	}
	return decoded
}

// notLoaded reports a file that isn't there.
func (l *lowerer) notLoaded(path, reason string, at arm.Pos) expr.Node {
	message := fmt.Sprintf("%s can't be read: %s", quote(path), reason)
	l.t.Diagnostics = append(l.t.Diagnostics, arm.Diagnostic{Severity: arm.Missing, Pos: at, Message: message})
	return notRead("content of "+filepath.Base(path), message, at)
}

// constantText is an argument that must be a string known to the compiler.
func (l *lowerer) constantText(n *callNode, i int) (string, bool) {
	if i >= len(n.args) {
		return "", false
	}
	x := l.expr(n.args[i])
	for range aliasLimit {
		v, ok := x.(*expr.Variable)
		if !ok {
			break
		}
		x = l.variableValue(v.Name)
	}
	return literalText(x)
}

// variableValue is the value of a variable; nil where it isn't lowered yet.
func (l *lowerer) variableValue(name string) expr.Node {
	for _, v := range l.t.Variables {
		if v.Name == name {
			return v.Value
		}
	}
	if s := l.unit.symbols[name]; s != nil {
		if d, ok := s.decl.(*varDecl); ok {
			if s, ok := d.value.(*stringNode); ok {
				return l.expr(s)
			}
		}
	}
	return nil
}

func (l *lowerer) loadJSON(n *callNode, path string, decoded []byte) expr.Node {
	v, problems := armjson.Read(arm.NewFile(path, decoded), decoded)
	l.t.Diagnostics = append(l.t.Diagnostics, problems...)
	return l.selected(n, v)
}

func (l *lowerer) loadYAML(n *callNode, path string, decoded []byte) expr.Node {
	v, err := readYAML(arm.NewFile(path, decoded), string(decoded))
	if err != nil {
		return l.notLoaded(path, err.Error(), l.at(n.offset()))
	}
	return l.selected(n, v)
}

// selected is the part of a loaded value that the second argument asks for.
func (l *lowerer) selected(n *callNode, v arm.Value) expr.Node {
	if len(n.args) < 2 {
		return literal(v)
	}
	path, ok := l.constantText(n, 1)
	if !ok {
		return l.unknown(n.offset(), n.name+" takes a JSON path that is written out")
	}
	part, ok := selectPath(v, path)
	if !ok {
		return notRead(n.name, "the JSON path "+path+" isn't followed", l.at(n.offset()))
	}
	return literal(part)
}

// selectPath follows a JSON path of names and indexes, such as $.a['b'][0].
func selectPath(v arm.Value, path string) (arm.Value, bool) {
	path = strings.TrimPrefix(path, "$")
	for path != "" {
		name, index, rest, ok := cutStep(path)
		if !ok {
			return v, false
		}
		path = rest
		if name != "" {
			v = v.Get(name)
			continue
		}
		items, _ := v.Items()
		if index >= len(items) {
			return v, false
		}
		v = items[index]
	}
	return v, true
}

// cutStep cuts the first step off a JSON path: a name, or else an index.
func cutStep(path string) (name string, index int, rest string, ok bool) {
	if !strings.HasPrefix(path, "[") {
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		return path[:end], 0, path[end:], end > 0 && !strings.ContainsAny(path[:end], "*?@")
	}
	inside, rest, ok := strings.Cut(path[1:], "]")
	if len(inside) > 2 && (inside[0] == '\'' || inside[0] == '"') {
		return inside[1 : len(inside)-1], 0, rest, ok
	}
	for _, c := range []byte(inside) {
		if !isDigit(c) || index > 1<<20 {
			return "", 0, "", false
		}
		index = 10*index + int(c-'0')
	}
	return "", index, rest, ok && inside != ""
}

// environmentVariable lowers readEnvironmentVariable('NAME', default).
func (l *lowerer) environmentVariable(n *callNode) expr.Node {
	name, ok := l.constantText(n, 0)
	if !ok {
		return l.unknown(n.offset(), n.name+" takes a name that is written out")
	}
	at := l.at(n.offset())
	if value, ok := l.unit.loader.options.Environment(name); ok {
		return text(value, at)
	}
	if len(n.args) > 1 {
		return l.expr(n.args[1])
	}
	return literal(arm.Unk(arm.NotGiven("environment variable "+name, "environment variable "+name+" isn't set", at)))
}
