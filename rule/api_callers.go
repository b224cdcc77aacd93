package rule

import (
	"palisade/access"
	"palisade/estate"
)

var apiCallers = &Rule{
	ID:    "PAL036",
	Name:  "api-callers",
	Title: "API Management asks its callers for a token",
	Why: "An API Management service calls the models by its own right, for whomever it lets in. A subscription key says nothing " +
		"of who shows it, works from wherever the service is reached, and doesn't end by itself; without one the models are open " +
		"to whoever can connect.",
	Fix: "Validate the caller's Entra token in the inbound policy of the API or of the service, outside of any condition, and keep " +
		"<base /> in the policies below it.",
	Bicep:    `value: '<policies><inbound><base /><validate-azure-ad-token tenant-id="…"><audiences>…</audiences></validate-azure-ad-token></inbound></policies>'`,
	Severity: High,
	Source:   "https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy",
	Peers:    []string{"MCSB IM-1"},
	Check:    checkAPICallers,
}

func checkAPICallers(s *Subject) []Result {
	if len(s.Estate.Gateways.All) == 0 {
		return nil // who holds what needn't be asked
	}
	var results []Result
	for _, a := range s.Estate.Accounts.All {
		for _, p := range s.World.Passages(a, s.World.Holders(a.ID, access.ActionChat, true)) {
			r := judgePassage(s, a, &p)
			if !a.Referred {
				r = ofKind(a, r)
			}
			results = append(results, r)
		}
	}
	return results
}

func judgePassage(s *Subject, a *estate.Account, p *access.Passage) Result {
	on := p.Gateway.Resource
	who := "API Management " + p.Gateway.Name
	if p.API != nil {
		on = p.API.Resource
		who += ", API " + p.API.Name + ","
	}
	proof := passageSteps(s, a, p)
	switch p.Asks {
	case access.AsksUnknown:
		return unknown(on, "whom "+who+" lets in to "+a.Name+" isn't known: "+p.Why, nil, proof...)
	case access.AsksToken:
		return pass(on, who+" asks whoever calls "+a.Name+" for a token or certificate", proof...)
	case access.AsksNobody:
		return pass(on, who+" lets no call through to "+a.Name, proof...)
	}
	r := fail(on, who+" lets whoever has a key call "+a.Name, proof...).level(Medium)
	if p.Asks == access.AsksNothing {
		r = fail(on, who+" lets "+whoConnects(p)+" call "+a.Name, proof...)
		if access.Public(p.Gateway) == estate.Yes && !p.Filtered {
			r = r.level(Critical)
		}
	}
	if p.Leads == access.Allow && sure(on) && sure(p.Gateway.Resource) {
		return s.absent(on, r) // a policy may be in what couldn't be read
	}
	return unknown(on, "if it leads there: "+r.Message, nil, proof...)
}

func whoConnects(p *access.Passage) string {
	if p.Filtered {
		return "whoever connects from an address that its policy lists"
	}
	switch access.Public(p.Gateway) {
	case estate.Yes:
		return "everybody on the internet"
	case estate.No:
		return "whoever can connect to it"
	}
	return "whoever can connect to it, perhaps from the internet,"
}

func passageSteps(s *Subject, a *estate.Account, p *access.Passage) []Step {
	var steps []Step
	if p.API != nil {
		steps = append(steps, shows(p.API.Resource, "the API stands here"))
		steps = append(steps, says(p.API.Resource, "properties.subscriptionRequired", p.API.SubscriptionRequired)...)
	}
	if p.Policy != nil {
		steps = append(steps, shows(p.Policy.Resource, "its policy asks for "+asksWords[p.Asks]))
	}
	shown := "a token of its identity"
	if p.By == access.Key {
		shown = "a key that it keeps"
	}
	return append(steps, shows(p.Gateway.Resource, "the service shows "+a.Name+" "+shown))
}

var asksWords = [...]string{
	access.AsksUnknown: "what isn't known", access.AsksToken: "a token or certificate", access.AsksKey: "no token",
	access.AsksNothing: "nothing", access.AsksNobody: "nothing, and answers by itself",
}
