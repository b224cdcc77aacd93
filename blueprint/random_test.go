package blueprint_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"palisade/blueprint"
)

// randomSpec writes a file that parses, of any shape.
type randomSpec struct {
	*rand.Rand
	bytes.Buffer
	kind  string
	first string // the first model
}

var allRegions = []string{"swedencentral", "francecentral", "westeurope", "eastus", "eastus2", "uksouth", "japaneast", "australiaeast", "northeurope", "switzerlandnorth"}

func newRandomSpec(seed uint64) string {
	g := &randomSpec{Rand: rand.New(rand.NewPCG(seed, 1))}
	g.kind = g.pick("none", "palisade", "apim", "palisade")
	g.head()
	g.network()
	models := g.models()
	g.first = models[0]
	g.access(models)
	g.gateway()
	g.rest()
	return g.String()
}

func (g *randomSpec) pick(words ...string) string { return words[g.IntN(len(words))] }
func (g *randomSpec) maybe() bool                 { return g.IntN(2) == 0 }
func (g *randomSpec) line(format string, args ...any) {
	fmt.Fprintf(&g.Buffer, format+"\n", args...)
}

func (g *randomSpec) guid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", g.Uint32(), g.IntN(1<<16), g.IntN(1<<12), g.IntN(1<<12), g.Uint64()>>16)
}

func (g *randomSpec) head() {
	g.line("name: %s", g.pick("ai", "contoso-ai", "a-name-of-22-characters"[:22], "x1"))
	if g.maybe() {
		g.line("environment: %s", g.pick("dev", "production", "t1"))
	}
	g.line("tenant: %s", g.guid())
	g.line("subscription: %s", g.guid())
	g.line("regions: [%s]", strings.Join(allRegions[:1+g.IntN(4)], ", "))
	if g.maybe() {
		g.line("tags: {owner: ai, cost: \"%d\"}", g.IntN(1000))
	}
}

func (g *randomSpec) network() {
	vnet := "/subscriptions/" + g.guid() + "/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/"
	g.line("network:\n  addressSpace: %s", g.pick("10.0.0.0/16", "10.90.0.0/20", "172.16.0.0/22"))
	if g.maybe() {
		g.line("  peers: [%sa, %sb]", vnet, vnet)
	}
	switch g.IntN(3) {
	case 0:
		g.line("  mode: selected\n  ranges: [203.0.113.0/24, 198.51.100.%d]\n  because: office\n  expires: 2027-06-30", g.IntN(255))
	case 1:
		g.line("  mode: existing\n  hub:\n    vnet: %shub", vnet)
		if g.maybe() {
			g.line("    zones: /subscriptions/%s/resourceGroups/dns", g.guid())
		}
		if g.maybe() {
			g.line("    dns: [10.200.0.4]")
		}
		if g.maybe() {
			g.line("    firewall: 10.200.1.4")
		}
	}
}

func (g *randomSpec) models() []string {
	var names []string
	g.line("models:")
	for i := range 1 + g.IntN(4) {
		name := fmt.Sprintf("%s-%d", g.pick("gpt.chat", "Embed_it", "m"), i)
		names = append(names, name)
		g.line("  %s:\n    model: gpt-5.1\n    version: \"2025-11-13\"\n    sku: %s\n    capacity: %d", name, g.pick("Standard", "DataZoneStandard", "ProvisionedManaged"), 1+g.IntN(300))
		switch g.IntN(4) {
		case 0:
			g.line("    filter: {level: strict, blocklists: [words, names]}")
		case 1:
			g.line("    filter: {level: relaxed, jailbreak: mark, because: tests, expires: 2027-01-31}")
		}
		if g.maybe() {
			g.line("    upstreams:\n      - {region: %[1]s, sku: ProvisionedManaged, capacity: 15}\n      - {region: %[1]s, sku: Standard, priority: 2}", allRegions[0])
		}
	}
	return names
}

func (g *randomSpec) access(models []string) {
	g.line("issuers:\n  ci: {url: https://token.actions.githubusercontent.com, audiences: [https://ai]}")
	g.line("access:")
	for i := range 1 + g.IntN(4) {
		g.line("  team-%d:\n    who:", i)
		for range 1 + g.IntN(3) {
			g.who()
		}
		g.line("    models: [%s]", strings.Join(models[:1+g.IntN(len(models))], ", "))
		if g.kind != "none" {
			g.line("    limits: {tokensPerMinute: %dk, requestsPerMinute: 10}\n    allow: {store: %t, tools: [function], maxTokens: 4k}", 1+g.IntN(100), g.maybe())
		}
		if g.maybe() {
			g.line("    expires: 2027-12-31")
		}
	}
}

