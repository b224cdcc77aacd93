package access

import (
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/estate"
)

// large makes an estate of 25 subscriptions with 400 resources and 4,000 role
// assignments each (Azure's limit): 10,000 resources, of which 1,000 are
// accounts with 100 IP rules, and 100,000 role assignments.
func large() []arm.Resource { return subscriptions(25) }

func subscriptions(n int) []arm.Resource {
	var all []arm.Resource
	for s := range n {
		sub := fmt.Sprintf("/subscriptions/%08d-0000-0000-0000-000000000000", s)
		all = append(all, subscriptionResources(sub, s)...)
		for i := range 4000 {
			all = append(all, assignment(sub, s, i))
		}
	}
	return all
}

func subscriptionResources(sub string, s int) []arm.Resource {
	var all []arm.Resource
	for i := range 400 {
		rg := fmt.Sprintf("%s/resourceGroups/rg%d/providers/", sub, i%20)
		switch {
		case i < 40:
			all = append(all, res(rg+fmt.Sprintf("Microsoft.CognitiveServices/accounts/a%d", i), accountBody(i, s)))
		case i < 80:
			all = append(all, res(rg+fmt.Sprintf("Microsoft.CognitiveServices/accounts/a%d/deployments/gpt", i-40), arm.Value{}))
		case i < 180:
			all = append(all, res(rg+fmt.Sprintf("Microsoft.ManagedIdentity/userAssignedIdentities/i%d", i), arm.Value{}))
		case i < 280:
			all = append(all, res(rg+fmt.Sprintf("Microsoft.Web/sites/w%d", i), carrier(sub, i-100)))
		default:
			all = append(all, res(rg+fmt.Sprintf("Microsoft.KeyVault/vaults/v%d", i), arm.Value{}))
		}
	}
	return all
}

func str(s string) arm.Value { return arm.String(s, arm.Pos{}) }

func object(pairs ...any) arm.Value {
	var members []arm.Member
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, arm.Member{Name: pairs[i].(string), Value: pairs[i+1].(arm.Value)})
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}

func accountBody(i, s int) arm.Value {
	var rules []arm.Value
	for r := range 100 {
		rules = append(rules, object("value", str(fmt.Sprintf("%d.%d.%d.0/24", 20+i, s, r))))
	}
	return object("customSubDomainName", str(fmt.Sprintf("a%d-%d", i, s)),
		"networkAcls", object("defaultAction", str("Deny"), "ipRules", arm.Array(rules, arm.Pos{})))
}

func carrier(sub string, i int) arm.Value {
	id := fmt.Sprintf("%s/resourceGroups/rg%d/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i%d", sub, i%20, i)
	return object("$identity", object("type", str("UserAssigned"), "userAssignedIdentities", object(id, object())))
}

func res(id string, properties arm.Value) arm.Resource {
	body := object("properties", properties, "identity", properties.Get("$identity"))
	return arm.Resource{ID: id, Type: estate.TypeOf(id), Name: estate.LastName(id), Body: body}
}

// assignment gives one of nine roles at the subscription, a group or a resource
// to a user, a group or one of the managed identities.
func assignment(sub string, s, i int) arm.Resource {
	roles := []string{"5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", "a97b65f3-24c7-4388-baec-2e87135dc908",
		"acdd72a7-3385-48ef-bd42-f606fba81ae7", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
		"4633458b-17de-408a-b874-0445c86b69e6", "b24988ac-6180-42a0-ab88-20f7382dd24c", "de139f84-1756-47ae-9be6-808fbbe84772",
		"eadc314b-1a2d-4efa-be10-5d325db5065e"}
	scope := sub
	switch i % 10 {
	case 1, 2, 3, 4:
		scope = fmt.Sprintf("%s/resourceGroups/rg%d", sub, i%20)
	case 5, 6, 7, 8:
		scope = fmt.Sprintf("%s/resourceGroups/rg%d/providers/Microsoft.CognitiveServices/accounts/a%d", sub, i%20, i%40)
	}
	principal, kind := str(fmt.Sprintf("%08d-0000-0000-0000-%012d", s, i/3)), "User"
	switch i % 4 {
	case 1:
		kind = "Group"
	case 2:
		id := fmt.Sprintf("%s/resourceGroups/rg%d/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i%d", sub, (80+i%100)%20, 80+i%100)
		principal, kind = arm.Unk(arm.Runtime("reference", "", arm.Pos{}, str(id)).Member("principalId")), "ServicePrincipal"
	}
	return res(fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%08d-0000-0000-0000-%012d", scope, s, i),
		object("principalId", principal, "principalType", str(kind),
			"roleDefinitionId", str("/providers/Microsoft.Authorization/roleDefinitions/"+roles[i%len(roles)])))
}

// BenchmarkEverything decodes and indexes the large estate and answers all:
// who reaches each account from where, and every chain to it.
// BenchmarkEverything decodes and asks everything of estates of growing size:
// the time is to grow as they do.
func BenchmarkEverything(b *testing.B) {
	for _, n := range []int{5, 10, 25} {
		b.Run(fmt.Sprintf("resources=%d/assignments=%d", n*400, n*4000), func(b *testing.B) { everything(b, subscriptions(n)) })
	}
}

func everything(b *testing.B, resources []arm.Resource) {
	for b.Loop() {
		w := Compile(estate.New(resources, estate.Options{}))
		paths, chains := 0, 0
		for r := range w.Reaches(Filter{}) {
			for range r.Paths() {
				paths++
			}
		}
		for _, all := range w.EveryChain() {
			chains += len(all)
		}
		b.ReportMetric(float64(paths), "paths")
		b.ReportMetric(float64(chains), "chains")
	}
}

func BenchmarkCompile(b *testing.B) {
	e := estate.New(large(), estate.Options{})
	for b.Loop() {
		Compile(e)
	}
}

func BenchmarkReaches(b *testing.B) {
	w := Compile(estate.New(large(), estate.Options{}))
	for b.Loop() {
		for r := range w.Reaches(Filter{}) {
			for range r.Paths() {
			}
		}
	}
}

func BenchmarkChains(b *testing.B) {
	w := Compile(estate.New(large(), estate.Options{}))
	for b.Loop() {
		for range w.EveryChain() {
		}
	}
}

// BenchmarkDecide is what a gateway asks on each call.
func BenchmarkDecide(b *testing.B) {
	w := Compile(estate.New(large(), estate.Options{}))
	sub := "/subscriptions/00000003-0000-0000-0000-000000000000"
	r := Request{
		Principal:  Whoever(strings.ToLower(sub + "/resourceGroups/rg2/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i82")),
		Source:     Address(ranges1("20.3.7.9")),
		Credential: Token,
		Asset:      strings.ToLower(sub + "/resourceGroups/rg0/providers/Microsoft.CognitiveServices/accounts/a0"),
	}
	b.ReportAllocs()
	for b.Loop() {
		w.Decide(r)
	}
}
