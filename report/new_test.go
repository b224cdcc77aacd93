package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/estate/estatetest"
	"palisade/rule"
)

// resources are those of a deployment whose account is called name.
func resources(t *testing.T, name string) []arm.Resource {
	return estatetest.Load(t, strings.ReplaceAll(`[
 {"type": "Microsoft.CognitiveServices/accounts", "name": "NAME", "kind": "OpenAI", "properties": {
   "customSubDomainName": "NAME", "publicNetworkAccess": {"$if": ["open", "Enabled", "Disabled"]}}},
 {"type": "Microsoft.CognitiveServices/accounts", "name": "NAME-closed", "kind": "AIServices", "properties": {
   "customSubDomainName": "NAME-closed", "disableLocalAuth": true,
   "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "198.99.0.0/24"}, {"value": "198.99.1.7"}]}}},
 {"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "NAME-closed/chat", "sku": {"name": "Standard"},
  "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}}},
 {"type": "Microsoft.CognitiveServices/accounts", "name": "NAME-old", "existing": true},
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "id-app"},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "a1",
  "scope": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/NAME-closed",
  "properties": {"principalType": "ServicePrincipal", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
   "principalId": {"$reference": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app", "path": "principalId"}}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "a2",
  "properties": {"principalType": "User", "principalId": "99999999-0000-0000-0000-000000000009",
   "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"}}
]`, "NAME", name))
}

// Rules that fail, pass and don't know.
var (
	failing = &rule.Rule{ID: "PAL901", Name: "always", Title: "Always", Severity: rule.High, Fix: "Mend it.",
		Check: func(s *rule.Subject) []rule.Result {
			var out []rule.Result
			for _, a := range s.Estate.Accounts.All {
				out = append(out, rule.Result{Status: rule.Fail, Resource: a.ID, Pos: a.Pos, Message: a.Name + " is broken",
					Proof: []rule.Step{{Text: a.Name + " stands here", Resource: a.ID, Pos: a.Pos}}})
			}
			return out
		}}
	unsure = &rule.Rule{ID: "PAL902", Name: "unsure", Severity: rule.Medium,
		Check: func(s *rule.Subject) []rule.Result {
			a := s.Estate.Accounts.All[0]
			critical := rule.Critical
			return []rule.Result{
				{Status: rule.Unknown, Resource: a.ID, Pos: a.Pos, Message: "not known", DependsOn: []*arm.Unknown{a.PublicNetworkAccess.Unknown, nil}},
				{Status: rule.Pass, Resource: a.ID},
				{Status: rule.Fail, Message: "no place and no resource", Severity: &critical, Fix: "Mend this."},
			}
		}}
	nothing = &rule.Rule{ID: "PAL903", Name: "nothing", Check: func(*rule.Subject) []rule.Result { return nil }}
)

func build(t *testing.T, names ...string) *Report {
	t.Helper()
	o := Options{Version: "1.2.3", Dir: "/src/tree", Rules: []*rule.Rule{failing, unsure, nothing}}
	var parts []*Part
	for _, name := range names {
		e := estate.New(resources(t, name), estate.Options{})
		w := access.Compile(e)
		parts = append(parts, NewPart(o, Check{
			Template: "/src/tree/infra/main.bicep", Parameters: "/src/tree/" + name + ".bicepparam",
			Estate: e, World: w, Findings: rule.Run(o.Rules, &rule.Subject{Estate: e, World: w}), Resources: 7,
			Diagnostics: []arm.Diagnostic{
				{Severity: arm.Missing, Message: "a module isn't there", Pos: arm.NewFile("/src/tree/b.bicep", nil).At(3)},
				{Severity: arm.Warning, Message: "odd", Pos: arm.NewFile("/elsewhere/a.bicep", nil).At(0)},
			},
			Open: []Open{{Name: "open", Values: []arm.Value{arm.Bool(true, arm.Pos{}), arm.Bool(false, arm.Pos{})}}},
		}))
	}
	return New(o, Files{Count: 3, Problems: []Problem{{"/src/tree/c.json", "is larger than 64 MB"}}}, parts)
}

