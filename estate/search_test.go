package estate

import "testing"

func TestSearchService(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Search/searchServices", "name": "s", "properties": {"publicNetworkAccess": "disabled",
	  "authOptions": {"aadOrApiKey": {"aadAuthFailureMode": "http403"}}, "networkRuleSet": {"bypass": "AzureServices", "ipRules": [{"value": "1.2.3.4"}]}}},
	 {"type": "Microsoft.Search/searchServices", "name": "keyless", "properties": {"disableLocalAuth": true}},
	 {"type": "Microsoft.Search/searchServices", "name": "keys", "properties": {"authOptions": {"apiKeyOnly": {}}}},
	 {"type": "Microsoft.Search/searchServices/sharedPrivateLinkResources", "name": "s/ai", "properties": {"privateLinkResourceId": "/x/AI", "groupId": "openai_account"}}]`)
	s := e.SearchServices.All
	if s[0].DisableLocalAuth.Value || Is(s[0].PublicNetworkAccess, "Disabled") != Yes || !s[0].RoleAuth.Value || s[0].IPRules.Items[0].Value.Value != "1.2.3.4" || s[0].Bypass.Value != "AzureServices" {
		t.Errorf("got %+v", s[0])
	}
	if !s[1].RoleAuth.Value || s[2].RoleAuth.Value || s[2].PublicNetworkAccess.Value != "Enabled" {
		t.Errorf("got %+v and %+v", s[1], s[2])
	}
	if l := only(t, e.SharedLinks); l.Target.Key != "/x/ai" || l.Status.Value != "Pending" || l.Parent != s[0].Key {
		t.Errorf("link: %+v", l)
	}
}
