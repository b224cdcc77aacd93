package estate

import (
	"testing"

	"palisade/estate/estatetest"
)

const openAIUser = "/providers/Microsoft.Authorization/roleDefinitions/5E0BD9BD-7b93-4f28-af87-19fc36ad61bd"

const grants = `[
 {"type": "Microsoft.CognitiveServices/accounts", "name": "ai"},
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "app"},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "on-account",
  "scope": "` + estatetest.Scope + `/providers/Microsoft.CognitiveServices/accounts/AI", "properties": {
  "principalId": {"$reference": "` + estatetest.Scope + `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app", "path": "principalId"},
  "principalType": "ServicePrincipal", "roleDefinitionId": "/subscriptions/s` + openAIUser + `", "condition": "true"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "on-group", "properties": {
  "principalId": "11111111-1111-1111-1111-111111111111", "roleDefinitionId": "` + openAIUser + `"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "on-root", "scope": "/", "properties": {"principalId": "x"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "on-management-group",
  "scope": "/providers/Microsoft.Management/managementGroups/m", "properties": {"principalId": "x"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "elsewhere", "scope": "/subscriptions/other", "properties": {"principalId": "x"}},
 {"type": "Microsoft.Authorization/roleAssignments", "name": "somewhere", "scope": "«parameters('scope')»", "properties": {"principalId": "x"}},
 {"type": "Microsoft.Authorization/roleEligibilityScheduleRequests", "name": "eligible", "properties": {"principalId": "x", "requestType": "AdminAssign"}},
 {"type": "Microsoft.Authorization/roleAssignmentScheduleRequests", "name": "taken-away", "properties": {"principalId": "x", "requestType": "AdminRemove"}}]`

func TestAssignments(t *testing.T) {
	e := load(t, grants)
	sure, perhaps := e.Assignments(e.Accounts.All[0].ID)
	check := func(what string, got []*RoleAssignment, want ...string) {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: got %d, want %q", what, len(got), want)
			return
		}
		for i := range got {
			if got[i].Name != want[i] {
				t.Errorf("%s %d: got %s, want %s", what, i, got[i].Name, want[i])
			}
		}
	}
	check("sure", sure, "on-account", "on-group", "eligible", "on-root")
	check("perhaps", perhaps, "on-management-group", "somewhere")
}

func TestRoleAssignment(t *testing.T) {
	e := load(t, grants)
	a := e.RoleAssignments.All[0]
	if a.Scope() != e.Accounts.All[0].Key || a.Principal.Key != e.Identities.All[0].Key ||
		a.PrincipalType.Value != "ServicePrincipal" || a.Condition.Value != "true" || a.Eligible {
		t.Errorf("got %+v", a)
	}
	defs, ok := e.Role(a.Role)
	if !ok || len(defs) != 1 || defs[0].RoleName.Value != "Cognitive Services OpenAI User" {
		t.Errorf("role: %+v %v", defs, ok)
	}
	for _, a := range e.RoleAssignments.All {
		if a.Eligible != (a.Name == "eligible") {
			t.Errorf("%s eligible: %v", a.Name, a.Eligible)
		}
	}
}
