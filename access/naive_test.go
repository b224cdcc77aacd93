package access

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// The evaluator in this file is written straight from FACTS §7.3: it has no
// indexes and two values only. What isn't known is decided by a world, which
// makes up an answer. Where the package answers allow or deny, so must this
// evaluator in every world; where nothing is unknown, both must be equal.

type obj = map[string]any

// plain is a random estate as plain data.
type plain struct {
	principals []string            // object ids
	members    map[string][]string // group → members
	openGroups []string            // object ids of groups that aren't in the estate
	roles      map[string][]plainPermission
	grants     []plainGrant
	denials    []plainDenial
	scopes     []string // of the asset, itself first
}

type plainPermission struct {
	lists     [4][]string // actions, notActions, dataActions, notDataActions
	condition string
	holds     func(action string, w randomWorld) bool
}

type plainGrant struct {
	principal, role, scope string
	group                  bool
	condition              string
	holds                  func(action string, w randomWorld) bool
}

type plainDenial struct {
	permission     plainPermission
	principals     []string // "*" is everyone
	except         []string
	scope          string
	ownScope, only bool // only: enforced
}

// randomWorld decides what isn't known.
type randomWorld uint64

func (w randomWorld) says(what string) bool {
	h := fnv.New64a()
	fmt.Fprint(h, uint64(w), what)
	return h.Sum64()>>32&1 == 1
}

// may is the decision: boolean RBAC, assignment by assignment.
func (p *plain) may(who, action string, data bool, w randomWorld) bool {
	set := p.set(who, w)
	for _, d := range p.denials {
		if p.denied(&d, set, action, data, w) {
			return false
		}
	}
	for _, g := range p.grants {
		if !set[g.principal] || !p.covers(g.scope) || !g.holds(action, w) {
			continue
		}
		permissions, known := p.roles[g.role]
		if !known && w.says("role "+g.role+action) {
			return true
		}
		for _, perm := range permissions {
			if perm.gives(action, data, w) && perm.holds(action, w) {
				return true
			}
		}
	}
	return false
}

// set is the principal with its groups, found by asking each group in turn.
func (p *plain) set(who string, w randomWorld) map[string]bool {
	set := map[string]bool{who: true}
	for range len(p.members) + 1 {
		for g, members := range p.members {
			for _, m := range members {
				if set[m] {
					set[g] = true
				}
			}
		}
	}
	for _, g := range p.openGroups {
		if w.says("member " + who + g) {
			set[g] = true
		}
	}
	if w.says("is " + who) {
		set["?"] = true
	}
	return set
}

func (p *plain) covers(scope string) bool {
	for _, s := range p.scopes {
		if strings.EqualFold(s, scope) {
			return true
		}
	}
	return false
}

func (p *plain) denied(d *plainDenial, set map[string]bool, action string, data bool, w randomWorld) bool {
	if !d.only || !p.covers(d.scope) || d.ownScope && d.scope != p.scopes[0] || !d.permission.gives(action, data, w) {
		return false
	}
	in := false
	for _, x := range d.principals {
		in = in || x == "*" || set[x]
	}
	for _, x := range d.except {
		in = in && !set[x]
	}
	return in
}

func (p *plainPermission) gives(action string, data bool, w randomWorld) bool {
	yes, no := p.lists[0], p.lists[1]
	if data {
		yes, no = p.lists[2], p.lists[3]
	}
	return named(yes, action, w) && !named(no, action, w)
}

func named(patterns []string, action string, w randomWorld) bool {
	for _, p := range patterns {
		re := "(?i)^" + strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*") + "$"
		if regexp.MustCompile(re).MatchString(action) {
			return true
		}
		if w.says("lenient") && lenientRegexp(strings.ToLower(p)).MatchString(strings.ToLower(action)) {
			return true
		}
	}
	return false
}

const testAccount = home + "/Microsoft.CognitiveServices/accounts/a"

