package rule

import (
	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var gatewayBypass = &Rule{
	ID:    "PAL034",
	Name:  "gateway-bypass",
	Title: "Nobody can go around the gateway",
	Why: "Who can call the account itself needs no grant of the gateway, has no limit there, and isn't in its records: what " +
		"the gateway promises holds only if it is the one way to the model.",
	Fix: "Take the role on the account from everybody but the gateway's identity, set disableLocalAuth to true, and close " +
		"the account's public network.",
	Severity: High,
	Source:   "https://learn.microsoft.com/azure/architecture/ai-ml/guide/azure-openai-gateway-guide",
	Peers:    []string{"MCSB NS-2", "MCSB PA-7"},
	Check:    guards(checkBypass),
}

func checkBypass(s *Subject, g *estate.Guard) []Result {
	var results []Result
	seen := map[string]bool{}
	all, open := upstreamsOf(s, g)
	for i := range all {
		u := &all[i]
		if estate.Is(u.Kind, "azure") == estate.No {
			continue
		}
		a := s.Estate.Accounts.Get(u.Account.Key)
		if !u.Account.Set {
			a = s.Estate.AccountAt(u.URL.Value)
		}
		key := u.name()
		if a != nil {
			key = a.Key
		}
		if !seen[key] {
			seen[key] = true
			results = append(results, judgeBypass(s, g, u, a))
		}
	}
	switch {
	case open != nil:
		results = append(results, unknown(g.Resource, "not all upstreams are known", []*arm.Unknown{open}))
	case len(results) == 0:
		results = append(results, notApplicable(g.Resource, "the gateway calls no account of Azure"))
	}
	return results
}

func judgeBypass(s *Subject, g *estate.Guard, u *upstream, a *estate.Account) Result {
	calls := Step{Text: "the gateway calls " + u.name(), Resource: g.ID, Pos: u.Kind.Pos}
	if a == nil || a.Referred {
		return unknown(g.Resource, u.name()+" is declared elsewhere, so that it isn't known who else may call it", nil, calls)
	}
	proof := append([]Step{calls}, says(a.Resource, disableLocalAuth, a.DisableLocalAuth)...)
	off := estate.True(a.DisableLocalAuth)
	surely, perhaps := othersThan(s, g, a)
	switch {
	case off == estate.No:
		return fail(a.Resource, "whoever has a key of the account goes around the gateway", proof...)
	case len(surely) > 0 && u.sure:
		return fail(a.Resource, holderNames(s, surely)+" may call the account itself", append([]Step{calls}, holderSteps(s, surely)...)...)
	case off == estate.Unsure:
		return unknown(a.Resource, "whoever has a key of the account may go around the gateway", []*arm.Unknown{a.DisableLocalAuth.Unknown}, proof...)
	case len(surely)+len(perhaps) > 0:
		all := append(surely, perhaps...)
		message := holderNames(s, all) + " may perhaps call the account itself"
		if identityOf(s, g) == "" {
			message = holderNames(s, all) + " may call the account, and it isn't known by which identity the gateway does"
		}
		return unknown(a.Resource, message, doubts(all), append([]Step{calls}, holderSteps(s, all)...)...)
	}
	open, maybe := internetOpenings(s, a)
	switch {
	case open != nil:
		how, steps := howOpen(a, open.Reasons)
		return fail(a.Resource, "only its roles keep "+who(open.Extent)+" from going around the gateway: "+how, append([]Step{calls}, steps...)...).level(Low)
	case maybe != nil:
		return unknown(a.Resource, "it isn't known whether the internet reaches the account", []*arm.Unknown{a.PublicNetworkAccess.Unknown},
			append([]Step{calls}, networkSteps(maybe.Reasons)...)...)
	}
	return s.absent(a.Resource, pass(a.Resource, "nobody but the gateway's identity has a role for its models, and keys are refused", proof...))
}

// othersThan are those who may use the models of an account, beside the
// gateway's identity. Where that isn't known, nobody is surely another.
func othersThan(s *Subject, g *estate.Guard, a *estate.Account) (surely, perhaps []access.Holder) {
	gateway := identityOf(s, g)
	for _, h := range s.World.Holders(a.ID, access.ActionChat, true) {
		switch {
		case gateway != "" && h.Principal.ID == gateway:
		case gateway != "" && h.Verdict == access.Allow:
			surely = append(surely, h)
		default:
			perhaps = append(perhaps, h)
		}
	}
	return surely, perhaps
}

// identityOf is the principal by which a gateway calls accounts, or "".
func identityOf(s *Subject, g *estate.Guard) string {
	switch {
	case g.Identity.Set && g.Identity.Known():
		return g.Identity.Key
	case g.Client.Set && g.Client.Known():
		return s.Estate.Client(g.Client.Value)
	}
	return ""
}
