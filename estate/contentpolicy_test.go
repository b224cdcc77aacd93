package estate

import "testing"

func TestContentPolicy(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.CognitiveServices/accounts/raiPolicies", "name": "ai/p", "properties": {
	  "basePolicyName": "Microsoft.DefaultV2", "mode": "Blocking",
	  "contentFilters": [
	   {"name": "Hate", "source": "Prompt", "enabled": true, "blocking": true, "severityThreshold": "Low"},
	   {"name": "Violence", "source": "Completion", "enabled": false, "allowedContentLevel": "High"}],
	  "customBlocklists": [{"blocklistName": "b", "source": "Prompt", "blocking": true}],
	  "safetyProviders": [{"safetyProviderName": "s", "source": "Prompt"}]}},
	 {"type": "Microsoft.CognitiveServices/accounts/raiBlocklists", "name": "ai/b", "properties": {"description": "D"}},
	 {"type": "Microsoft.CognitiveServices/accounts/raiBlocklists/raiBlocklistItems", "name": "ai/b/i", "properties": {"pattern": "x", "isRegex": true}},
	 {"type": "Microsoft.CognitiveServices/raiExternalSafetyProviders", "name": "s", "scope": "/subscriptions/s", "properties": {"url": "https://x"}},
	 {"type": "Microsoft.CognitiveServices/accounts/defenderForAISettings", "name": "ai/Default", "properties": {"state": "Disabled"}}]`)
	p := only(t, e.ContentPolicies)
	f := p.Filters.Items
	if p.Base.Value != "Microsoft.DefaultV2" || len(f) != 2 || f[0].Threshold.Value != "Low" || !f[0].Blocking.Value ||
		f[1].Threshold.Value != "High" || f[1].Enabled.Value || !f[1].Enabled.Set {
		t.Errorf("policy: %+v", p)
	}
	if p.Blocklists.Items[0].Name.Value != "b" || p.Providers.Items[0].Name.Value != "s" {
		t.Errorf("blocklists and providers: %+v", p)
	}
	b := only(t, e.Blocklists)
	if i := only(t, e.BlocklistItems); i.Parent != b.Key || !i.Regex.Value || i.Pattern.Value != "x" {
		t.Errorf("item: %+v", i)
	}
	if s := only(t, e.SafetyProviders); s.URL.Value != "https://x" {
		t.Errorf("provider: %+v", s)
	}
	if d := only(t, e.DefenderSwitches); d.State.Value != "Disabled" || d.Parent != b.Parent {
		t.Errorf("switch: %+v", d)
	}
}