// randomPlain makes an estate; sure leaves out everything that isn't known.
func randomPlain(r *rand.Rand, sure bool) *plain {
	p := &plain{members: map[string][]string{}, roles: map[string][]plainPermission{}}
	p.scopes = []string{testAccount, subscription + "/resourceGroups/rg", subscription, "/"}
	p.principals = []string{"p1", "p2", "p3", "g1", "g2"}
	p.members["g1"] = pickSome(r, []string{"p1", "p2", "g2"})
	p.members["g2"] = pickSome(r, []string{"p2", "p3", "g1"})
	if !sure {
		p.openGroups = []string{"open"}
	}
	for i := range 4 {
		p.roles[fmt.Sprintf("0000000%d-0000-0000-0000-000000000000", i)] = randomPermissions(r, sure)
	}
	for range r.IntN(5) {
		p.grants = append(p.grants, randomGrant(r, p, sure))
	}
	for range r.IntN(3) {
		p.denials = append(p.denials, randomDenial(r, p, sure))
	}
	return p
}

var (
	testPatterns = []string{"*", "*/read", "A/b/read", "a/B/write", "a/*", "a/*/action", "a/b/*/action", "a/b/c/action", "x/*", "a/b/*"}
	testActions  = []string{"a/b/read", "A/b/write", "a/b/c/action", "a/b/action", "x/y/read", "a/b/c/delete"}
	testScopes   = []string{testAccount, testAccount, subscription + "/resourceGroups/rg", subscription, "/",
		home + "/Microsoft.CognitiveServices/accounts/b", subscription + "/resourceGroups/rg2", subscription + "/resourceGroups/r"}
)

