package estate

import (
	"testing"

	"palisade/estate/estatetest"
)

func TestMonitor(t *testing.T) {
	const ai = estatetest.Scope + "/providers/Microsoft.CognitiveServices/accounts/ai"
	e := load(t, `[
	 {"type": "Microsoft.OperationalInsights/workspaces", "name": "w", "properties": {"publicNetworkAccessForQuery": "Disabled", "features": {"disableLocalAuth": true}}},
	 {"type": "Microsoft.Insights/components", "name": "c", "properties": {"WorkspaceResourceId": "/ws/W", "DisableLocalAuth": true}},
	 {"type": "Microsoft.Insights/diagnosticSettings", "name": "d", "scope": "`+ai+`", "properties": {"workspaceId": "/ws/W",
	  "logs": [{"categoryGroup": "audit", "enabled": true}, {"category": "RequestResponse", "enabled": "false"}], "metrics": [{"category": "AllMetrics", "enabled": true}]}},
	 {"type": "Microsoft.CognitiveServices/accounts/providers/diagnosticSettings", "name": "old", "id": "`+ai+`/providers/Microsoft.Insights/diagnosticSettings/old", "properties": {"storageAccountId": "/st/1"}},
	 {"type": "Microsoft.Security/pricings", "name": "AI", "scope": "/subscriptions/s", "properties": {"pricingTier": "Standard", "extensions": [{"name": "AIPromptEvidence", "isEnabled": "True"}]}}]`)
	w := only(t, e.Workspaces)
	if w.PublicQuery.Value != "Disabled" || w.PublicIngestion.Value != "Enabled" || !w.DisableLocalAuth.Value || w.RetentionDays.Value != 30 {
		t.Errorf("workspace: %+v", w)
	}
	if c := only(t, e.Components); c.Workspace.Key != "/ws/w" || !c.DisableLocalAuth.Value {
		t.Errorf("component: %+v", c)
	}
	settings := e.DiagnosticSettings.Of(ai)
	if len(settings) != 2 {
		t.Fatalf("got %d settings of the account, want 2", len(settings))
	}
	d := settings[0]
	if d.Workspace.Key != "/ws/w" || d.Logs.Items[0].Group.Value != "audit" || !d.Logs.Items[0].Enabled.Value || d.Logs.Items[1].Enabled.Value || len(d.Metrics.Items) != 1 {
		t.Errorf("setting: %+v", d)
	}
	if settings[1].Storage.Key != "/st/1" {
		t.Errorf("old form: %+v", settings[1])
	}
	if p := only(t, e.Pricings); p.Parent != "/subscriptions/s" || p.Name != "AI" || p.Tier.Value != "Standard" || !p.Extensions.Items[0].Enabled.Value {
		t.Errorf("pricing: %+v", p)
	}
}
