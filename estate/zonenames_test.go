package estate

import (
	"slices"
	"testing"
)

func TestZoneNames(t *testing.T) {
	if got := ZoneNames(Public, "microsoft.keyvault/VAULTS", "Vault"); !slices.Equal(got, []string{"privatelink.vaultcore.azure.net"}) {
		t.Errorf("vault: %q", got)
	}
	if got := ZoneNames(China, "Microsoft.CognitiveServices/accounts", "account"); got != nil {
		t.Errorf("not in the source: %q", got)
	}
	tests := map[string][]string{
		"OpenAI":         {"privatelink.openai.azure.com"},
		"AIServices":     {"privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com", "privatelink.services.ai.azure.com"},
		"FormRecognizer": {"privatelink.cognitiveservices.azure.com"},
	}
	for kind, want := range tests {
		if got := AccountZones(Public, kind); !slices.Equal(got, want) {
			t.Errorf("%s: %q", kind, got)
		}
	}
	if got := AccountZones(USGov, "OpenAI"); !slices.Equal(got, []string{"privatelink.cognitiveservices.azure.us"}) {
		t.Errorf("US government: %q", got)
	}
}

func TestCloudOfZone(t *testing.T) {
	tests := map[string]Cloud{
		"privatelink.OpenAI.azure.com": Public, "privatelink.vaultcore.azure.cn": China,
		"privatelink.cognitiveservices.azure.us": USGov, "westeurope.privatelink.azurecr.io": Public,
		"openai.azure.com": "", "a.b.privatelink.azurecr.io": "",
	}
	for zone, want := range tests {
		if got, ok := CloudOfZone(zone); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", zone, got, ok)
		}
	}
}

func TestLogCategories(t *testing.T) {
	got := LogCategories("microsoft.cognitiveservices/accounts")
	if len(got) != 5 || got[0].Name != "Audit" || !got[0].Audit || got[1].Audit || !got[2].Cost || got[2].Unsure || !got[4].Unsure {
		t.Errorf("accounts: %+v", got)
	}
	if LogCategories("subscription") == nil || LogCategories("nothing") != nil {
		t.Error("subscription, or a type without any")
	}
}
