package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"palisade/access"
	"palisade/estate"
	"palisade/estate/estatetest"
	"palisade/rule"
)

const gatewayEstate = `[
 {"id": "/providers/Palisade.Gateway/gateways/g", "type": "Palisade.Gateway/gateways", "name": "g", "properties": {"from": ["10.0.0.0/8"],
  "listeners": [{"address": "0.0.0.0:80"}], "limits": {"onError": "allow"}}},
 {"id": "/providers/Palisade.Gateway/gateways/g/keys/old", "type": "Palisade.Gateway/gateways/keys", "name": "g/old", "properties": {"from": ["10.1.0.0/16"], "expires": "2027-01-01T00:00:00Z"}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m", "type": "Palisade.Gateway/gateways/models", "name": "g/m", "properties": {"upstreams": [{"kind": "azure", "url": "https://a.openai.azure.com"}]}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m/providers/Microsoft.Authorization/roleAssignments/r", "type": "Microsoft.Authorization/roleAssignments", "name": "r",
  "properties": {"principalId": "key:old", "principalType": "ServicePrincipal", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}}]`

// gatewayReport is of an estate with a gateway whose key and store are accepted.
func gatewayReport(t *testing.T) *Report {
	t.Helper()
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	e := estate.New(estatetest.Load(t, gatewayEstate), estate.Options{})
	s := &rule.Subject{Estate: e, World: access.Compile(e), Now: now}
	findings := rule.Run(rule.All, s)
	for i := range findings {
		if f := &findings[i]; f.Status == rule.Fail && f.Rule.ID != "PAL028" || f.Rule.ID == "PAL034" {
			f.Accepted = &rule.Accepted{Because: "a trial [of ours]", Until: "2026-12-31"}
		}
	}
	o := Options{Rules: rule.All}
	return New(o, Files{Count: 1}, []*Part{NewPart(o, Check{Template: "palisade.yaml", Estate: e, World: s.World, Findings: findings, Now: now})})
}

// TestAccepted holds that what is accepted is told and doesn't count.
func TestAccepted(t *testing.T) {
	r := gatewayReport(t)
	if len(r.Findings) != 1 || r.Findings[0].Rule != "PAL028" || len(r.Undecided) != 0 || len(r.Accepted) != 3 {
		t.Fatalf("findings %+v undecided %+v accepted %+v", r.Findings, r.Undecided, r.Accepted)
	}
	if s := r.Summary; s.Accepted != 3 || s.Findings != 1 || s.Gateways != 1 || s.Worst != "high" {
		t.Errorf("summary %+v", s)
	}
	for _, x := range r.Rules {
		if c := x.Results; x.ID == "PAL027" && (c.Accepted != 1 || c.Fail != 0) {
			t.Errorf("%s: %+v", x.ID, c)
		}
	}
	text := textOf(t, r, TextOptions{})
	for _, want := range []string{"g  gateway", "Listens     0.0.0.0:80 without TLS", "key old (Cognitive Services OpenAI User): m from 10.1.0.0/16, with a key",
		"Accepted  3 results, not counted", "accepted until 2026-12-31: a trial", "1 finding (1 high) in 1 gateway; 3 accepted"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text doesn't say %q:\n%s", want, text)
		}
	}
}

// TestSuppressions holds that SARIF has the same as suppressed results.
func TestSuppressions(t *testing.T) {
	text := sarifOf(t, gatewayReport(t), nil)
	var log sarifLog
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	suppressed := 0
	for _, r := range log.Runs[0].Results {
		if len(r.Suppressions) == 0 {
			continue
		}
		suppressed++
		if s := r.Suppressions[0]; s.Kind != "external" || s.Status != "accepted" || s.Justification != "accepted until 2026-12-31: a trial [of ours]" {
			t.Errorf("%s: %+v", r.RuleID, s)
		}
	}
	if suppressed != 3 {
		t.Errorf("%d suppressed results", suppressed)
	}
	check(t, schema(t), "accepted", text)
}
