package blueprint

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// references holds that each ID in a body is that of something in the plan, or
// outside of its resource group, and of the type that its property takes.
func (v *verifier) references(r *arm.Resource) {
	v.walk(r, "", r.Body)
	if scope := extended(r.ID); strings.Count(r.ID, "/providers/") > 1 {
		v.exists(r, "id", scope)
	}
	if parent := estate.Parent(r.ID); parent != "" && typeOf(parent) != groupType && strings.HasPrefix(strings.ToLower(r.Type), strings.ToLower(typeOf(parent))+"/") {
		v.exists(r, "id", parent)
	}
}

func (v *verifier) walk(r *arm.Resource, path string, value arm.Value) {
	if s, ok := value.Str(); ok {
		v.reference(r, path, s)
	}
	if items, ok := value.Items(); ok {
		for _, item := range items {
			v.walk(r, path, item)
		}
	}
	if o, ok := value.Object(); ok {
		for _, m := range o.Members() {
			v.exists(r, path, m.Name)
			v.walk(r, strings.TrimPrefix(path+"."+m.Name, "."), m.Value)
		}
	}
	if u, ok := value.Unknown(); ok {
		v.asked(r, path, u)
	}
}

// asked holds that what a value asks for its state is there.
func (v *verifier) asked(r *arm.Resource, path string, u *arm.Unknown) {
	for _, root := range u.Roots() {
		if root.Op == arm.OpRuntime && len(root.Args) > 0 {
			if id, ok := root.Args[0].Str(); ok {
				v.exists(r, path, id)
			}
		}
	}
}

func (v *verifier) reference(r *arm.Resource, path, text string) {
	if want := wanted(path); want != "" && !strings.EqualFold(typeOf(text), want) {
		v.say(r, path, "%q isn't the ID of %s", text, want)
	}
	v.exists(r, path, text)
}

// wanted is the type whose ID a property takes, or "" where it isn't told by
// the property's name.
func wanted(path string) string {
	for suffix, typ := range referenceTypes {
		if strings.HasSuffix(path, suffix) {
			return typ
		}
	}
	return ""
}

// referenceTypes are properties that are IDs, and whose. No name is the end of
// another.
var referenceTypes = map[string]string{
	".subnet.id":                     networkType + "/subnets",
	".networkSecurityGroup.id":       nsgType,
	".routeTable.id":                 routeType,
	".remoteVirtualNetwork.id":       networkType,
	".virtualNetwork.id":             networkType,
	".privateDnsZoneId":              zoneType,
	".workspaceId":                   workspaceType,
	".WorkspaceResourceId":           workspaceType,
	".storageAccountId":              storageType,
	".actionGroupId":                 actionsType,
	".roleDefinitionId":              roleType,
	".policyDefinitionId":            "Microsoft.Authorization/policyDefinitions",
	".environmentId":                 envType,
	".infrastructureSubnetId":        networkType + "/subnets",
	".subnetResourceId":              networkType + "/subnets",
	".loggerId":                      loggerType,
	".pool.services.id":              backendType,
	".identity.userAssignedIdentity": identityType,
	".privateLinkResourceId":         accountType,
}

// exists holds that what is in a resource group of the plan is in the plan.
// What is at a data plane, such as a vault's secret, is made by others.
func (v *verifier) exists(r *arm.Resource, path, id string) {
	key := strings.ToLower(id)
	ours := false
	for _, g := range v.groups {
		ours = ours || strings.HasPrefix(key, g+"/")
	}
	if !ours || v.there[key] || v.there[strings.ToLower(secretVault(id))] {
		return
	}
	v.say(r, path, "%s isn't there", id)
}

// secretVault is the vault of a secret, certificate or key, by its ID, or "".
func secretVault(id string) string {
	if i := strings.Index(id, "/secrets/"); i > 0 && strings.Contains(id, vaultType) {
		return id[:i]
	}
	if i := strings.Index(id, "/keys/"); i > 0 && strings.Contains(id, vaultType) {
		return id[:i]
	}
	return ""
}
