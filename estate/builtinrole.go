package estate

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

// packedRoles is the table that estate/internal/gen writes; the head of the
// text says its format and source.
//
//go:embed tables/roles.txt.gz
var packedRoles []byte

// builtInRoles reads the table once, when it is first asked for.
var builtInRoles = sync.OnceValue(func() map[string]*RoleDefinition {
	r, err := gzip.NewReader(bytes.NewReader(packedRoles))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return readRoles(string(text))
})

// BuiltInRole returns the built-in role with that GUID, or nil. Its position is
// nowhere. Names of roles change; only the GUID tells a role.
func BuiltInRole(guid string) *RoleDefinition { return builtInRoles()[strings.ToLower(guid)] }

// readRoles reads the table's text. It ignores what it doesn't know.
func readRoles(text string) map[string]*RoleDefinition {
	roles := map[string]*RoleDefinition{}
	role := &RoleDefinition{}
	for line := range strings.Lines(text) {
		letter, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch letter {
		case "r":
			guid, name, _ := strings.Cut(rest, " ")
			role = &RoleDefinition{GUID: guid, BuiltIn: true}
			role.RoleName = Field[string]{Value: name, Set: true}
			role.AssignableScopes.Items = []Ref{{ID: Root, Key: Root, Set: true}}
			roles[guid] = role
		case "p":
			role.Permissions.Items = append(role.Permissions.Items, Permission{
				Condition: Field[string]{Value: rest, Set: rest != ""},
			})
		default:
			role.addAction(letter, rest)
		}
	}
	return roles
}

// addAction adds an action to the last permission of a built-in role.
func (d *RoleDefinition) addAction(letter, action string) {
	if len(d.Permissions.Items) == 0 {
		return
	}
	p := &d.Permissions.Items[len(d.Permissions.Items)-1]
	var l *List[string]
	switch letter {
	case "+":
		l = &p.Actions
	case "-":
		l = &p.NotActions
	case "d":
		l = &p.DataActions
	case "n":
		l = &p.NotDataActions
	default:
		return
	}
	l.Items, l.Set = append(l.Items, action), true
}
