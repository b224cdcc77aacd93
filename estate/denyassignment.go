package estate

import "palisade/arm"

// DenyAssignment is Microsoft.Authorization/denyAssignments; Parent is its
// scope. API 2024-07-01-preview.
type DenyAssignment struct {
	*Resource
	DenyName        Field[string]
	Permissions     List[Permission]
	Principals      List[DenyPrincipal]
	Excluded        List[DenyPrincipal]
	OwnScopeOnly    Field[bool]   // doNotApplyToChildScopes; absent: false
	Effect          Field[string] // enforced | audit; absent: enforced
	Condition       Field[string] // absent: ""
	SystemProtected Field[bool]   // nobody can remove it; absent: false
}

// DenyPrincipal is a principal, or everyone: of type SystemDefined with the
// object id of zeros.
type DenyPrincipal struct {
	Principal PrincipalRef
	Type      Field[string]
}

// Lock is Microsoft.Authorization/locks; Parent is its scope.
type Lock struct {
	*Resource
	Level Field[string] // CanNotDelete | ReadOnly
}

// Stack is Microsoft.Resources/deploymentStacks with its deny settings.
type Stack struct {
	*Resource
	DenyMode           Field[string] // none | denyDelete | denyWriteAndDelete; absent: none
	ExcludedPrincipals List[PrincipalRef]
	ExcludedActions    List[string]
	ChildScopes        Field[bool] // absent: false
	Scope              Ref         // deploymentScope
}

// PolicyAssignment is Microsoft.Authorization/policyAssignments; Parent is its
// scope.
type PolicyAssignment struct {
	*Resource
	Definition  Ref           // a policy, or a set of policies
	Enforcement Field[string] // Default | DoNotEnforce | Enroll; absent: Default
	NotScopes   List[Ref]
	Parameters  arm.Value // as written: {name: {value}}
}
