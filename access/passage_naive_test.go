package access

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"palisade/estate"
	"palisade/estate/estatetest"
)

// policy is a random policy: a tree of elements, and what stands above it.
type policy struct {
	name  string
	inner []policy
}

// randomPolicies makes elements, of which base and the fragment are those of the
// scope above and of the service.
func randomPolicies(r *rand.Rand, depth int) []policy {
	var all []policy
	for range r.IntN(4) {
		switch n := r.IntN(12); {
		case n < 2:
			all = append(all, policy{name: "validate-jwt"})
		case n < 5:
			all = append(all, policy{name: "base"})
		case n < 6:
			all = append(all, policy{name: "return-response"})
		case n < 7:
			all = append(all, policy{name: "llm-semantic-cache-lookup"})
		case n < 8:
			all = append(all, policy{name: "include-fragment"})
		case n < 9 || depth == 0:
			all = append(all, policy{name: "set-header"})
		default:
			all = append(all, policy{name: "choose", inner: randomBranches(r, depth-1)})
		}
	}
	return all
}

func randomBranches(r *rand.Rand, depth int) []policy {
	var all []policy
	for range 1 + r.IntN(2) {
		all = append(all, policy{"when", randomPolicies(r, depth)})
	}
	if r.IntN(2) == 0 {
		all = append(all, policy{"otherwise", randomPolicies(r, depth)})
	}
	return all
}

func xmlOf(all []policy) string {
	var b strings.Builder
	for _, p := range all {
		switch p.name {
		case "when":
			fmt.Fprintf(&b, `<when condition="@(context.Request.Method == "A")">%s</when>`, xmlOf(p.inner))
		case "include-fragment":
			b.WriteString(`<include-fragment fragment-id="f" />`)
		case "choose", "otherwise":
			fmt.Fprintf(&b, "<%[1]s>%s</%[1]s>", p.name, xmlOf(p.inner))
		default:
			fmt.Fprintf(&b, "<%s />", p.name)
		}
	}
	return b.String()
}

// walk is one call on its way through random policies; each condition is true or
// false by chance.
type walk struct {
	*rand.Rand
	scopes   [][]policy // the service's first
	fragment []policy
	token    bool // it has shown one
	answered bool // without the backend
	leaks    bool // with what may be a model's answer, and without a token
}

func (w *walk) through(all []policy, scope int) {
	for _, p := range all {
		if w.answered {
			return
		}
		switch p.name {
		case "validate-jwt":
			w.token = true
		case "return-response":
			w.answered = true
		case "llm-semantic-cache-lookup":
			if w.IntN(2) == 0 {
				w.answered, w.leaks = true, !w.token
			}
		case "base":
			if scope > 0 {
				w.through(w.scopes[scope-1], scope-1)
			}
		case "include-fragment":
			w.through(w.fragment, 0)
		case "choose":
			w.choose(p.inner, scope)
		}
	}
}

func (w *walk) choose(branches []policy, scope int) {
	for _, b := range branches {
		if b.name == "otherwise" || w.IntN(2) == 0 {
			w.through(b.inner, scope)
			return
		}
	}
}

// TestPassagesNaive sends many calls through random policies, and holds the
// answer against what became of them.
func TestPassagesNaive(t *testing.T) {
	seen := map[Asks]int{}
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := walk{scopes: [][]policy{randomPolicies(r, 2), randomPolicies(r, 2), randomPolicies(r, 2)}, fragment: withoutBase(randomPolicies(r, 1))}
		got := passageOf(t, w.scopes, w.fragment)
		seen[got]++
		open, through := false, false
		for n := range uint64(300) {
			call := walk{Rand: rand.New(rand.NewPCG(seed, n)), scopes: w.scopes, fragment: w.fragment}
			call.through(w.scopes[2], 2)
			through = through || !call.answered || call.leaks
			open = open || !call.answered && !call.token || call.leaks
		}
		wrong := open && (got == AsksToken || got == AsksNobody) ||
			!open && (got == AsksKey || got == AsksNothing) || through && got == AsksNobody
		if wrong {
			t.Errorf("seed %d: %v, open %v\nservice   %s\nAPI       %s\noperation %s\nfragment  %s", seed, got, open,
				xmlOf(w.scopes[0]), xmlOf(w.scopes[1]), xmlOf(w.scopes[2]), xmlOf(w.fragment))
		}
	}
	for _, asks := range []Asks{AsksUnknown, AsksToken, AsksNothing, AsksNobody} {
		if seen[asks] < 50 {
			t.Errorf("%v was the answer %d times", asks, seen[asks])
		}
	}
}

// withoutBase is a fragment, which has no base, and includes none.
func withoutBase(all []policy) []policy {
	var kept []policy
	for _, p := range all {
		if p.name != "base" && p.name != "include-fragment" {
			kept = append(kept, policy{p.name, withoutBase(p.inner)})
		}
	}
	return kept
}

// passageOf asks of a service, its API and the API's one operation.
func passageOf(t *testing.T, scopes [][]policy, fragment []policy) Asks {
	t.Helper()
	const service = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim"
	const account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/aoai"
	type object = map[string]any
	resource := func(id, typ string, properties object) object {
		return object{"id": id, "type": typ, "name": id[strings.LastIndexByte(id, '/')+1:], "properties": properties}
	}
	written := func(all []policy) object {
		return object{"format": "rawxml", "value": "<policies><inbound>" + xmlOf(all) + "</inbound></policies>"}
	}
	const api = "Microsoft.ApiManagement/service"
	text, err := json.Marshal([]object{
		resource(account, "Microsoft.CognitiveServices/accounts", object{"customSubDomainName": "aoai"}),
		resource(service, api, object{}),
		resource(service+"/namedValues/key", api+"/namedValues", object{"value": object{"$call": "listKeys", "args": []string{account}, "path": "key1"}}),
		resource(service+"/policies/policy", api+"/policies", written(scopes[0])),
		resource(service+"/policyFragments/f", api+"/policyFragments", object{"value": "<fragment>" + xmlOf(fragment) + "</fragment>"}),
		resource(service+"/apis/a", api+"/apis", object{"subscriptionRequired": false, "serviceUrl": "https://aoai.openai.azure.com"}),
		resource(service+"/apis/a/policies/policy", api+"/apis/policies", written(scopes[1])),
		resource(service+"/apis/a/operations/o", api+"/apis/operations", object{"method": "POST"}),
		resource(service+"/apis/a/operations/o/policies/policy", api+"/apis/operations/policies", written(scopes[2])),
	})
	if err != nil {
		t.Fatal(err)
	}
	e := estate.New(estatetest.Load(t, string(text)), estate.Options{})
	all := Compile(e).Passages(e.Accounts.All[0], nil)
	if len(all) != 1 {
		t.Fatalf("%d passages", len(all))
	}
	return all[0].Asks
}