func (g *randomSpec) who() {
	switch g.IntN(6) {
	case 0:
		g.line("      - user: %s\n        because: on call\n        expires: 2027-01-31", g.guid())
	case 1:
		g.line("      - app: %s", g.guid())
	case 2:
		g.line("      - managedIdentity: /subscriptions/%s/resourceGroups/apps/providers/Microsoft.ManagedIdentity/userAssignedIdentities/chat", g.guid())
	case 3:
		g.line("      - workload: {issuer: ci, subject: \"repo:contoso/a%d:ref:refs/heads/main\"}", g.IntN(3))
	default:
		g.line("      - group: %s", g.guid())
	}
}

func (g *randomSpec) gateway() {
	g.line("gateway:\n  kind: %s", g.kind)
	switch g.kind {
	case "apim":
		g.line("  apim: {sku: %s, publisherName: Contoso, publisherEmail: a@contoso.com}", g.pick("StandardV2", "PremiumV2", "Premium", "Developer"))
	case "palisade":
		g.line("  listeners:\n    - address: 0.0.0.0:%s\n      tls: {files: {certificate: /a.pem, key: /b.pem}}", g.pick("8443", "443"))
		g.line("  run:\n    on: %s\n    image: r.azurecr.io/p@sha256:%s", g.pick("containerApps", "aks"), strings.Repeat("0", 64))
		if g.maybe() {
			g.line("    replicas: 3\n  limitStore: {kind: redis, redis: {address: \"ai.swedencentral.redis.azure.net:10000\"}}")
		}
	}
}

func (g *randomSpec) rest() {
	if g.kind == "palisade" {
		g.line("logging:\n  retention: %dd\n  blob: {url: \"https://logs.blob.core.windows.net/usage\"}", 30+g.IntN(1000))
	} else {
		g.line("logging: {retention: %dd, readers: [%s]}", 30+g.IntN(3000), g.guid())
	}
	if g.maybe() {
		g.line("encryption: {customerKey: true}")
	}
	if g.maybe() {
		g.line("alerts: {emails: [a@contoso.com], tokensPerDay: 1M}\nbudget: {perMonth: %d}", 1+g.IntN(10000))
	}
	if g.maybe() {
		g.line("defender: {plans: [AI, KeyVaults, StorageAccounts, Arm, Api, CloudPosture], promptEvidence: %t}", g.maybe())
	}
	if g.maybe() {
		g.line("policy: {effect: audit, because: a trial, expires: 2027-01-31}")
	}
	g.search()
}

// search comes last, so that the rest of a file is as it was without it.
func (g *randomSpec) search() {
	if g.maybe() {
		g.line("search:\n  sku: %s\n  replicas: %d\n  readers: [%s]\n  onYourData: %t", g.pick("basic", "standard3"), 1+g.IntN(3), g.guid(), g.maybe())
		if g.kind == "none" {
			g.line("  models: [%s]", g.first)
		}
	}
}

// TestRandom holds, for files of any shape, that what is built fits Resource
// Manager's types and itself, is the same when it is built again, and breaks no
// rule that the file doesn't say it breaks.
func TestRandom(t *testing.T) {
	built := 0
	for seed := range uint64(40) {
		text := newRandomSpec(seed)
		s := parse(t, "random.yaml", text)
		p, problems := blueprint.Build(s)
		if len(problems) > 0 {
			continue
		}
		built++
		for _, problem := range blueprint.Verify(p, s.Cloud) {
			t.Error(seed, problem)
		}
		if listing(p) != listing(build(t, parse(t, "random.yaml", text))) {
			t.Error(seed, "built twice, it differs")
		}
		for _, f := range open(s, p) {
			t.Error(seed, show(f))
		}
		if t.Failed() {
			t.Fatal(text)
		}
	}
	if built < 25 {
		t.Error("only", built, "were built")
	}
}

// large is 10 regions, 50 models and 200 teams behind a gateway.
func large() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: large\ntenant: 33333333-3333-4333-8333-333333333333\nsubscription: 11111111-1111-4111-8111-111111111111\nregions: [%s]\nmodels:\n", strings.Join(allRegions, ", "))
	for i := range 50 {
		fmt.Fprintf(&b, "  model-%d: {model: gpt-5.1, version: \"2025-11-13\", sku: DataZoneStandard, capacity: 10}\n", i)
	}
	b.WriteString("access:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  team-%d:\n    who: [{group: 22222222-2222-4222-8222-%012d}]\n    models: [model-%d, model-%d]\n    limits: {tokensPerMinute: 10k}\n", i, i, i%50, (i+7)%50)
	}
	b.WriteString("gateway:\n  kind: apim\n  apim: {publisherName: Contoso, publisherEmail: a@contoso.com}\n")
	return b.String()
}

// BenchmarkLarge parses, builds and verifies a large file. A second is too much.
func BenchmarkLarge(b *testing.B) {
	text := large()
	for b.Loop() {
		s := parse(b, "large.yaml", text)
		if problems := blueprint.Verify(build(b, s), s.Cloud); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
