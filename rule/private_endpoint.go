package rule

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

const privateLinkPage = "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#use-private-endpoints"

var privateEndpoint = &Rule{
	ID:    "PAL004",
	Name:  "private-endpoint",
	Title: "A private endpoint leads to the account",
	Why: "Without one, clients can only come over the account's public endpoint, so that it has to stay open; with public " +
		"access off, nobody reaches it.",
	Fix: "Add a Microsoft.Network/privateEndpoints in the clients' network whose privateLinkServiceConnections name the " +
		"account and the group id account.",
	Bicep:    "privateLinkServiceConnections: [{ name: 'openai', properties: { privateLinkServiceId: account.id, groupIds: ['account'] } }]",
	Severity: Medium,
	Source:   privateLinkPage,
	Peers: []string{
		"PSRule Azure.AI.PrivateEndpoints", "PSRule AZR-000283", "Steampipe cognitive_account_private_link_used", "azqr aif-004",
		"Azure Policy d6759c02-b87f-42b7-892e-71b3f471d782", "Azure Policy db630ad5-52e9-4f4d-9c44-53912fe40053",
		"MCSB NS-2", "Azure review checklist AI.77",
	},
	Check: accounts(checkPrivateEndpoint),
}

func checkPrivateEndpoint(s *Subject, a *estate.Account) Result {
	paths := endpointsTo(s, a)
	for _, p := range paths {
		if p.Sure && sure(p.Endpoint.Resource) {
			return pass(a.Resource, "private endpoint "+p.Endpoint.Name+" leads to it", pathStep(p))
		}
	}
	for _, c := range a.Connections.Items {
		if c.Endpoint.Set {
			return pass(a.Resource, "private endpoint "+estate.LastName(c.Endpoint.ID)+" is connected to it",
				Step{"privateEndpointConnections names the endpoint", a.ID, "properties.privateEndpointConnections", c.Pos})
		}
	}
	if len(paths) > 0 {
		return perhapsEndpoint(a, paths)
	}
	if !a.Connections.Known() {
		return unknown(a.Resource, "it isn't known whether a private endpoint is connected to it",
			[]*arm.Unknown{a.Connections.Unknown})
	}
	message := "no private endpoint leads to it"
	if everyNetwork(a) == estate.No && estate.Is(a.PublicNetworkAccess, "Disabled") == estate.Yes {
		message += ", and public access is off, so that no network reaches it"
	}
	return s.absent(a.Resource, fail(a.Resource, message, shows(a.Resource, "the account stands here")))
}

func perhapsEndpoint(a *estate.Account, paths []estate.EndpointPath) Result {
	p := paths[0]
	depends := pathDoubts(p)
	message := "private endpoint " + p.Endpoint.Name + " may lead to it"
	switch {
	case p.Endpoint.Maybe != nil:
		message = "private endpoint " + p.Endpoint.Name + " is only there if " + p.Endpoint.Maybe.Text()
	case p.Target.Target.Unknown != nil:
		message += ": its target is " + p.Target.Target.Unknown.Text()
	case p.Endpoint.Referred:
		message += ", but is declared elsewhere"
	}
	return unknown(a.Resource, message, depends, pathStep(p))
}

func pathStep(p estate.EndpointPath) Step {
	pos := p.Target.Pos
	if !pos.IsValid() {
		pos = p.Endpoint.Pos
	}
	return Step{"private endpoint " + p.Endpoint.Name + " connects to " + estate.LastName(p.Target.Target.ID),
		p.Endpoint.ID, "properties.privateLinkServiceConnections", pos}
}

// endpointsTo are the private endpoints that lead to an account, or may. One
// whose target isn't known and that is for a group of something else does not.
func endpointsTo(s *Subject, a *estate.Account) []estate.EndpointPath {
	var paths []estate.EndpointPath
	for _, p := range s.Estate.EndpointsTo(a.ID) {
		groups := p.Target.Groups
		other := groups.Known() && len(groups.Items) > 0 && !slices.ContainsFunc(groups.Items, isAccountGroup)
		if p.Sure || !other {
			paths = append(paths, p)
		}
	}
	return paths
}

// isAccountGroup reports whether a group id is that of AI accounts.
func isAccountGroup(group string) bool { return strings.EqualFold(group, "account") }

// pathDoubts is what isn't known about a private endpoint's connection.
func pathDoubts(p estate.EndpointPath) []*arm.Unknown {
	return []*arm.Unknown{p.Endpoint.Maybe, p.Endpoint.Connections.Unknown, p.Target.Target.Unknown}
}
