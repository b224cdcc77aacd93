package estate

import "palisade/arm"

// RoleDefinition is a role: one of Azure's own, or a
// Microsoft.Authorization/roleDefinitions resource.
type RoleDefinition struct {
	// Resource is nil for the built-in roles.
	*Resource
	GUID             string // last part of the id, in lower case: what is compared
	RoleName         Field[string]
	BuiltIn          bool
	Permissions      List[Permission]
	AssignableScopes List[Ref]
}

// Permission is one element of a role's permissions. NotActions take away from
// the Actions of the same element only. Patterns hold "*" wildcards and match
// without regard to case.
type Permission struct {
	Actions        List[string]
	NotActions     List[string]
	DataActions    List[string]
	NotDataActions List[string]
	Condition      Field[string] // absent: ""
	Pos            arm.Pos
}
