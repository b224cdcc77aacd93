package rule

import (
	"palisade/arm"
	"palisade/estate"
	"slices"
	"strings"
)

var endpointConnection = &Rule{
	ID:    "PAL005",
	Name:  "private-endpoint-connection",
	Title: "Private endpoints to the account are approved and connect to its group",
	Why: "An endpoint passes no traffic until the connection is approved, and one for another group doesn't lead to the " +
		"account: its clients get errors, or fall back to the public endpoint.",
	Fix: "Connect with privateLinkServiceConnections instead of manualPrivateLinkServiceConnections where the deployment " +
		"may approve, or have the account's owner approve the connection; and use the group id account.",
	Bicep:    "groupIds: ['account']",
	Severity: Medium,
	Source:   privateLinkPage,
	Peers:    []string{"Azure Policy d6759c02-b87f-42b7-892e-71b3f471d782", "MCSB NS-2"},
	Check:    checkEndpointConnections,
}

func checkEndpointConnections(s *Subject) []Result {
	var results []Result
	for _, a := range s.Estate.Accounts.All {
		if servesModels(a) == estate.No {
			continue
		}
		for _, p := range endpointsTo(s, a) {
			results = append(results, checkConnection(s, a, p))
		}
	}
	return results
}

func checkConnection(s *Subject, a *estate.Account, p estate.EndpointPath) Result {
	on := p.Endpoint.Resource
	if on.Referred {
		return unknown(on, "the private endpoint is declared elsewhere and only referred to here", nil)
	}
	r := connectionState(s, a, p)
	if r.Status == Pass {
		r = connectionGroup(p)
	}
	if r.Status == Fail && !p.Sure {
		return unknown(on, r.Message+", if it leads to "+a.Name, pathDoubts(p), r.Proof...)
	}
	return r
}

// connectionState judges whether the connection is approved, here or by the
// account.
func connectionState(s *Subject, a *estate.Account, p estate.EndpointPath) Result {
	on, f := p.Endpoint.Resource, p.Target.Status
	approved := func(status string) bool { return strings.EqualFold(status, "Approved") }
	step := pathStep(p)
	switch estate.Test(f, approved) {
	case estate.Yes:
		return pass(on, "the connection is approved", step)
	case estate.Unsure:
		return unknown(on, "it isn't known whether the connection is approved", []*arm.Unknown{f.Unknown}, step)
	}
	switch approvedByTarget(s, a, on) {
	case estate.Yes:
		return pass(on, "the account approves the connection", step)
	case estate.Unsure:
		return unknown(on, "the connection to "+a.Name+" waits for approval, and it isn't known whether the account gives it", nil, step)
	}
	message := "the connection to " + a.Name + " is " + f.String()
	if p.Target.Manual && !f.Set {
		message = "the connection to " + a.Name + " is manual and waits until somebody approves it"
	}
	return fail(on, message, step)
}

// approvedByTarget answers whether the account itself approves the endpoint.
func approvedByTarget(s *Subject, a *estate.Account, endpoint *estate.Resource) estate.Answer {
	best := estate.No
	consider := func(c estate.EndpointConnection, surely bool) {
		if estate.Is(c.Status, "Approved") == estate.No {
			return
		}
		is := estate.Unsure
		if c.Endpoint.Set {
			is = c.Endpoint.Is(endpoint.ID)
		}
		switch {
		case is == estate.Yes && surely && estate.Is(c.Status, "Approved") == estate.Yes:
			best = estate.Yes
		case is != estate.No && best == estate.No:
			best = estate.Unsure
		}
	}
	for _, c := range a.Connections.Each() {
		consider(c, a.Connections.Known())
	}
	for _, c := range s.Estate.TargetConnections.Of(a.ID) {
		consider(c.EndpointConnection, sure(c.Resource))
	}
	return best
}

func connectionGroup(p estate.EndpointPath) Result {
	on, groups := p.Endpoint.Resource, p.Target.Groups
	step := Step{"groupIds is " + listing(groups.Each()), on.ID, "properties.privateLinkServiceConnections.groupIds", groups.Pos}
	if slices.ContainsFunc(groups.Items, isAccountGroup) {
		return pass(on, "the connection is approved and leads to the group account", pathStep(p), step)
	}
	if !groups.Known() {
		return unknown(on, "it isn't known which group the connection is for: "+groups.Unknown.Text(),
			[]*arm.Unknown{groups.Unknown}, pathStep(p))
	}
	if len(groups.Items) == 0 {
		return fail(on, "the connection names no group id, and needs account", pathStep(p)).
			fixedBy("Set groupIds to ['account'].")
	}
	return fail(on, "the connection is for the group "+listing(groups.Items)+", and an AI account only has the group account", step).
		fixedBy("Set groupIds to ['account'].")
}
