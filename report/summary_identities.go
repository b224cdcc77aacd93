package report

import (
	"slices"

	"palisade/access"
	"palisade/estate"
)

// right is something that an identity can do at an account.
type right struct {
	can    string
	action string
	data   bool
}

// rights are those that the answer tells, besides the use of the models.
var rights = []right{
	{"read keys", "Microsoft.CognitiveServices/accounts/listKeys/action", false},
	{"change the account", "Microsoft.CognitiveServices/accounts/write", false},
	{"give rights", "Microsoft.Authorization/roleAssignments/write", false},
}

// maxIdentities bounds how many identities of one account are listed.
const maxIdentities = 500

// identities are those with a right at the account, those first that can use
// its models; and how many were left out.
func (s *summary) identities() ([]Identity, int) {
	g := &gathering{summary: s, at: map[string]int{}}
	for _, h := range s.reach.Holders {
		g.add(h, "use models")
	}
	for _, r := range rights {
		for _, h := range s.world.Holders(s.account.ID, r.action, r.data) {
			g.add(h, r.can)
		}
	}
	if len(g.found) <= maxIdentities {
		return g.found, 0
	}
	return g.found[:maxIdentities], len(g.found) - maxIdentities
}

// gathering collects rights by identity. What an identity surely can and what
// it perhaps can are kept apart.
type gathering struct {
	*summary
	found []Identity
	at    map[string]int
}

func (g *gathering) add(h access.Holder, can string) {
	if h.Ref == nil { // a key, or a token from outside
		return
	}
	key := h.Ref.Key + "|" + h.Verdict.String()
	i, ok := g.at[key]
	if !ok {
		i = len(g.found)
		g.at[key] = i
		g.found = append(g.found, Identity{Principal: g.principal(h.Ref), Name: g.name(h), Answer: verdictWords[h.Verdict]})
	}
	id := &g.found[i]
	id.Can = append(id.Can, can)
	role, step := g.role(h)
	if role != "" && !slices.Contains(id.Roles, role) {
		id.Roles = append(id.Roles, role)
		id.Proof = append(id.Proof, step)
	}
}

// principal is what identifies a principal: the id of the resource whose
// identity it is, or an object id.
func (g *gathering) principal(p *estate.PrincipalRef) string {
	if p.Owner != "" {
		return g.idOf(p.Owner)
	}
	return p.Key
}

// name is a principal for a person.
func (g *gathering) name(h access.Holder) string {
	typ := ""
	if h.Assignment != nil && h.Group == "" {
		typ = h.Assignment.PrincipalType.Value
	}
	return g.estate.NameOf(*h.Ref, typ)
}

func graphName(display estate.Field[string], name string) string {
	if display.Known() && display.Value != "" {
		return display.Value
	}
	return name
}

// role is the role that gives a right, with where it is given if that is above
// the account.
func (g *gathering) role(h access.Holder) (string, Step) {
	a := h.Assignment
	if a == nil {
		return "", Step{}
	}
	name := "a role"
	if defs, _ := g.estate.Role(a.Role); len(defs) == 1 {
		name = graphName(defs[0].RoleName, defs[0].GUID)
	}
	where := scopeWords(a.Scope())
	if estate.Key(a.Scope()) == g.account.Key {
		where = ""
	}
	if h.Group != "" {
		where += " by group " + g.nameOf(h.Group)
	}
	text := name + where
	return text, Step{text, a.ID, "", g.position(a.Pos)}
}

func (g *gathering) nameOf(group string) string {
	if x := g.estate.Groups.Get(group); x != nil {
		return graphName(x.DisplayName, x.Name)
	}
	return estate.LastName(group)
}

// scopeWords says at what kind of scope a role is given.
func scopeWords(scope string) string {
	last := estate.LastName(scope)
	switch {
	case scope == estate.Root:
		return " at the root"
	case estate.IsManagementGroup(scope):
		return " at management group " + last
	case scope == estate.SubscriptionOf(scope):
		return " at the subscription"
	case estate.TypeOf(scope) == "":
		return " at the resource group"
	}
	return " at " + last
}
