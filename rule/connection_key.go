package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var connectionKey = &Rule{
	ID:    "PAL017",
	Name:  "connection-with-key",
	Title: "Connections to other services go by identity",
	Why: "A connection keeps the key of another service for agents and tools: whoever may use or read it has that service, " +
		"and a keyless account is then keyless by name only.",
	Fix:      "Set authType to AAD, and give the account's or project's identity a role on the target.",
	Bicep:    "authType: 'AAD'",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/how-to/connections-add",
	Peers: []string{
		"Defender for Cloud: Entra ID for AI Foundry default storage connection",
		"Defender for Cloud: Entra ID for data stores on AI Foundry project", "MCSB IM-3",
	},
	Check: checkConnections,
}

func checkConnections(s *Subject) []Result {
	var results []Result
	for _, c := range s.Estate.Connections.All {
		results = append(results, judgeConnectionKey(c))
	}
	return results
}

func judgeConnectionKey(c *estate.Connection) Result {
	const property = "properties.authType"
	proof := says(c.Resource, property, c.AuthType)
	what := "the connection to " + c.Target.String()
	if c.Target.String() == "" {
		what = "the connection"
	}
	switch {
	case c.Referred:
		return unknown(c.Resource, "the connection is declared elsewhere and only referred to here", nil)
	case c.KeyAuth() == estate.Unsure:
		return unknown(c.Resource, "it isn't known whether "+what+" keeps a key: "+sentence(property, c.AuthType),
			[]*arm.Unknown{c.AuthType.Unknown}, proof...)
	case c.KeyAuth() == estate.No:
		return pass(c.Resource, what+" keeps no key: "+sentence(property, c.AuthType), proof...)
	case c.Maybe != nil:
		return unknown(c.Resource, what+", if it is made, keeps a key or password", []*arm.Unknown{c.Maybe}, proof...)
	}
	return fail(c.Resource, what+" keeps a key or password: "+sentence(property, c.AuthType), proof...)
}
