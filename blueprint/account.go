package blueprint

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// accountKind serves Azure OpenAI models and nothing else.
const accountKind = "OpenAI"

// mostAccounts is how many accounts a subscription may have in a region.
// Source: azure-ai-docs openai/quotas-limits.md.
const mostAccounts = 30

// account is one account with the models that are deployed on it.
type account struct {
	region, id string
	models     []*spec.Model
}

func (a *account) name() string { return lastOf(a.id) }

// offers reports whether one of the models is on the account. With accounts by
// grant that is so for all of them or none.
func (a *account) offers(models []string) bool {
	return slices.ContainsFunc(a.models, func(m *spec.Model) bool { return slices.Contains(models, m.Name) })
}

// planAccounts decides which accounts there are. Behind a gateway that is one
// in each region. Without one, Azure's roles are all that keeps callers apart,
// and a role is for an account as a whole: models with the same callers share
// an account, and others don't.
func (b *builder) planAccounts() {
	audiences := b.audiences()
	for _, region := range b.spec.Regions {
		first := len(b.accounts)
		at := map[string]*account{}
		for i := range b.spec.Models {
			m := &b.spec.Models[i]
			if !deployedIn(m, region) {
				continue
			}
			a := at[audiences[m.Name]]
			if a == nil {
				a = &account{region: region}
				at[audiences[m.Name]] = a
				b.accounts = append(b.accounts, a)
			}
			a.models = append(a.models, m)
		}
		if n := len(b.accounts) - first; n > mostAccounts {
			b.say(b.spec.At("access"), "gateway: {kind: palisade} needs one",
				"access: keeping the callers apart takes %d accounts in %s, and Azure has at most %d", n, region, mostAccounts)
		}
	}
	b.nameAccounts()
}

// nameAccounts names accounts by region and, where there are several ways in
// which models are shared, by their first model.
func (b *builder) nameAccounts() {
	var first string
	several := false
	audiences := b.audiences()
	for i, a := range b.accounts {
		if who := audiences[a.models[0].Name]; i == 0 {
			first = who
		} else if who != first {
			several = true
		}
	}
	for _, a := range b.accounts {
		suffix := []string{a.region}
		if several {
			suffix = append(suffix, strings.ToLower(dashed(a.models[0].Name)))
		}
		a.id = b.id(accountType, b.name(64, "", suffix...))
	}
}

// audiences tells for each model which grants have it, and whether Search does;
// behind a gateway they all count as one.
func (b *builder) audiences() map[string]string {
	who := map[string]string{}
	if b.spec.Gateway.Kind != spec.NoGateway {
		return who
	}
	for i := range b.spec.Access {
		g := &b.spec.Access[i]
		for _, m := range g.Models {
			who[m] += g.Name + " "
		}
	}
	for i := range b.spec.Models {
		if m := b.spec.Models[i].Name; b.searchHas(m) {
			who[m] += "(search)"
		}
	}
	return who
}

func deployedIn(m *spec.Model, region string) bool {
	return slices.ContainsFunc(m.Upstreams, func(u spec.Upstream) bool { return u.Deployed() && u.Region == region })
}

// models makes the accounts with all that is on them.
func (b *builder) models() {
	region := ""
	for _, a := range b.accounts {
		if a.region != region {
			region = a.region
			b.part("model-"+region, "Models in "+region,
				"Accounts take Entra tokens and no keys, and models answer behind a content filter. A role on an account is for all its models: those with other callers have accounts of their own, or a gateway keeps them apart.")
		}
		b.account(a)
		b.deployments(a)
		b.endpoint(b.at("models"), models, a.region, a.id, b.lastOn(a))
		b.callers(a)
	}
}

func (b *builder) account(a *account) {
	at := b.at("regions")
	var needs []string
	if b.spec.Encryption.CustomerKey {
		needs = append(needs, b.keyNeeds(a.region)...)
	}
	b.put(at, a.id, a.region, needs,
		at.is("kind", accountKind),
		at.is("sku", at.obj(at.is("name", "S0"))),
		at.is("identity", b.accountIdentity(at)),
		at.props(
			at.is("customSubDomainName", a.name()),
			at.is("disableLocalAuth", true),
			at.is("publicNetworkAccess", b.publicAccess()),
			at.is("networkAcls", b.networkRules()),
			at.is("restrictOutboundNetworkAccess", true),
			at.is("allowedFqdnList", b.searchHosts()),
			at.is("storedCompletionsDisabled", !b.stores(a)),
			at.is("dynamicThrottlingEnabled", false),
			at.is("allowProjectManagement", false),
			at.is("encryption", b.encryption(a.region))))
	b.log(at, a.id, a.region)
	if b.hasPlan("AI") {
		at := b.at("defender", "plans")
		b.put(at, a.id+"/defenderForAISettings/Default", "", []string{a.id}, at.props(at.is("state", "Enabled")))
	}
}

func (b *builder) accountIdentity(at place) arm.Value {
	if !b.spec.Encryption.CustomerKey {
		return at.obj(at.is("type", "SystemAssigned"))
	}
	return at.obj(at.is("type", "SystemAssigned, UserAssigned"),
		at.is("userAssignedIdentities", at.obj(at.is(b.dataIdentity(), at.obj()))))
}

func (b *builder) publicAccess() arm.Value {
	at := b.at("network", "mode")
	if b.spec.Network.Mode == spec.Selected {
		return at.value("Enabled")
	}
	return at.value("Disabled")
}

// networkRules lets in what is listed and nothing else, also where public
// access is off: then it stays closed if that is turned on.
func (b *builder) networkRules() arm.Value {
	at := b.at("network", "mode")
	rules := []arm.Value{}
	if b.spec.Network.Mode == spec.Selected {
		ranges := b.at("network", "ranges")
		for _, r := range b.spec.Network.Ranges {
			text := r.String()
			if r.IsSingleIP() {
				text = r.Addr().String()
			}
			rules = append(rules, ranges.obj(ranges.is("value", text)))
		}
	}
	return at.obj(at.is("bypass", "None"), at.is("defaultAction", "Deny"),
		at.is("ipRules", rules), at.is("virtualNetworkRules", []arm.Value{}))
}

// stores reports whether a caller may have answers stored at the account.
func (b *builder) stores(a *account) bool {
	return slices.ContainsFunc(a.models, func(m *spec.Model) bool {
		return m.Allow.Store && slices.ContainsFunc(b.spec.Access, func(g spec.Grant) bool {
			return g.Allow.Store && slices.Contains(g.Models, m.Name)
		})
	})
}
