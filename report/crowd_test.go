package report

import "fmt"

// crowd is a report of many accounts, each with so many findings and undecided
// results.
func crowd(accounts, each int) *Report {
	r := &Report{Format: Format, Version: "0.1.0",
		Deployments: []Deployment{}, Findings: []Finding{}, Undecided: []Finding{}, Rules: []Rule{}}
	for i := range each {
		r.Rules = append(r.Rules, Rule{ID: fmt.Sprintf("PAL%03d", i+1), Name: fmt.Sprintf("rule-%d", i+1),
			Title: "Title", Why: "Why", Fix: "Fix", Severity: severities[i%5], Source: "https://example.com/" + fmt.Sprint(i)})
	}
	for i := range accounts {
		file := fmt.Sprintf("infra/%04d.bicep", i)
		id := fmt.Sprintf("/subscriptions/1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/oai-%d", i)
		r.Deployments = append(r.Deployments, Deployment{Name: file, Path: file, Accounts: []Account{{
			ID: id, Name: fmt.Sprintf("oai-%d", i), Kind: "OpenAI", Position: &Position{file, 1, 1},
			Internet: Internet{Answer: "all"}, Services: Answer{Answer: "no"}, Keys: Keys{Accepted: "yes"},
		}}})
		for j, rule := range r.Rules {
			f := Finding{Rule: rule.ID, Name: rule.Name, Severity: severities[4-j%5], Message: "it is broken",
				Position: &Position{file, j + 1, 1}, Fix: "Mend it.",
				Proof: []Step{{Text: "one", Resource: id, Position: &Position{file, j + 1, 1}}, {Text: "two", Position: &Position{file, j + 2, 3}}},
				In:    []Place{{Deployment: file, Resource: id, Account: id}}}
			r.Findings = append(r.Findings, f)
			f.Message, f.Because = "not known", []Cause{{"parameter", "x", fmt.Sprintf("parameter x%d has no value", i), f.Position}}
			r.Undecided = append(r.Undecided, f)
		}
	}
	r.Summary = r.summarize()
	return r
}
