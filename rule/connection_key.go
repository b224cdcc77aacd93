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
	what := "the connection to " + c.Target.String()
	if c.Target.String() == "" {
		what = "the connection"
	}
	if c.Referred {
		return unknown(c.Resource, "the connection is declared elsewhere and only referred to here", nil)
	}
	r := question[string]{
		on: c.Resource, property: property, field: c.AuthType, good: keyless,
		holds: what + " keeps no key", broken: what + " keeps a key or password",
	}.answer()
	if r.Status == Fail && c.Maybe != nil {
		return unknown(c.Resource, r.Message+", if it is made", []*arm.Unknown{c.Maybe}, r.Proof...)
	}
	return r
}

// keyless reports whether a connection of that authType keeps no secret.
func keyless(authType string) bool {
	c := estate.Connection{AuthType: estate.Field[string]{Value: authType}}
	return c.KeyAuth() == estate.No
}
