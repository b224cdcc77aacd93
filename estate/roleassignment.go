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
