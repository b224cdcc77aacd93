package rule

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

var defenderPlan = &Rule{
	ID:    "PAL020",
	Name:  "defender-plan",
	Title: "Microsoft Defender watches the AI services",
	Why: "The plan for AI services raises alerts on stolen credentials, jailbreak attempts, data in answers and unusual " +
		"use; without it nobody looks at these signals.",
	Fix:      "Add Microsoft.Security/pricings with the name AI and pricingTier Standard to the subscription.",
	Bicep:    "resource ai 'Microsoft.Security/pricings@2024-01-01' = { name: 'AI', properties: { pricingTier: 'Standard' } }",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/defender-for-cloud/ai-threat-protection",
	Peers: []string{
		"Azure Policy c2c0c6d8-007b-4a48-8d9b-3539bddd8e87", "Azure Policy 359a48a3-351a-4618-bb32-f1628645694b",
		"Mondoo defender-for-ai-enabled", "Azure review checklist AI.68",
	},
	Check: checkDefender,
}

// checkDefender judges the plans of subscriptions of which other plans are
// read, and the switches of single accounts.
func checkDefender(s *Subject) []Result {
	var results []Result
	if len(s.Estate.Accounts.All) > 0 {
		for _, subscription := range plannedSubscriptions(s) {
			results = append(results, judgePlans(s, subscription))
		}
	}
	for _, d := range s.Estate.DefenderSwitches.All {
		if d.Referred {
			continue
		}
		results = append(results, question[string]{
			on: d.Resource, property: "properties.state", field: d.State,
			good:  func(v string) bool { return strings.EqualFold(v, "Enabled") },
			holds: "Defender for AI is on for this account", broken: "Defender for AI is off for this account",
		}.answer())
	}
	if len(results) == 0 {
		return []Result{{Status: NotApplicable, Message: "no plan of Defender for Cloud was read, so that the subscription isn't part of the estate"}}
	}
	return results
}

// plannedSubscriptions are the subscriptions with plans, in order.
func plannedSubscriptions(s *Subject) []string {
	var keys []string
	seen := map[string]bool{}
	for _, p := range s.Estate.Pricings.All {
		if p.Parent == estate.SubscriptionOf(p.ID) && p.Parent != "" && !seen[p.Parent] {
			seen[p.Parent] = true
			keys = append(keys, p.Parent)
		}
	}
	return keys
}

func judgePlans(s *Subject, subscription string) Result {
	plans := s.Estate.Pricings.Of(subscription)
	for _, p := range plans {
		if strings.EqualFold(p.Name, "AI") {
			return judgePlan(p)
		}
	}
	for _, p := range plans {
		if estate.SameText("ai", strings.ToLower(p.Name)) == estate.Unsure {
			r := unknown(p.Resource, "it isn't known whether one of the Defender plans is that for AI services", nil)
			r.Resource = subscription
			return r
		}
	}
	on := plans[0].Resource
	r := s.absent(on, fail(on, "the subscription has Defender plans, but none for AI services", shows(on, "plan "+on.Name+" is set here")))
	r.Resource = subscription
	return r
}

func judgePlan(p *estate.Pricing) Result {
	if p.Referred {
		return unknown(p.Resource, "the Defender plan for AI services is declared elsewhere", nil)
	}
	r := question[string]{
		on: p.Resource, property: "properties.pricingTier", field: p.Tier,
		good:  func(v string) bool { return strings.EqualFold(v, "Standard") },
		holds: "the Defender plan for AI services is on", broken: "the Defender plan for AI services is off",
	}.answer()
	if r.Status == Pass && p.Maybe != nil {
		return unknown(p.Resource, "the Defender plan for AI services is on only if "+p.Maybe.Text(), []*arm.Unknown{p.Maybe}, r.Proof...)
	}
	return r
}
