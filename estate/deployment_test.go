package estate

import "testing"

func TestDeployment(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.CognitiveServices/accounts", "name": "ai"},
	 {"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "ai/chat",
	  "sku": {"name": "GlobalStandard", "capacity": 30},
	  "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-08-06"},
	   "raiPolicyName": "strict", "versionUpgradeOption": "NoAutoUpgrade", "spilloverDeploymentName": "other"}},
	 {"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "ai/old",
	  "properties": {"model": {"format": "OpenAI", "name": "gpt-35-turbo"}, "scaleSettings": {"scaleType": "Manual", "capacity": 2}}}]`)
	all := e.Deployments.Of(e.Accounts.All[0].ID)
	if len(all) != 2 {
		t.Fatalf("got %d deployments of the account", len(all))
	}
	d := all[0]
	if d.Name != "chat" || d.Model.Name.Value != "gpt-4o" || d.Model.Version.Value != "2024-08-06" || d.SKU.Value != "GlobalStandard" ||
		d.Capacity.Value != 30 || d.ContentPolicy.Value != "strict" || d.Upgrade.Value != "NoAutoUpgrade" || d.Spillover.Value != "other" {
		t.Errorf("got %+v", d)
	}
	d = all[1]
	if d.SKU.Value != "Manual" || d.Capacity.Value != 2 || d.ContentPolicy.Value != "Microsoft.Default" ||
		d.Upgrade.Value != "OnceCurrentVersionExpired" || d.Model.Version.Set || d.State.Value != "Running" {
		t.Errorf("old form and defaults: %+v", d)
	}
}
