package estate

import (
	"strings"

	"palisade/arm"
)

// PrincipalOf recognises a value that is the principal, or the client, of an
// identity that isn't known before the deployment: reference(id).principalId,
// reference(id, v, 'full').identity.principalId, and the id or appId of a
// Microsoft Graph object. owner is the key of the resource whose identity it
// is; which is "principalId", "clientId", "id" or "appId".
func PrincipalOf(v arm.Value) (owner, which string, ok bool) {
	path, root := memberPath(v)
	if root == nil || len(path) == 0 {
		return "", "", false
	}
	which = path[len(path)-1]
	switch strings.ToLower(which) {
	case "principalid", "clientid", "id", "appid":
	default:
		return "", "", false
	}
	owner = Key(root.Args[0].Text())
	path = path[:len(path)-1]
	if len(path) > 0 && strings.EqualFold(path[0], "properties") {
		path = path[1:]
	}
	switch {
	case len(path) == 0:
	case !strings.EqualFold(path[0], "identity"):
		return "", "", false
	case len(path) == 3 && strings.EqualFold(path[1], "userAssignedIdentities"):
		owner = Key(path[2])
	case len(path) > 1:
		return "", "", false
	}
	return owner, which, true
}

// memberPath takes v apart into a call of reference and the names of the
// members that are asked of its answer.
func memberPath(v arm.Value) (path []string, root *arm.Unknown) {
	const depth = 8
	for range depth {
		u, ok := v.Unknown()
		if !ok {
			return nil, nil
		}
		name := ""
		switch {
		case u.Op == arm.OpRuntime && strings.EqualFold(u.Name, "reference") && len(u.Args) > 0:
			return path, u
		case u.Op == arm.OpMember:
			name, v = u.Name, u.Args[0]
		case u.Op == arm.OpIndex:
			name, v = u.Args[1].Text(), u.Args[0]
		case u.Op == arm.OpCall && strings.EqualFold(u.Name, "tryGet") && len(u.Args) == 2:
			name, v = u.Args[1].Text(), u.Args[0]
		case u.Op == arm.OpCall && strings.EqualFold(u.Name, "coalesce") && len(u.Args) > 0:
			v = u.Args[0]
			continue
		default:
			return nil, nil
		}
		path = append([]string{name}, path...)
	}
	return nil, nil
}

// Secret is a key or password of a resource, or something made with it, that a
// value holds.
type Secret struct {
	Function string // what hands it out, such as listKeys
	Owner    string // key of the resource whose secret it is
	Pos      arm.Pos
}

// SecretsIn returns the secrets that Azure would put into v: calls of list
// functions, each once, in the order in which they are met.
func SecretsIn(v arm.Value) []Secret {
	w := secretWalk{seen: map[*arm.Unknown]bool{}}
	v.Walk(w.visit)
	return w.found
}

type secretWalk struct {
	found []Secret
	seen  map[*arm.Unknown]bool
	depth int
}

// termDepth bounds how deep a term is looked into.
const termDepth = 200

func (w *secretWalk) visit(v arm.Value) bool {
	u, ok := v.Unknown()
	if !ok || w.seen[u] || w.depth > termDepth {
		return true
	}
	w.seen[u] = true
	if u.Op == arm.OpRuntime && isListFunction(u.Name) && len(u.Args) > 0 {
		w.add(Secret{u.Name, Key(u.Args[0].Text()), u.Pos})
		return true
	}
	w.depth++
	for _, a := range u.Args {
		a.Walk(w.visit)
	}
	w.depth--
	return true
}

func (w *secretWalk) add(s Secret) {
	for _, old := range w.found {
		if old.Owner == s.Owner && strings.EqualFold(old.Function, s.Function) {
			return
		}
	}
	w.found = append(w.found, s)
}

// isListFunction reports whether a template function asks a resource for its
// secrets: all that begin with "list".
func isListFunction(name string) bool {
	return len(name) > 4 && strings.EqualFold(name[:4], "list")
}
