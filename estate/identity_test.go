package estate

import "testing"

const identities = `[
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "id": "/ids/One", "properties": {"principalId": "AAAA", "clientId": "CCCC"}},
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials", "id": "/ids/One/federatedIdentityCredentials/gh", "properties": {
  "issuer": "https://token.actions.githubusercontent.com", "subject": "repo:o/r:ref:refs/heads/main", "audiences": ["api://AzureADTokenExchange"]}},
 {"type": "Microsoft.Web/sites", "name": "site", "identity": {"type": "SystemAssigned,UserAssigned", "principalId": "BBBB", "userAssignedIdentities": {"/IDS/ONE": {}}}},
 {"type": "Some.Thing/new", "name": "x", "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/ids/one": {}, "/ids/«parameters('p')»": {}}}},
 {"type": "Some.Thing/new", "name": "y", "identity": {"type": {"$if": ["c", "SystemAssigned", "SystemAssigned, UserAssigned"]}}},
 {"type": "Some.Thing/new", "name": "z", "identity": {"type": {"$if": ["c", "SystemAssigned", "None"]}}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "1", "properties": {"principalId": "aaaa"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "2", "properties": {"principalId": "bbbb"}}]`

func TestManagedIdentity(t *testing.T) {
	e := load(t, identities)
	one := only(t, e.Identities)
	if f := only(t, e.FederatedCredentials); f.Parent != one.Key || f.Subject.Value != "repo:o/r:ref:refs/heads/main" ||
		f.Audiences.Items[0] != "api://AzureADTokenExchange" || f.Issuer.Value == "" {
		t.Errorf("credential: %+v", f)
	}
	carriers := e.Carriers("/ids/ONE")
	if len(carriers) != 2 || carriers[0].Name != "site" || carriers[1].Name != "x" {
		t.Errorf("carriers: %+v", carriers)
	}
	if e.Owner("AAAA") != one.Key || e.Client("cccc") != one.Key || e.Owner("cccc") != "" {
		t.Error("owner of a live identity's ids")
	}
	site := carriers[0]
	if a := e.RoleAssignments.All[0].Principal; a.Key != one.Key || a.Object != "aaaa" {
		t.Errorf("grant to a live identity: %+v", a)
	}
	if a := e.RoleAssignments.All[1].Principal; a.Key != site.Key {
		t.Errorf("grant to a live site: %+v", a)
	}
	for i, want := range map[int]Answer{2: Yes, 3: No, 4: Yes, 5: Unsure} {
		if got := True(e.Resources[i].Identity.System); got != want {
			t.Errorf("%s has an identity of its own: %s, want %s", e.Resources[i].Name, got, want)
		}
	}
}
