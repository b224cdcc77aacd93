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

func decodeRoleDefinition(e *Estate, r *Resource) {
	d := &RoleDefinition{
		Resource:         r,
		GUID:             LastName(r.Key),
		RoleName:         r.prop("roleName").text(""),
		Permissions:      r.prop("permissions").permissions(),
		AssignableScopes: r.prop("assignableScopes").refs(),
	}
	d.BuiltIn = Is(r.prop("type").text(""), "BuiltInRole") == Yes
	e.RoleDefinitions.add(r, d)
	e.customRoles[d.GUID] = append(e.customRoles[d.GUID], d)
}

func (n node) permissions() List[Permission] { return list(n, decodePermission) }

func decodePermission(n node) (Permission, bool) {
	return Permission{
		Actions:        n.at("actions").texts(),
		NotActions:     n.at("notActions").texts(),
		DataActions:    n.at("dataActions").texts(),
		NotDataActions: n.at("notDataActions").texts(),
		Condition:      n.at("condition").text(""),
		Pos:            n.pos,
	}, true
}

// Role finds the definitions that a reference to a role may mean: a custom one
// of the estate (each declaration of it) or a built-in one. ok is false where
// something it may mean isn't known.
func (e *Estate) Role(role Ref) (defs []*RoleDefinition, ok bool) {
	keys := role.Keys()
	ok = len(keys) > 0
	for _, key := range keys {
		found := e.roleByGUID(LastName(key))
		defs = append(defs, found...)
		ok = ok && len(found) > 0
	}
	return defs, ok
}

func (e *Estate) roleByGUID(guid string) []*RoleDefinition {
	if custom := e.customRoles[guid]; len(custom) > 0 && !custom[0].Referred {
		return custom
	}
	if d := BuiltInRole(guid); d != nil {
		return []*RoleDefinition{d}
	}
	return e.customRoles[guid]
}
