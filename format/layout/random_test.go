package layout_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"palisade/arm"
	"palisade/format/layout"
)

// TestRandomResources writes sets of resources that refer to each other in
// random ways.
func TestRandomResources(t *testing.T) {
	runs := 100
	if testing.Short() {
		runs = 30
	}
	for seed := range runs {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
			roundTrip(t, g.parts(), layout.Options{Name: "test", Subscription: subscription})
		})
	}
}

// generator makes random resources. What it makes refers to what it made
// before, so there are no circles.
type generator struct {
	*rand.Rand
	made   []arm.Resource
	groups []string
}

const otherSubscription = "22222222-2222-4222-8222-222222222222"

func (g *generator) parts() []layout.Part {
	g.addGroups()
	parts := []layout.Part{{Name: "base", Title: "Base", Practice: "It's the \"base\".", Resources: g.made}}
	for i := range 1 + g.IntN(4) {
		p := layout.Part{Name: fmt.Sprint("Part ", i), Title: "A part", Practice: "Keeps */ things // apart."}
		for range g.IntN(6) {
			r := g.resource()
			p.Resources = append(p.Resources, r)
			g.made = append(g.made, r)
		}
		parts = append(parts, p)
	}
	if g.IntN(3) == 0 { // a part that goes on in another one
		parts[0], parts[1] = parts[1], parts[0]
	}
	return parts
}

func (g *generator) addGroups() {
	for i := range 1 + g.IntN(2) {
		id := fmt.Sprintf("/subscriptions/%s/resourceGroups/rg-%d", subscription, i)
		g.groups = append(g.groups, id)
		g.made = append(g.made, arm.Resource{ID: id, Type: "Microsoft.Resources/resourceGroups", Name: fmt.Sprint("rg-", i),
			APIVersion: "2024-03-01", Body: object("location", str("swedencentral"), "tags", tags()), Condition: yes()})
	}
	g.groups = append(g.groups, fmt.Sprintf("/subscriptions/%s/resourceGroups/there", subscription),
		fmt.Sprintf("/subscriptions/%s/resourceGroups/hub", otherSubscription))
}

func yes() arm.Value { return arm.Bool(true, arm.Pos{}) }

func str(s string) arm.Value { return arm.String(s, arm.Pos{}) }

func tags() arm.Value { return object("environment", str("prod"), "cost-center", str("4711")) }

func object(pairs ...any) arm.Value {
	var members []arm.Member
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, arm.Member{Name: pairs[i].(string), Value: pairs[i+1].(arm.Value)})
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}

var kinds = []string{"Microsoft.Network/virtualNetworks", "Microsoft.CognitiveServices/accounts", "Microsoft.KeyVault/vaults",
	"Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.Cache/redis"}

func (g *generator) resource() arm.Resource {
	n := len(g.made)
	id, typ := "", kinds[g.IntN(len(kinds))]
	name := fmt.Sprintf("r-%d.x", n)
	switch g.IntN(6) {
	case 0:
		id, typ = g.child(name)
	case 1:
		typ = "Microsoft.Authorization/roleAssignments"
		name = fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", n)
		if on := g.any(); on.Type != typ {
			id = on.ID + "/providers/" + typ + "/" + name
		}
	case 2:
		typ = "Microsoft.Authorization/policyAssignments"
		id = "/subscriptions/" + subscription + "/providers/" + typ + "/" + name
	}
	if id == "" {
		id = g.groups[g.IntN(len(g.groups))] + "/providers/" + typ + "/" + name
	}
	r := arm.Resource{ID: id, Type: typ, Name: name, APIVersion: "2024-10-01", Condition: yes()}
	members := []any{"location", str([]string{"swedencentral", "francecentral", "global"}[g.IntN(3)])}
	if g.IntN(2) == 0 {
		members = append(members, "tags", tags())
	}
	r.Body = object(append(members, "properties", g.object(3))...)
	for range g.IntN(3) {
		r.DependsOn = append(r.DependsOn, g.any().ID)
	}
	return r
}

func (g *generator) any() arm.Resource { return g.made[g.IntN(len(g.made))] }

// child is the id of a child of a resource, or of one that isn't deployed.
func (g *generator) child(name string) (id, typ string) {
	parent := g.any()
	if parent.Type != kinds[0] {
		typ = "Microsoft.Storage/storageAccounts/blobServices/containers"
		return g.groups[0] + "/providers/Microsoft.Storage/storageAccounts/store/blobServices/default/containers/" + name, typ
	}
	return parent.ID + "/subnets/" + name, parent.Type + "/subnets"
}

func (g *generator) object(depth int) arm.Value {
	var pairs []any
	for i := range g.IntN(4) {
		pairs = append(pairs, []string{"name", "a-b", "x", "'quoted'", "${k}", "\"q\""}[g.IntN(6)]+fmt.Sprint(i), g.value(depth-1))
	}
	return object(pairs...)
}

var odd = []string{"one\n  two ${x} %{y} 'q'\n\nEND\n", "one\ntwo\nEOT\n", "one\ntwo\nit's '''\n", "\n\n\n", "a ${b}\n%{c}\n  d", "", "plain", "[not an expression]", "[[twice]", "it's", "${x}", "$${x}", "%{if}", "a\nb\tc\r\\", "{0}", "ä 漢 😀",
	"'''", "\"q\"", "/", "/subscriptions/" + subscription, "/subscriptions/" + otherSubscription + "/resourceGroups/hub", "\u2028",
	"/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}

func (g *generator) value(depth int) arm.Value {
	n := g.IntN(10)
	switch {
	case n == 0:
		return arm.Bool(g.IntN(2) == 0, arm.Pos{})
	case n == 1:
		return arm.Int(g.Int64N(1<<31), arm.Pos{})
	case n == 2 && depth > 0:
		return g.object(depth)
	case n == 3 && depth > 0:
		var items []arm.Value
		for range g.IntN(3) {
			items = append(items, g.value(depth-1))
		}
		return arm.Array(items, arm.Pos{})
	case n == 4:
		return str(g.any().ID)
	case n == 5:
		return str(g.any().ID + "/children/" + odd[1])
	case n == 6:
		return g.state()
	case n == 7:
		return arm.Join([]arm.Value{str(odd[g.IntN(len(odd))] + "-"), g.state(), str("}")}, arm.Pos{})
	}
	return str(odd[g.IntN(len(odd))])
}

// state is something that is known only once a resource is deployed.
func (g *generator) state() arm.Value {
	r := g.any()
	if r.Type != kinds[3] {
		return str("x")
	}
	if g.IntN(2) == 0 {
		return arm.Unk(arm.Runtime("reference", "", arm.Pos{}, str(r.ID), str("full")).Member("identity").Member("principalId"))
	}
	return arm.Unk(arm.Runtime("reference", "", arm.Pos{}, str(r.ID)).Member("principalId"))
}
