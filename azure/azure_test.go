package azure_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/azure"
	"palisade/azure/simulator"
	"palisade/format/armjson"
	"palisade/template"
)

// planOf is the plan of the small deployment in testdata, after edit.
func planOf(t testing.TB, edit ...string) *azure.Plan {
	t.Helper()
	text, err := os.ReadFile("simulator/testdata/main.json")
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.NewReplacer(edit...).Replace(string(text)))
	file := arm.NewFile("main.json", text)
	v, problems := armjson.Read(file, text)
	result := template.Evaluate(template.Input{
		Template: armjson.NewTemplate(file, v, problems...), Name: "main",
		Context: template.Context{SubscriptionID: simulator.Subscription, TenantID: simulator.Tenant, Location: "swedencentral"},
	})
	for _, d := range result.Diagnostics {
		t.Fatal(d)
	}
	p := &azure.Plan{Name: "palisade-test", Location: "swedencentral", Template: json.RawMessage(text), Deny: "denyWriteAndDelete"}
	for _, r := range result.Resources {
		if !r.Is("Microsoft.Resources/deployments") {
			p.Resources = append(p.Resources, r)
		}
	}
	return p
}

func start(t testing.TB, o simulator.Options) (*simulator.Simulator, *azure.Client) {
	t.Helper()
	s := simulator.New(o)
	t.Cleanup(s.Close)
	return s, login(t, s, simulator.Owner)
}

func login(t testing.TB, s *simulator.Simulator, who string) *azure.Client {
	t.Helper()
	c := s.Cloud()
	client, err := azure.Login(azure.Options{
		Subscription: simulator.Subscription, Configuration: &c, Credential: s.Credential(who), Transport: s.Client(),
		Clock: s.Clock(), Models: s.Models(), Resolver: s.Resolver(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func ignore(azure.Event) {}

func mustDeploy(t testing.TB, c *azure.Client, p *azure.Plan) {
	t.Helper()
	if err := c.Deploy(t.Context(), p, ignore); err != nil {
		t.Fatal(err)
	}
}

// wantAll holds that all checks are in one state.
func wantAll(t testing.TB, checks []azure.Check, state azure.State) {
	t.Helper()
	if len(checks) == 0 {
		t.Error("no checks")
	}
	for _, c := range checks {
		if c.State != state {
			t.Errorf("%s %s: %s", c.State, c.Name, c.Text)
		}
	}
}
