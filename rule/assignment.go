package rule

import (
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

// applied is a role assignment that counts on an AI account, or may.
type applied struct {
	*estate.RoleAssignment
	account *estate.Account // the first of those that it counts on
	surely  bool
}

// appliedAssignments are the role assignments at or above accounts that serve
// models, each once, in the order of the accounts. Each scope is looked at once,
// however many accounts it holds.
func appliedAssignments(s *Subject) []*applied {
	g := gathered{s: s, at: map[string]int{}}
	vague := vagueScopes(s)
	for _, account := range s.Estate.Accounts.All {
		if servesModels(account) == estate.No {
			continue
		}
		for _, scope := range s.Estate.Scopes(account.ID) {
			g.scope(scope, account, true)
		}
		for _, scope := range vague {
			if s.Estate.Within(account.ID, scope) == estate.Unsure {
				g.scope(scope, account, false)
			}
		}
	}
	return g.all
}

// gathered collects the assignments of scopes.
type gathered struct {
	s   *Subject
	all []*applied
	at  map[string]int // scope → its first assignment in all
}

func (g *gathered) scope(scope string, account *estate.Account, surely bool) {
	list := g.s.Estate.RoleAssignments.Of(scope)
	if first, ok := g.at[scope]; ok {
		for _, a := range g.all[first : first+len(list)] {
			a.surely = a.surely || surely
		}
		return
	}
	g.at[scope] = len(g.all)
	for _, a := range list {
		g.all = append(g.all, &applied{a, account, surely})
	}
}

// vagueScopes are the scopes of role assignments of which it may not be known
// whether they hold an account.
func vagueScopes(s *Subject) []string {
	var found []string
	seen := map[string]bool{}
	for _, a := range s.Estate.RoleAssignments.All {
		scope := a.Scope()
		if !seen[scope] && (scope == "" || strings.Contains(scope, "«") || estate.IsManagementGroup(scope)) {
			found = append(found, scope)
		}
		seen[scope] = true
	}
	return found
}

// principalName is a principal as a person knows it.
func principalName(s *Subject, p estate.PrincipalRef) string {
	switch {
	case p.Owner != "":
		if g := s.Estate.Groups.Get(p.Owner); g != nil {
			return "group " + g.Name
		}
		return estate.LastName(ownerID(s, p.Owner))
	case p.Object != "":
		return p.Object
	}
	if p.Unknown != nil {
		return p.Unknown.Text()
	}
	return p.Key
}

// holderName is a holder of a right as a person knows it.
func holderName(s *Subject, h *access.Holder) string {
	switch {
	case h.Ref != nil:
		return principalName(s, *h.Ref)
	case h.Principal.Kind == access.KeyHolder:
		return "whoever has a key"
	}
	return "whoever has a token of the outside issuer"
}

// ownerID is the id of a resource with its case, where it is in the estate.
func ownerID(s *Subject, key string) string {
	if r := s.Estate.Get(key); r != nil {
		return r.ID
	}
	return key
}

// principalNames are the names of all that an assignment may be for.
func principalNames(s *Subject, a *estate.RoleAssignment) string {
	var names []string
	for _, p := range a.Principal.Each() {
		names = append(names, principalName(s, p))
	}
	if len(names) == 0 {
		return "a principal that isn't given"
	}
	return strings.Join(names, " or ")
}

// roleNames are the names of all roles that an assignment may give.
func roleNames(s *Subject, a *estate.RoleAssignment) string {
	defs, _ := s.Estate.Role(a.Role)
	var names []string
	for _, d := range defs {
		name := d.RoleName.String()
		if name == "" {
			name = d.GUID
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "role " + estate.LastName(a.Role.ID)
	}
	return strings.Join(names, " or ")
}

func assignmentStep(s *Subject, a *estate.RoleAssignment) Step {
	pos := a.Role.Pos
	if !pos.IsValid() {
		pos = a.Pos
	}
	return Step{principalNames(s, a) + " has " + roleNames(s, a) + " on " + scopeName(a.Scope()), a.ID,
		"properties.roleDefinitionId", pos}
}

// scopeName is a scope as a person knows it.
func scopeName(scope string) string {
	switch {
	case scope == estate.Root:
		return "the whole tenant"
	case estate.IsManagementGroup(scope):
		return "management group " + estate.LastName(scope)
	case scope == estate.SubscriptionOf(scope):
		return "the subscription"
	case estate.TypeOf(scope) == "":
		return "resource group " + estate.LastName(scope)
	}
	return estate.LastName(scope)
}

// wide reports whether a scope holds more than one resource group.
func wide(scope string) bool {
	return scope == estate.Root || estate.IsManagementGroup(scope) || scope != "" && scope == estate.SubscriptionOf(scope)
}

// assignmentDoubts is what isn't known about an assignment.
func assignmentDoubts(a *estate.RoleAssignment) []*arm.Unknown {
	return []*arm.Unknown{a.Maybe, a.Principal.Unknown, a.Role.Unknown, a.Condition.Unknown}
}
