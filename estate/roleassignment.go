package estate

// RoleAssignment gives a principal a role at a scope, its Parent:
// Microsoft.Authorization/roleAssignments, and the schedules of Privileged
// Identity Management that give the same.
type RoleAssignment struct {
	*Resource
	Principal     PrincipalRef
	PrincipalType Field[string] // User | Group | ServicePrincipal | ForeignGroup | Device; absent: unsaid
	Role          Ref
	Condition     Field[string] // absent: ""
	Delegated     Ref           // delegatedManagedIdentityResourceId
	// Eligible reports that the principal must activate the role first.
	Eligible bool
}

// Scope is the key of what the role is given on.
func (a *RoleAssignment) Scope() string { return a.Parent }

func decodeRoleAssignment(e *Estate, r *Resource) { e.addRoleAssignment(r, false) }

// decodeEligibility reads roleEligibilityScheduleRequests and …Schedules.
func decodeEligibility(e *Estate, r *Resource) { e.addRoleAssignment(r, true) }

func (e *Estate) addRoleAssignment(r *Resource, eligible bool) {
	if Is(r.prop("requestType").text(""), "AdminRemove", "SelfDeactivate") == Yes {
		return // a request of Privileged Identity Management that takes away
	}
	e.RoleAssignments.add(r, &RoleAssignment{
		Resource:      r,
		Principal:     r.prop("principalId").principal(),
		PrincipalType: r.prop("principalType").text(""),
		Role:          r.prop("roleDefinitionId").ref(),
		Condition:     r.prop("condition").text(""),
		Delegated:     r.prop("delegatedManagedIdentityResourceId").ref(),
		Eligible:      eligible,
	})
}

// Assignments returns the role assignments that apply to the resource with
// that id: those at it and at all that holds it, and apart from them those of
// which that isn't sure.
func (e *Estate) Assignments(id string) (sure, perhaps []*RoleAssignment) {
	for _, scope := range e.Scopes(id) {
		sure = append(sure, e.RoleAssignments.Of(scope)...)
	}
	for _, scope := range e.vagueScopes.candidates(e, id) {
		if e.Within(id, scope) == Unsure {
			perhaps = append(perhaps, e.RoleAssignments.Of(scope)...)
		}
	}
	return sure, perhaps
}

// findVagueScopes indexes the scopes of role assignments for which Within may
// be Unsure: management groups, and those with unknown parts.
func (e *Estate) findVagueScopes() {
	seen := map[string]bool{}
	for _, a := range e.RoleAssignments.All {
		scope := a.Scope()
		if !seen[scope] && scope != Root {
			seen[scope] = true
			e.vagueScopes.add(e, scope)
		}
	}
}
