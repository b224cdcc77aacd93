package azure_test

import (
	"strings"
	"testing"

	"palisade/azure"
	"palisade/azure/simulator"
)

func wantCheck(t testing.TB, checks []azure.Check, name string, state azure.State, text string) {
	t.Helper()
	for _, c := range checks {
		if c.Name == name {
			if c.State != state || !strings.Contains(c.Text, text) {
				t.Errorf("%s: %s %s, want %s %s", name, c.State, c.Text, state, text)
			}
			if c.State == azure.Fail && c.Do == "" {
				t.Errorf("%s doesn't say what to do", name)
			}
			return
		}
	}
	t.Errorf("no check %s in %v", name, checks)
}

func TestPreflight(t *testing.T) {
	for _, test := range []struct {
		name    string
		options simulator.Options
		check   string
		text    string
	}{
		{"provider", simulator.Options{Unregistered: []string{"Microsoft.CognitiveServices"}}, "resource providers", "Microsoft.CognitiveServices"},
		{"quota", simulator.Options{Quota: map[string]int{"swedencentral/OpenAI.DataZoneStandard.gpt-4o": 5}}, "quota in swedencentral", "10 more needed, 5 left"},
		{"model", simulator.Options{Missing: []string{"swedencentral/gpt-4o"}}, "models in swedencentral", "gpt-4o isn't offered in swedencentral"},
		{"version", simulator.Options{Missing: []string{"swedencentral/gpt-4o/2024-11-20"}}, "models in swedencentral", "isn't offered in version 2024-11-20 in swedencentral, but in 2024-08-06"},
		{"region", simulator.Options{Missing: []string{"swedencentral"}}, "models in swedencentral", "No registered resource provider found for location 'swedencentral'"},
		{"name", simulator.Options{Taken: []string{"acc-test"}}, "name acc-test", "already used"},
		{"rights", simulator.Options{Actions: []string{"*"}, NotActions: []string{"Microsoft.Authorization/*/Write", "Microsoft.Resources/deploymentStacks/manageDenySetting/action"}}, "rights", "assign roles (Microsoft.Authorization/roleAssignments/write), set the stack's deny settings"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, c := start(t, test.options)
			checks, _ := c.Preflight(t.Context(), planOf(t))
			wantCheck(t, checks, test.check, azure.Fail, test.text)
		})
	}
}

func TestPreflightPasses(t *testing.T) {
	_, c := start(t, simulator.Options{})
	checks, unregistered := c.Preflight(t.Context(), planOf(t))
	wantAll(t, checks, azure.OK)
	if len(unregistered) > 0 {
		t.Errorf("unregistered %v", unregistered)
	}
	// What is deployed takes no more quota and has its name.
	mustDeploy(t, c, planOf(t))
	checks, _ = c.Preflight(t.Context(), planOf(t))
	wantAll(t, checks, azure.OK)
}

func TestRegister(t *testing.T) {
	_, c := start(t, simulator.Options{Unregistered: []string{"Microsoft.CognitiveServices", "Microsoft.Network"}})
	_, unregistered := c.Preflight(t.Context(), planOf(t))
	if err := c.Register(t.Context(), unregistered); err != nil {
		t.Fatal(err)
	}
	mustDeploy(t, c, planOf(t))
}

func TestLoginFails(t *testing.T) {
	s, _ := start(t, simulator.Options{})
	c := s.Cloud()
	client, err := azure.Login(azure.Options{Subscription: "99999999-9999-4999-8999-999999999999", Configuration: &c,
		Credential: s.Credential(simulator.Owner), Transport: s.Client(), Clock: s.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	checks, _ := client.Preflight(t.Context(), planOf(t))
	wantCheck(t, checks, "login", azure.Fail, "SubscriptionNotFound")
}
