package bicep

import (
	"strings"

	"palisade/expr"
)

// call lowers a call: of a function, of one in a namespace, or of a method of
// a resource.
func (l *lowerer) call(n *callNode) expr.Node {
	switch {
	case n.on == nil:
		if s := l.unit.symbols[n.name]; s != nil && (s.kind == functionSymbol || s.kind == importSymbol) {
			return l.userFunction(s, n)
		}
		return l.builtin(n)
	case l.isBuiltinNamespace(n.on):
		return l.builtin(n)
	}
	if s := l.namespace(n.on); s != nil {
		return l.calling(l.importedDeclaration(s, n.name, n.offset()), n)
	}
	x, _ := l.access(n.on)
	if s, ok := x.(*expr.Symbol); ok {
		return l.method(s, n)
	}
	return l.unknown(n.offset(), quote(n.name)+" isn't a function of this value")
}

func (l *lowerer) userFunction(s *symbol, n *callNode) expr.Node {
	if s.kind == importSymbol {
		return l.calling(l.importedDeclaration(s, s.name, n.offset()), n)
	}
	return l.calling(imported{functionSymbol, l.own(n.name)}, n)
}

// calling is the call of a user-defined function.
func (l *lowerer) calling(f imported, n *callNode) expr.Node {
	if f.name == "" {
		return notRead("function "+n.name, "function "+n.name+" couldn't be imported", l.at(n.offset()))
	}
	if f.kind != functionSymbol {
		return l.unknown(n.offset(), quote(n.name)+" isn't a function")
	}
	return &expr.Call{Namespace: functionNamespace, Name: f.name, Args: l.exprs(n.args), At: l.at(n.offset())}
}

func (l *lowerer) exprs(nodes []node) []expr.Node {
	lowered := make([]expr.Node, len(nodes))
	for i, n := range nodes {
		lowered[i] = l.expr(n)
	}
	return lowered
}

// method lowers a call on a resource: keyVault.getSecret('name') and the list
// functions, such as account.listKeys().
func (l *lowerer) method(s *expr.Symbol, n *callNode) expr.Node {
	at := l.at(n.offset())
	args := []expr.Node{id(s)}
	if n.name != "getSecret" {
		if !strings.HasPrefix(n.name, "list") {
			return l.unknown(n.offset(), quote(n.name)+" isn't a function of a resource")
		}
		if len(n.args) == 0 {
			args = append(args, l.version(s, at))
		}
	}
	return call(n.name, at, append(args, l.exprs(n.args)...)...)
}

// builtin lowers the call of a function of Bicep. Some are worked out here, as
// Bicep does: the templates that it makes don't have them.
func (l *lowerer) builtin(n *callNode) expr.Node {
	switch n.name {
	case "any":
		if len(n.args) == 1 {
			return l.expr(n.args[0])
		}
	case "nameof":
		return l.nameOf(n)
	case "loadTextContent", "loadJsonContent", "loadYamlContent", "loadFileAsBase64", "loadDirectoryFileInfo":
		return l.load(n)
	case "readEnvironmentVariable", "readEnvVar":
		return l.environmentVariable(n)
	case "getSecret":
		if len(n.args) >= 4 {
			return l.vaultSecret(n)
		}
	}
	return call(n.name, l.at(n.offset()), l.exprs(n.args)...)
}

// nameOf is the last name in its argument.
func (l *lowerer) nameOf(n *callNode) expr.Node {
	if len(n.args) != 1 {
		return l.unknown(n.offset(), "nameof takes one name")
	}
	at := l.at(n.offset())
	switch x := n.args[0].(type) {
	case *nameNode:
		return text(x.name, at)
	case *memberNode:
		return text(x.name, at)
	case *childNode:
		return text(x.name, at)
	case *indexNode:
		if s, ok := x.i.(*stringNode); ok {
			return text(s.value, at)
		}
	}
	return l.unknown(n.offset(), "nameof takes one name")
}