func pickSome(r *rand.Rand, from []string) []string {
	some := []string{}
	for _, s := range from {
		if r.IntN(2) == 0 {
			some = append(some, s)
		}
	}
	return some
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func randomPermissions(r *rand.Rand, sure bool) []plainPermission {
	var all []plainPermission
	for range 1 + r.IntN(2) {
		var p plainPermission
		for i := range p.lists {
			p.lists[i] = []string{}
			for range r.IntN(3) {
				p.lists[i] = append(p.lists[i], pattern(r, sure))
			}
		}
		p.condition, p.holds = randomHolds(r, sure)
		all = append(all, p)
	}
	return all
}

func pattern(r *rand.Rand, sure bool) string {
	for {
		if s := pick(r, testPatterns); !sure || !strings.Contains(s, "/*/") {
			return s
		}
	}
}

// randomHolds returns a condition, or none, and what it means.
func randomHolds(r *rand.Rand, sure bool) (string, func(string, randomWorld) bool) {
	if r.IntN(2) == 0 {
		return "", func(string, randomWorld) bool { return true }
	}
	return randomMeaning(r, sure, 2)
}

func randomMeaning(r *rand.Rand, sure bool, depth int) (string, func(string, randomWorld) bool) {
	if depth == 0 || r.IntN(3) == 0 {
		if !sure && r.IntN(3) == 0 {
			name := pick(r, []string{"u", "v"})
			return "@Resource[" + name + "] StringEquals 'x'", func(_ string, w randomWorld) bool { return w.says("attribute " + name) }
		}
		p := pattern(r, sure)
		return "ActionMatches{'" + p + "'}", func(a string, w randomWorld) bool { return named([]string{p}, a, w) }
	}
	left, l := randomMeaning(r, sure, depth-1)
	right, x := randomMeaning(r, sure, depth-1)
	switch r.IntN(3) {
	case 0:
		return "!(" + left + ")", func(a string, w randomWorld) bool { return !l(a, w) }
	case 1:
		return "(" + left + ") AND (" + right + ")", func(a string, w randomWorld) bool { return l(a, w) && x(a, w) }
	}
	return "(" + left + ") OR (" + right + ")", func(a string, w randomWorld) bool { return l(a, w) || x(a, w) }
}

func randomGrant(r *rand.Rand, p *plain, sure bool) plainGrant {
	g := plainGrant{principal: pick(r, p.principals), scope: pick(r, testScopes)}
	g.role = fmt.Sprintf("0000000%d-0000-0000-0000-000000000000", r.IntN(4))
	if !sure {
		switch r.IntN(6) {
		case 0:
			g.principal, g.group = "open", true
		case 1:
			g.principal = "?"
		case 2:
			g.role = "99999999-0000-0000-0000-000000000000"
		}
	}
	g.condition, g.holds = randomHolds(r, sure)
	return g
}

func randomDenial(r *rand.Rand, p *plain, sure bool) plainDenial {
	d := plainDenial{permission: randomPermissions(r, sure)[0], scope: pick(r, testScopes)}
	d.permission.condition = ""
	d.principals = pickSome(r, append([]string{"*"}, p.principals...))
	d.except = pickSome(r, p.principals)
	d.ownScope, d.only = r.IntN(3) == 0, r.IntN(4) != 0
	return d
}

// resources writes the estate as the package reads it.
func (p *plain) resources(t *testing.T) []byte {
	all := []obj{{"id": testAccount, "kind": "OpenAI", "properties": obj{"customSubDomainName": "a"}}}
	for _, g := range []string{"g1", "g2"} {
		all = append(all, obj{"id": "/providers/Microsoft.Graph/groups/" + g,
			"properties": obj{"id": g, "displayName": g, "uniqueName": g, "members": obj{"relationships": p.members[g]}}})
	}
	for guid, permissions := range p.roles {
		var list []obj
		for _, perm := range permissions {
			list = append(list, perm.object())
		}
		all = append(all, obj{"id": subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + guid,
			"properties": obj{"roleName": guid, "permissions": list}})
	}
	for i, g := range p.grants {
		all = append(all, g.object(i))
	}
	for i, d := range p.denials {
		all = append(all, d.object(i))
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (p *plainPermission) object() obj {
	o := obj{"actions": p.lists[0], "notActions": p.lists[1], "dataActions": p.lists[2], "notDataActions": p.lists[3]}
	if p.condition != "" {
		o["condition"] = p.condition
	}
	return o
}

func (g *plainGrant) object(i int) obj {
	props := obj{"principalId": g.principal, "principalType": "User",
		"roleDefinitionId": subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + g.role}
	if g.group {
		props["principalType"] = "Group"
	}
	if g.principal == "?" {
		props["principalId"] = obj{"unknown": "principal"}
	}
	if g.condition != "" {
		props["condition"] = g.condition
	}
	return obj{"id": fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%08d-0000-0000-0000-000000000000",
		strings.TrimSuffix(g.scope, "/"), i), "properties": props}
}

func (d *plainDenial) object(i int) obj {
	list := func(ids []string) []obj {
		out := []obj{}
		for _, id := range ids {
			if id == "*" {
				out = append(out, obj{"id": everyone, "type": "SystemDefined"})
			} else {
				out = append(out, obj{"id": id, "type": "User"})
			}
		}
		return out
	}
	effect := "enforced"
	if !d.only {
		effect = "audit"
	}
	return obj{"id": fmt.Sprintf("%s/providers/Microsoft.Authorization/denyAssignments/d%d", strings.TrimSuffix(d.scope, "/"), i),
		"properties": obj{"permissions": []obj{d.permission.object()}, "principals": list(d.principals),
			"excludePrincipals": list(d.except), "doNotApplyToChildScopes": d.ownScope, "denyAssignmentEffect": effect}}
}

func TestNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	decided := map[Verdict]int{}
	for n := range 1500 {
		sure := n%2 == 0
		p := randomPlain(r, sure)
		w := world(t, p.resources(t))
		for range 8 {
			who, action, data := pick(r, p.principals[:3]), pick(r, testActions), r.IntN(2) == 0
			s := w.subject(Whoever(who))
			got := w.grant(&s, w.places[strings.ToLower(testAccount)], strings.ToLower(action), data, nil)
			decided[got]++
			if sure && got == Unknown {
				t.Fatalf("nothing is unknown, but %s %s is\n%s", who, action, p.resources(t))
			}
			for range 6 {
				world := randomWorld(r.Uint64())
				if may := p.may(who, action, data, world); got != Unknown && may != (got == Allow) {
					t.Fatalf("%s %s data=%v: %v, but naively %v\n%s", who, action, data, got, may, p.resources(t))
				}
			}
			checkHolders(t, w, who, action, data, got)
		}
	}
	t.Log(decided)
	for _, v := range []Verdict{Deny, Unknown, Allow} {
		if decided[v] < 200 {
			t.Errorf("only %d answers are %v", decided[v], v)
		}
	}
}

// checkHolders compares the enumeration with the answer for one principal. One
// that may be meant by a group or principal that isn't known isn't listed.
func checkHolders(t *testing.T, w *World, who, action string, data bool, want Verdict) {
	t.Helper()
	got := Deny
	for _, h := range w.Holders(testAccount, action, data) {
		if h.Principal.ID == who {
			got = h.Verdict
		}
	}
	if got != want && !(want == Unknown && got == Deny) {
		t.Fatalf("%s %s: listed with %v, decided %v", who, action, got, want)
	}
}
