package estate

import "testing"

func TestConnection(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.CognitiveServices/accounts/connections", "name": "ai/search", "properties": {
	  "category": "CognitiveSearch", "authType": "ApiKey", "target": "https://s.search.windows.net", "isSharedToAll": true,
	  "metadata": {"ResourceId": "/x/Search"},
	  "credentials": {"key": {"$call": "listAdminKeys", "args": ["/x/Search"], "path": "primaryKey"}}}},
	 {"type": "Microsoft.CognitiveServices/accounts/projects/connections", "name": "ai/p/store", "properties": {
	  "category": "AzureStorageAccount", "authType": "AAD"}},
	 {"type": "Microsoft.CognitiveServices/accounts/connections", "name": "ai/z", "properties": {
	  "authType": {"$if": ["c", "AAD", "ApiKey"]}}}]`)
	all := e.Connections.All
	if c := all[0]; c.KeyAuth() != Yes || c.TargetID.Key != "/x/search" || len(c.Secrets) != 1 || c.Secrets[0].Owner != "/x/search" || !c.SharedAll.Value {
		t.Errorf("key: %+v", c)
	}
	if c := all[1]; c.KeyAuth() != No || !c.Credentials.IsNull() || TypeOf(c.Parent) != "microsoft.cognitiveservices/accounts/projects" {
		t.Errorf("identity: %+v", c)
	}
	if all[2].KeyAuth() != Unsure {
		t.Errorf("choice: %+v", all[2])
	}
}