func TestNew(t *testing.T) {
	r := build(t, "dev", "prd")
	s := r.Summary
	want := Summary{Findings: 4, Critical: 1, High: 3, Undecided: 1, Accounts: 4, Worst: "critical", NotRead: 1, Missing: 1}
	if s != want {
		t.Errorf("summary %+v,\nwant    %+v", s, want)
	}
	if d := r.Deployments[1]; d.Name != "infra/main.bicep with prd.bicepparam" {
		t.Errorf("name %q", d.Name)
	}
	if f := r.Findings[0]; f.Rule != "PAL902" || f.Severity != "critical" || f.Fix != "Mend this." || len(f.In) != 2 {
		t.Errorf("the worst finding is %+v", f)
	}
	f := r.Findings[1]
	if len(f.In) != 2 || !strings.HasSuffix(f.In[1].Resource, "/prd") || f.In[1].Account != f.In[1].Resource || f.Fix != "Mend it." {
		t.Errorf("the finding isn't merged: %+v", f)
	}
	if u := r.Undecided[0]; len(u.Because) != 1 || u.Because[0].Kind != "parameter" || u.Because[0].Name != "open" {
		t.Errorf("undecided %+v", u)
	}
	if c := r.Rules[1].Results; c != (RuleCount{Fail: 2, Unknown: 2, Pass: 2}) {
		t.Errorf("results of PAL902 %+v", c)
	}
	if c := r.Rules[2].Results; c.NotApplicable != 2 {
		t.Errorf("results of PAL903 %+v", c)
	}
	var files []string
	for _, d := range r.Coverage.Diagnostics {
		files = append(files, d.Severity+" "+d.Position.File)
	}
	if got := strings.Join(files, ", "); got != "warning /elsewhere/a.bicep, missing b.bicep, error c.json" {
		t.Errorf("diagnostics: %s", got)
	}
}

// TestMerge holds that findings that say different things stay apart.
func TestMerge(t *testing.T) {
	at := &Position{"a.bicep", 1, 1}
	key := func(resource, message string) string {
		f := found{status: rule.Fail, Finding: Finding{Rule: "PAL001", Message: message, Position: at,
			In: []Place{{Deployment: "d", Resource: "/x/providers/Microsoft.A/b/" + resource}}}}
		return f.mergeKey()
	}
	if key("oai-dev", "oai-dev is open") != key("oai-prod", "oai-prod is open") {
		t.Error("the same message about another name isn't merged")
	}
	if key("app", "app is in application") == key("web", "web is in weblication") {
		t.Error("a part of a word is taken for a name")
	}
	if key("oai-dev", "alice can read keys") == key("oai-dev", "bob can read keys") {
		t.Error("different messages are merged")
	}
}

func TestSummary(t *testing.T) {
	accounts := build(t, "oai").Deployments[0].Accounts
	if len(accounts) != 3 {
		t.Fatalf("%d accounts", len(accounts))
	}
	open, closed, old := accounts[0], accounts[1], accounts[2]
	var got []string
	say := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	say("%s %s %v %s", open.Internet.Answer, open.Internet.Why, open.Internet.Perhaps, open.Keys.Accepted)
	say("%s %s %s %v %s", closed.Kind, closed.Internet.Answer, closed.Keys.Accepted, closed.Internet.Addresses, closed.Services.Answer)
	for _, id := range closed.Identities {
		say("%s: %s by %s (%s)", id.Name, strings.Join(id.Can, ", "), strings.Join(id.Roles, ", "), id.Answer)
	}
	say("%s %s as %s", closed.Models[0].Model, closed.Models[0].Version, closed.Models[0].Deployment)
	say("%v %s %s", old.Referred, old.Internet.Answer, old.Keys.Accepted)
	want := []string{
		"unknown open if publicNetworkAccess = Enabled [every address] yes",
		"AIServices part no [198.99.0.0/24 198.99.1.7] no",
		"id-app: use models by Cognitive Services OpenAI User (yes)",
		"user 99999999-0000-0000-0000-000000000009: read keys, change the account by Contributor at the resource group (yes)",
		"gpt-4o 2024-11-20 as chat",
		"true unknown unknown",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
