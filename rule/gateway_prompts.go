package rule

import (
	"strings"

	"palisade/estate"
)

var gatewayPrompts = &Rule{
	ID:    "PAL031",
	Name:  "gateway-prompts-kept",
	Title: "Prompts and answers aren't kept in full",
	Why: "What people write to a model holds personal data and secrets that nobody meant to store. A log of all of it is " +
		"what an attacker wants most, and what has to be found and deleted when somebody asks.",
	Fix:      "Set logging.keep to redacted or metadata; where full text has to be kept, keep its readers few and its retention short.",
	Severity: Low,
	Source:   "https://learn.microsoft.com/security/benchmark/azure/mcsb-data-protection",
	Peers:    []string{"MCSB DP-1", "OWASP LLM02:2025"},
	Check:    guards(checkPromptsKept),
}

func checkPromptsKept(_ *Subject, g *estate.Guard) []Result {
	return []Result{question[string]{
		on: g.Resource, property: "properties.logging.keep", field: g.Keep,
		good:  func(v string) bool { return !strings.EqualFold(v, "full") },
		holds: "records have no text, or what is left of it without secrets", broken: "records have all text of prompts and answers",
	}.answer()}
}
