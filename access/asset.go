package access

import (
	"net/netip"

	"palisade/estate"
)

// kind is a kind of asset: what differs between them, in one table.
type kind struct {
	name    string
	group   string // of its private endpoints
	service string // service endpoint of a subnet that its rules may name
	action  string // what is asked where a request doesn't say
	// suffixes are those of its host names, of which the first always answers.
	suffixes []string
	// trusted are the prefixes of types that bypass AzureServices lets in.
	trusted []string
	// closedBypass is what the bypass does while public access is off.
	closedBypass Verdict
}

var (
	// Sources: azure-ai-docs cognitive-services-virtual-networks.md; azure-docs
	// private-link/private-endpoint-dns.md. Whether the bypass works while public
	// access is off isn't confirmed for accounts (FACTS §11.3).
	accountKind = &kind{
		name: "account", group: "account", service: "Microsoft.CognitiveServices", action: ActionChat,
		suffixes:     []string{"openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"},
		trusted:      []string{"microsoft.cognitiveservices", "microsoft.machinelearningservices", "microsoft.search"},
		closedBypass: Unknown,
	}
	// A vault lets trusted services in while public access is off, but which
	// services count, and for which calls, is a list with many conditions: so
	// none is known here. Source: azure-security-docs key-vault network-security.
	vaultKind = &kind{
		name: "vault", group: "vault", service: "Microsoft.KeyVault", action: ActionGetSecret,
		suffixes: []string{"vault.azure.net"}, closedBypass: Unknown,
	}
	storageKind = &kind{
		name: "storage account", group: "blob", service: "Microsoft.Storage",
		action:       "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
		suffixes:     []string{"blob.core.windows.net"},
		closedBypass: Unknown,
	}
	gatewayKind = &kind{name: "gateway", group: "gateway", suffixes: []string{"azure-api.net"}}
)

// target is one declaration of an asset with its firewall.
type target struct {
	*kind
	on    *estate.Resource
	place *place // of what roles are given on

	publicAccess estate.Field[string]
	rules        estate.NetworkRules
	noRules      bool // the kind has none
	ranges       []ipRule
	covers       Share // of the internet, by the sure rules
	connections  estate.List[estate.EndpointConnection]
	endpoints    []estate.EndpointPath
	associations []association

	keysOff   estate.Field[bool]   // accounts and storage accounts
	subdomain estate.Field[string] // accounts
	account   *estate.Account
	vault     *estate.Vault
	gateway   *estate.Gateway
	guarded   *guarded // of a gateway that palisade serves
}

// ipRule is an IP rule as a range. Where it isn't known, it may be any.
type ipRule struct {
	Range
	value estate.Field[string]
	known bool
	sure  bool // in the list for sure
	none  bool // not an address at all: it allows nothing
}

// asset is what a request names: all declarations of it.
type asset struct {
	targets []*target
	inner   *place // where it isn't the target itself: a secret, a deployment
}

func (w *World) indexAssets() {
	w.assets = map[string]*asset{}
	for _, a := range w.estate.Accounts.All {
		w.addTarget(w.accountTarget(a))
	}
	for _, v := range w.estate.Vaults.All {
		w.addTarget(&target{kind: vaultKind, on: v.Resource, vault: v,
			publicAccess: v.PublicNetworkAccess, rules: v.Network, connections: v.Connections})
	}
	for _, s := range w.estate.StorageAccounts.All {
		keysOff := s.SharedKey
		keysOff.Value = !keysOff.Value && keysOff.Unknown == nil
		keysOff.Choices = nil
		w.addTarget(&target{kind: storageKind, on: s.Resource, keysOff: keysOff,
			publicAccess: s.PublicNetworkAccess, rules: s.Network, connections: s.Connections})
	}
	for _, g := range w.estate.Gateways.All {
		w.addTarget(&target{kind: gatewayKind, on: g.Resource, gateway: g, noRules: true,
			publicAccess: g.PublicNetworkAccess, connections: g.Connections})
	}
	w.indexGuards()
	for _, d := range w.estate.Deployments.All {
		w.addInner(d.Key, d.Parent, w.assets[d.Parent])
	}
	for _, s := range w.estate.VaultSecrets.All {
		w.addInner(s.Key, "", w.assets[s.Parent])
	}
}

func (w *World) accountTarget(a *estate.Account) *target {
	return &target{kind: accountKind, on: a.Resource, account: a,
		publicAccess: a.PublicNetworkAccess, rules: a.Network, connections: a.Connections,
		keysOff: a.DisableLocalAuth, subdomain: a.CustomSubDomain}
}

// addTarget indexes a declaration of an asset.
func (w *World) addTarget(t *target) {
	t.place = w.places[t.on.Key]
	if t.place == nil {
		t.place = w.newPlace(t.on.Key)
		w.places[t.on.Key] = t.place
	}
	if t.account != nil {
		for _, p := range w.estate.Projects.Of(t.on.Key) {
			t.place.inner = append(t.place.inner, p.Key)
		}
	}
	t.ranges = ipRules(t.rules.IPRules)
	t.covers = coverOf(t.ranges)
	t.endpoints = w.estate.EndpointsTo(t.on.Key)
	t.associations = w.associationsOf(t.on)
	a := w.assets[t.on.Key]
	if a == nil {
		a = &asset{}
		w.assets[t.on.Key] = a
	}
	a.targets = append(a.targets, t)
}

// addInner indexes something inside of an asset. Roles on a model deployment
// count as those on its account do; see place.inner.
func (w *World) addInner(key, on string, outer *asset) {
	if outer == nil || w.assets[key] != nil {
		return
	}
	p := w.newPlace(key)
	if on != "" {
		of := *w.placeOf(on)
		of.inner = append([]string{key}, of.inner...)
		p = &of
	}
	w.assets[key] = &asset{targets: outer.targets, inner: p}
}

func ipRules(l estate.List[estate.IPRule]) []ipRule {
	var rules []ipRule
	add := func(all []estate.IPRule, sure bool) {
		for _, r := range all {
			rules = append(rules, newIPRules(r.Value, sure)...)
		}
	}
	add(l.Items, true)
	add(l.Possible, false)
	return rules
}

func newIPRules(f estate.Field[string], sure bool) []ipRule {
	values := f.Choices
	if f.Unknown == nil {
		values = []string{f.Value}
	}
	if len(values) == 0 {
		return []ipRule{{value: f, sure: sure}}
	}
	var rules []ipRule
	for _, v := range values {
		r, ok := ParseRange(v)
		rules = append(rules, ipRule{Range: r, value: f, known: true, sure: sure && f.Unknown == nil, none: !ok})
	}
	return rules
}

// coverOf is how much of the internet the rules surely let in.
func coverOf(rules []ipRule) Share {
	var ranges []Range
	for _, r := range rules {
		if r.known && r.sure && !r.none {
			ranges = append(ranges, r.Range)
		}
	}
	if len(ranges) == 0 {
		return Nothing
	}
	classes := Classes(ranges)
	return Measure(classes, func(i int) bool { return inRanges(ranges, classes[i].First) }).Share
}

func inRanges(ranges []Range, a netip.Addr) bool {
	for _, r := range ranges {
		if r.Contains(a) {
			return true
		}
	}
	return false
}
