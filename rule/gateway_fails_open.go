package rule

import (
	"strings"

	"palisade/estate"
)

var gatewayFailsOpen = &Rule{
	ID:    "PAL030",
	Name:  "gateway-fails-open",
	Title: "What can't be asked stops a call",
	Why: "A limit that isn't counted is no limit, and a check that isn't made finds nothing: who can make the store or the " +
		"safety service fail can spend, or send, what they like.",
	Fix:      "Set onError to deny in gateway.limitStore and gateway.safety, and give the store a second node if calls have to go on.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/well-architected/security/principles",
	Peers:    []string{"OWASP LLM10:2025"},
	Check:    guards(checkFailsOpen),
}

func checkFailsOpen(_ *Subject, g *estate.Guard) []Result {
	closed := func(v string) bool { return !strings.EqualFold(v, "allow") }
	limits := question[string]{on: g.Resource, property: "properties.limits.onError", field: g.Limits, good: closed,
		holds: "calls are refused while the limits can't be counted", broken: "calls go through without limits while these can't be counted"}
	results := []Result{limits.answer()}
	if g.Safety.Set {
		safety := question[string]{on: g.Resource, property: "properties.safety.onError", field: g.Safety, good: closed,
			holds: "calls are refused while the safety service can't be asked", broken: "calls go through unchecked while the safety service can't be asked"}
		results = append(results, safety.answer())
	}
	return results
}
