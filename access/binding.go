package access

import (
	"strings"

	"palisade/estate"
)

// binding is a role assignment, or one of the principals that it may be for.
type binding struct {
	assignment *estate.RoleAssignment
	principal  estate.PrincipalRef
	scope      string
	roles      []*role // those that it may give
	complete   bool    // roles has all that it may give
	condition  *Condition
	doubt      string // why it isn't sure that it holds, or ""
}

// bindings indexes all role assignments.
type bindings struct {
	all         []*binding
	byPrincipal map[string][]*binding
	byScope     map[string][]*binding
	scopes      []string   // the keys of byScope, in order
	loose       []*binding // with a scope that isn't wholly known
	groups      []*binding // at a management group
	// open are those for a principal that isn't known, or a group whose members
	// aren't all known, by scope; looseOpen are those that are in loose or groups.
	open       map[string][]*binding
	looseOpen  []*binding
	openScopes []string // the keys of open, in order
}

func (w *World) indexBindings() {
	b := &w.bindings
	b.byPrincipal = map[string][]*binding{}
	b.byScope = map[string][]*binding{}
	b.open = map[string][]*binding{}
	for _, a := range w.estate.RoleAssignments.All {
		for _, p := range a.Principal.Each() {
			w.addBinding(w.newBinding(a, p))
		}
	}
}

func (w *World) newBinding(a *estate.RoleAssignment, p estate.PrincipalRef) *binding {
	b := &binding{assignment: a, principal: p, scope: a.Scope(), condition: w.conditions.of(a.Condition)}
	defs, ok := w.estate.Role(a.Role)
	for _, d := range defs {
		b.roles = append(b.roles, w.role(d))
	}
	b.complete = ok
	switch {
	case a.Eligible:
		b.doubt = "the principal is eligible for the role and must activate it first"
	case a.Maybe != nil:
		b.doubt = "it isn't known whether the role assignment will exist"
	case a.Referred:
		b.doubt = "the role assignment is only referred to"
	case len(a.Principal.Choices) > 1:
		b.doubt = "it isn't known which principal the role assignment is for"
	case len(a.Others) > 0:
		b.doubt = "the role assignment is declared more than once"
	}
	return b
}

func (w *World) addBinding(b *binding) {
	x := &w.bindings
	x.all = append(x.all, b)
	x.byPrincipal[b.principal.Key] = append(x.byPrincipal[b.principal.Key], b)
	if len(x.byScope[b.scope]) == 0 {
		x.scopes = append(x.scopes, b.scope)
	}
	x.byScope[b.scope] = append(x.byScope[b.scope], b)
	above, loose := estate.IsManagementGroup(b.scope), b.scope == "" || strings.Contains(b.scope, "«")
	if above {
		x.groups = append(x.groups, b)
	}
	if loose {
		x.loose = append(x.loose, b)
	}
	if b.principal.Unknown == nil && !w.openGroup(b) {
		return
	}
	if len(x.open[b.scope]) == 0 {
		x.openScopes = append(x.openScopes, b.scope)
	}
	x.open[b.scope] = append(x.open[b.scope], b)
	if above || loose {
		x.looseOpen = append(x.looseOpen, b)
	}
}

// openGroup reports whether a binding is for a group that others than its known
// members may be in.
func (w *World) openGroup(b *binding) bool {
	g := w.estate.Groups.Get(b.principal.Key)
	if g != nil {
		return g.Referred || !g.Members.Known() || g.MembershipRule.Value != "" || g.MembershipRule.Unknown != nil
	}
	return estate.Is(b.assignment.PrincipalType, "Group", "ForeignGroup") != estate.No &&
		b.assignment.PrincipalType.Set
}

// role returns the compiled form of a definition.
func (w *World) role(def *estate.RoleDefinition) *role {
	r := w.roles[def]
	if r == nil {
		r = newRole(def, &w.conditions)
		w.roles[def] = r
	}
	return r
}

// grants answers whether the binding, taken to apply, gives the action.
func (b *binding) grants(action string, data bool, attributes Attributes) Verdict {
	v := b.roleGrants(action, data, attributes)
	if v == Deny {
		return Deny
	}
	return v.And(b.conditionHolds(action, attributes)).And(b.certainty())
}

// roleGrants is unknown where one of the roles that it may be isn't known, or
// where they differ.
func (b *binding) roleGrants(action string, data bool, attributes Attributes) Verdict {
	if !b.complete || len(b.roles) == 0 {
		return Unknown
	}
	v := b.roles[0].grants(action, data, attributes)
	for _, r := range b.roles[1:] {
		v = agree(v, r.grants(action, data, attributes))
	}
	return v
}

func (b *binding) conditionHolds(action string, attributes Attributes) Verdict {
	if b.condition == nil {
		return Allow
	}
	return b.condition.Eval(action, attributes)
}

func (b *binding) certainty() Verdict {
	if b.doubt != "" {
		return Unknown
	}
	return Allow
}

// lateRole returns the compiled form of any definition, after Compile.
func (w *World) lateRole(def *estate.RoleDefinition) *role {
	if r := w.roles[def]; r != nil {
		return r
	}
	if r, ok := w.late.Load(def); ok {
		return r.(*role)
	}
	r, _ := w.late.LoadOrStore(def, newRole(def, &conditions{map[string]*Condition{}}))
	return r.(*role)
}

// lateCondition returns a condition that Compile has parsed.
func (w *World) lateCondition(f estate.Field[string]) *Condition {
	if f.Unknown == nil && f.Value != "" {
		if c := w.conditions.parsed[f.Value]; c != nil {
			return c
		}
	}
	return (&conditions{map[string]*Condition{}}).of(f)
}
