package estate

import "testing"

const directory = `[
 {"type": "Microsoft.Graph/groups", "id": "g:Microsoft.Graph/groups/Callers", "name": "Callers", "properties": {
  "displayName": "Callers", "uniqueName": "Callers", "id": "DDDD",
  "members": {"relationships": [{"$reference": "/ids/one", "path": "principalId"}, "EEEE"]}}},
 {"type": "Microsoft.Graph/groups@v1.0", "id": "g:Microsoft.Graph/groups/open", "name": "open", "properties": {"members": {"$parameter": "members"}}},
 {"type": "Microsoft.Graph/groups", "id": "g:Microsoft.Graph/groups/old", "name": "old", "properties": {"members": ["EEEE"], "membershipRule": "all"}},
 {"type": "Microsoft.Graph/applications", "id": "g:Microsoft.Graph/applications/app", "name": "app", "properties": {
  "uniqueName": "app", "displayName": "App", "passwordCredentials": [{"displayName": "p"}]}},
 {"type": "Microsoft.Graph/applications/federatedIdentityCredentials", "name": "gh",
  "id": "g:Microsoft.Graph/applications/federatedIdentityCredentials/app/gh", "properties": {"subject": "s"}},
 {"type": "Microsoft.Graph/servicePrincipals", "id": "g:Microsoft.Graph/servicePrincipals/sp", "name": "sp", "properties": {
  "appId": {"$reference": "g:Microsoft.Graph/applications/app", "path": "appId"}}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "1", "properties": {"principalId": {"$reference": "g:Microsoft.Graph/groups/Callers", "path": "id"}}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "2", "properties": {"principalId": "dddd"}}]`

func TestGraph(t *testing.T) {
	e := load(t, directory)
	callers := e.Groups.All[0]
	if callers.DisplayName.Value != "Callers" || len(callers.Members.Items) != 2 || callers.Members.Items[0].Key != "/ids/one" {
		t.Errorf("group: %+v", callers)
	}
	if got := e.GroupsOf("/ids/one"); len(got) != 1 || got[0] != callers {
		t.Errorf("groups of the identity: %+v", got)
	}
	if got := e.GroupsOf("eeee"); len(got) != 2 {
		t.Errorf("groups of the object id: %+v", got)
	}
	if open := e.Groups.All[1]; !open.Members.Open || open.Type != "Microsoft.Graph/groups" {
		t.Errorf("unknown members: %+v", open)
	}
	for _, a := range e.RoleAssignments.All {
		if a.Principal.Key != callers.Key {
			t.Errorf("grant %s to the group: %+v", a.Name, a.Principal)
		}
	}
	app := only(t, e.Applications)
	if f := only(t, e.FederatedCredentials); f.Parent != app.Key || len(app.Passwords.Items) != 1 {
		t.Errorf("credential %q of %q", f.Parent, app.Key)
	}
	if s := only(t, e.ServicePrincipals); s.Application != app.Key {
		t.Errorf("service principal: %+v", s)
	}
}
