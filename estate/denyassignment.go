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

func decodeDenyAssignment(e *Estate, r *Resource) {
	e.DenyAssignments.add(r, &DenyAssignment{
		Resource:        r,
		DenyName:        r.prop("denyAssignmentName").text(""),
		Permissions:     r.prop("permissions").permissions(),
		Principals:      list(r.prop("principals"), decodeDenyPrincipal),
		Excluded:        list(r.prop("excludePrincipals"), decodeDenyPrincipal),
		OwnScopeOnly:    r.prop("doNotApplyToChildScopes").flag(false),
		Effect:          r.prop("denyAssignmentEffect").text("enforced"),
		Condition:       r.prop("condition").text(""),
		SystemProtected: r.prop("isSystemProtected").flag(false),
	})
}

func decodeDenyPrincipal(n node) (DenyPrincipal, bool) {
	return DenyPrincipal{n.at("id").principal(), n.at("type").text("")}, true
}

func decodeLock(e *Estate, r *Resource) {
	e.Locks.add(r, &Lock{r, r.prop("level").text("")})
}

func decodeStack(e *Estate, r *Resource) {
	deny := r.prop("denySettings")
	e.Stacks.add(r, &Stack{
		Resource:           r,
		DenyMode:           deny.at("mode").text("none"),
		ExcludedPrincipals: deny.at("excludedPrincipals").principals(),
		ExcludedActions:    deny.at("excludedActions").texts(),
		ChildScopes:        deny.at("applyToChildScopes").flag(false),
		Scope:              r.prop("deploymentScope").ref(),
	})
}

func decodePolicyAssignment(e *Estate, r *Resource) {
	e.PolicyAssignments.add(r, &PolicyAssignment{
		Resource:    r,
		Definition:  r.prop("policyDefinitionId").ref(),
		Enforcement: r.prop("enforcementMode").text("Default"),
		NotScopes:   r.prop("notScopes").refs(),
		Parameters:  r.prop("parameters").v,
	})
}
