package estate

import "testing"

func TestDenyAssignment(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Authorization/denyAssignments", "name": "d", "scope": "/subscriptions/s", "properties": {
	  "denyAssignmentName": "no keys", "permissions": [{"actions": ["Microsoft.CognitiveServices/accounts/listKeys/action"]}],
	  "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
	  "excludePrincipals": [{"id": {"$reference": "/id/pipeline", "path": "principalId"}, "type": "ServicePrincipal"}]}},
	 {"type": "Microsoft.Authorization/locks", "name": "l", "scope": "/subscriptions/s", "properties": {"level": "ReadOnly"}},
	 {"type": "Microsoft.Authorization/policyAssignments", "name": "p", "scope": "/subscriptions/s", "properties": {
	  "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/71ef", "parameters": {"effect": {"value": "Deny"}}, "notScopes": ["/x"]}},
	 {"type": "Microsoft.Resources/deploymentStacks", "name": "s", "properties": {
	  "denySettings": {"mode": "denyWriteAndDelete", "excludedPrincipals": ["ABC"], "excludedActions": ["a"], "applyToChildScopes": true}}}]`)
	d := only(t, e.DenyAssignments)
	if d.Parent != "/subscriptions/s" || d.Effect.Value != "enforced" || d.OwnScopeOnly.Value || d.SystemProtected.Value ||
		d.Principals.Items[0].Type.Value != "SystemDefined" || d.Excluded.Items[0].Principal.Key != "/id/pipeline" ||
		d.Permissions.Items[0].Actions.Items[0] != "Microsoft.CognitiveServices/accounts/listKeys/action" {
		t.Errorf("deny assignment: %+v", d)
	}
	if l := only(t, e.Locks); l.Level.Value != "ReadOnly" || l.Parent != "/subscriptions/s" {
		t.Errorf("lock: %+v", l)
	}
	p := only(t, e.PolicyAssignments)
	if p.Enforcement.Value != "Default" || LastName(p.Definition.Key) != "71ef" || !p.Parameters.Get("effect", "value").Is("Deny") || p.NotScopes.Items[0].Key != "/x" {
		t.Errorf("policy assignment: %+v", p)
	}
	s := only(t, e.Stacks)
	if s.DenyMode.Value != "denyWriteAndDelete" || s.ExcludedPrincipals.Items[0].Key != "abc" || !s.ChildScopes.Value || s.ExcludedActions.Items[0] != "a" {
		t.Errorf("stack: %+v", s)
	}
}
