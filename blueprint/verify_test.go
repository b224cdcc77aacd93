package blueprint_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/blueprint"
	"palisade/spec"
)

// TestVerify holds that all that is written from the examples is as the types
// of Resource Manager say, and fits together.
func TestVerify(t *testing.T) {
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := parseFile(t, file)
			for _, p := range blueprint.Verify(build(t, s), s.Cloud) {
				t.Error(p)
			}
		})
	}
}

// planted is one error: a change of the first resource of a type, and words of
// what is said of it. An empty path changes the resource itself.
type planted struct {
	name, typ, path string
	value           any
	says            string
	change          func(*arm.Resource)
}

// errorsToPlant are those that reach Azure, or worse, are taken by it and mean
// something else.
var errorsToPlant = []planted{
	{name: "enum", typ: "Microsoft.CognitiveServices/accounts", path: "properties.publicNetworkAccess", value: "disabled", says: "isn't one of Enabled, Disabled"},
	{name: "enum of rules", typ: "Microsoft.CognitiveServices/accounts", path: "properties.networkAcls.defaultAction", value: "Block", says: "isn't one of"},
	{name: "enum of identity", typ: "Microsoft.CognitiveServices/accounts", path: "identity.type", value: "systemAssigned", says: "isn't one of"},
	{name: "open enum", typ: "Microsoft.CognitiveServices/accounts/deployments", path: "properties.versionUpgradeOption", value: "Never", says: "isn't one of"},
	{name: "enum in a list", typ: "Microsoft.CognitiveServices/accounts/raiPolicies", path: "properties.contentFilters.0.severityThreshold", value: "medium", says: "isn't one of Low, Medium, High"},
	{name: "bool as text", typ: "Microsoft.CognitiveServices/accounts", path: "properties.disableLocalAuth", value: "true", says: "is string, not bool"},
	{name: "bool as number", typ: "Microsoft.KeyVault/vaults", path: "properties.enablePurgeProtection", value: 1, says: "is int, not bool"},
	{name: "text as bool", typ: "Microsoft.Security/pricings", path: "properties.pricingTier", value: true, says: "not string"},
	{name: "number as text", typ: "Microsoft.CognitiveServices/accounts/deployments", path: "sku.capacity", value: "100", says: "is string, not int"},
	{name: "number out of range", typ: "Microsoft.ApiManagement/service/backends", path: "properties.circuitBreaker.rules.0.failureCondition.statusCodeRanges.0.max", value: 600, says: "out of range"},
	{name: "list as object", typ: "Microsoft.Network/networkSecurityGroups", path: "properties.securityRules", value: map[string]any{}, says: "is object, not array"},
	{name: "unknown property", typ: "Microsoft.CognitiveServices/accounts", path: "properties.disableLocalAuthentication", value: true, says: "no such property"},
	{name: "case of a property", typ: "Microsoft.Storage/storageAccounts", path: "properties.AllowSharedKeyAccess", value: false, says: "it is written allowSharedKeyAccess"},
	{name: "property at the wrong level", typ: "Microsoft.KeyVault/vaults", path: "enableRbacAuthorization", value: true, says: "no such property"},
	{name: "read-only", typ: "Microsoft.CognitiveServices/accounts", path: "properties.endpoint", value: "https://x", says: "read-only"},
	{name: "required missing", typ: "Microsoft.Authorization/roleAssignments", path: "properties.principalId", value: nil, says: "missing"},
	{name: "empty value", typ: "Microsoft.Storage/storageAccounts", path: "properties.networkAcls", value: arm.Null(arm.Pos{}), says: "it is null"},
	{name: "API version", typ: "Microsoft.CognitiveServices/accounts", says: "API version", change: func(r *arm.Resource) { r.APIVersion = "2023-05-01" }},
	{name: "unknown type", typ: "Microsoft.Insights/actionGroups", says: "no type", change: func(r *arm.Resource) { r.Type = "Microsoft.Insights/actiongroup" }},
	{name: "name with a space", typ: "Microsoft.CognitiveServices/accounts/raiPolicies", says: "isn't of the form", change: rename("gpt 5")},
	{name: "name too long", typ: "Microsoft.ApiManagement/service/backends", says: "characters", change: rename(strings.Repeat("a", 81))},
	{name: "parent of another type", typ: "Microsoft.CognitiveServices/accounts/deployments", says: "its parent doesn't fit", change: func(r *arm.Resource) {
		r.ID = strings.Replace(r.ID, "/accounts/", "/vaults/", 1)
	}},
	{name: "parent that isn't there", typ: "Microsoft.KeyVault/vaults/keys", says: "isn't there", change: func(r *arm.Resource) {
		r.ID = strings.Replace(r.ID, "/vaults/kv-", "/vaults/kv2-", 1)
	}},
	{name: "scope", typ: "Microsoft.KeyVault/vaults", says: "can't stand there", change: func(r *arm.Resource) {
		r.ID = r.ID[:strings.Index(r.ID, "/resourceGroups/")] + r.ID[strings.Index(r.ID, "/providers/"):]
	}},
	{name: "zone of another service", typ: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", path: "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId",
		value: groupID + "/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com", says: "aren't in the zone"},
	{name: "misspelled zone", typ: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", path: "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId",
		value: groupID + "/providers/Microsoft.Network/privateDnsZones/privatelink.vault.azure.net", says: "isn't there"},
	{name: "no zone", typ: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", path: "properties.privateDnsZoneConfigs", value: []any{}, says: "is missing"},
	{name: "group", typ: "Microsoft.Network/privateEndpoints", path: "properties.privateLinkServiceConnections.0.properties.groupIds", value: []any{"blob"}, says: "it is vault"},
	{name: "target of an endpoint", typ: "Microsoft.Network/privateEndpoints", path: "properties.privateLinkServiceConnections.0.properties.privateLinkServiceId",
		value: groupID + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-verify-gateway", says: "nothing that has private endpoints"},
	{name: "role", typ: "Microsoft.Authorization/roleAssignments", path: "properties.roleDefinitionId",
		value: subscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61be", says: "there is no role"},
	{name: "role by its name", typ: "Microsoft.Authorization/roleAssignments", path: "properties.roleDefinitionId", value: "Cognitive Services OpenAI User", says: "isn't the ID of"},
	{name: "principal", typ: "Microsoft.Authorization/roleAssignments", path: "properties.principalId", value: "chat-team", says: "isn't an object ID"},
	{name: "name of an assignment", typ: "Microsoft.Authorization/roleAssignments", says: "isn't a GUID", change: rename("gateway-can-call")},
	{name: "log category", typ: "Microsoft.Insights/diagnosticSettings", path: "properties.logs.0", value: map[string]any{"category": "AuditLogs", "enabled": true}, says: "no logs of category"},
	{name: "log group", typ: "Microsoft.Insights/diagnosticSettings", path: "properties.logs.0", value: map[string]any{"categoryGroup": "all", "enabled": true}, says: "no group"},
	{name: "nothing logged", typ: "Microsoft.Insights/diagnosticSettings", path: "properties.logs", value: []any{}, says: "nothing is logged"},
	{name: "workspace of another type", typ: "Microsoft.Insights/diagnosticSettings", path: "properties.workspaceId",
		value: groupID + "/providers/Microsoft.Insights/components/appi-verify", says: "isn't the ID of"},
	{name: "waits for itself", typ: "Microsoft.KeyVault/vaults", says: "waits for it", change: func(r *arm.Resource) { r.DependsOn = append(r.DependsOn, r.ID) }},
	{name: "circle", typ: "Microsoft.KeyVault/vaults", says: "waits for it", change: func(r *arm.Resource) { r.DependsOn = append(r.DependsOn, r.ID+"/keys/data") }},
	{name: "out of order", typ: "Microsoft.OperationalInsights/workspaces", says: "comes after it", change: func(r *arm.Resource) {
		r.DependsOn = append(r.DependsOn, groupID+"/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com")
	}},
	{name: "waits for nothing that is", typ: "Microsoft.KeyVault/vaults", says: "isn't there", change: func(r *arm.Resource) {
		r.DependsOn = []string{groupID + "/providers/Microsoft.KeyVault/vaults/kv-other"}
	}},
	{name: "deployments at a time", typ: "Microsoft.CognitiveServices/accounts/deployments/2", says: "one after another", change: func(r *arm.Resource) { r.DependsOn = r.DependsOn[:1] }},
	{name: "content filter", typ: "Microsoft.CognitiveServices/accounts/deployments", path: "properties.raiPolicyName", value: "palisade-lax", says: "no content filter"},
	{name: "subnet", typ: "Microsoft.Network/privateEndpoints", path: "properties.subnet.id",
		value: groupID + "/providers/Microsoft.Network/virtualNetworks/vnet-verify-swedencentral/subnets/endpoint", says: "isn't there"},
	{name: "subnet outside", typ: "Microsoft.Network/virtualNetworks", path: "properties.subnets.0.properties.addressPrefix", value: "10.91.0.0/22", says: "isn't in the network"},
	{name: "priority", typ: "Microsoft.Network/networkSecurityGroups", path: "properties.securityRules.1.properties.priority", value: 100, says: "two rules"},
	{name: "policy", typ: "Microsoft.Authorization/policyAssignments", path: "properties.policyDefinitionId",
		value: "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dd", says: "no policy"},
	{name: "effect", typ: "Microsoft.Authorization/policyAssignments", path: "properties.parameters.effect.value", value: "deny", says: "isn't an effect"},
	{name: "same twice", typ: "Microsoft.Insights/actionGroups", says: "two of it", change: func(*arm.Resource) {}},
}

const (
	subscriptionID = "/subscriptions/11111111-1111-4111-8111-111111111111"
	groupID        = subscriptionID + "/resourceGroups/rg-verify-prod"
)

const verifySpec = `
name: verify
subscription: 11111111-1111-4111-8111-111111111111
regions: [swedencentral]
models:
  gpt-5.1: {version: "2025-11-13", sku: DataZoneStandard, capacity: 100}
  gpt-5: {version: "2025-08-07", sku: DataZoneStandard, capacity: 100}
access:
  team:
    who: [{group: 22222222-2222-4222-8222-222222222222}]
    models: [gpt-5.1]
gateway:
  kind: apim
  apim: {publisherName: Contoso, publisherEmail: ai@contoso.com}
encryption: {customerKey: true}
alerts: {emails: [ai@contoso.com]}
`

// TestPlanted holds that each of the errors is told, at the resource that has
// it.
func TestPlanted(t *testing.T) {
	s := parse(t, "verify.yaml", verifySpec)
	if problems := blueprint.Verify(build(t, s), s.Cloud); len(problems) > 0 {
		t.Fatal("the plan without errors has problems:", problems)
	}
	for _, e := range errorsToPlant {
		t.Run(e.name, func(t *testing.T) {
			p := build(t, s)
			r := find(t, p, e.typ)
			if e.name == "same twice" {
				part := &p.Parts[len(p.Parts)-1]
				part.Resources = append(part.Resources, *r)
			}
			e.plant(t, r)
			problems := blueprint.Verify(p, spec.PublicCloud)
			for _, x := range problems {
				if strings.Contains(x.Message, e.says) && x.Resource == r.ID {
					return
				}
			}
			t.Errorf("not told: %s; told is %v", e.says, problems)
		})
	}
}

func (e *planted) plant(t *testing.T, r *arm.Resource) {
	t.Helper()
	if e.change != nil {
		e.change(r)
		return
	}
	r.Body = set(t, r.Body, strings.Split(e.path, "."), e.value)
}

// find is the first resource of a type, or a further one: TYPE/2.
func find(t *testing.T, p *blueprint.Plan, typ string) *arm.Resource {
	t.Helper()
	nth := 1
	if base, number, ok := strings.Cut(typ, "deployments/"); ok {
		typ = base + "deployments"
		nth, _ = strconv.Atoi(number)
	}
	for i := range p.Parts {
		for j := range p.Parts[i].Resources {
			if r := &p.Parts[i].Resources[j]; r.Type == typ {
				if nth--; nth == 0 {
					return r
				}
			}
		}
	}
	t.Fatal("the plan has no ", typ)
	return nil
}

func rename(name string) func(*arm.Resource) {
	return func(r *arm.Resource) {
		r.ID = r.ID[:strings.LastIndexByte(r.ID, '/')+1] + name
		r.Name = name
	}
}

// set is v with another value at a path; nil takes it away.
func set(t *testing.T, v arm.Value, path []string, to any) arm.Value {
	t.Helper()
	if len(path) == 0 {
		return value(t, to)
	}
	if items, ok := v.Items(); ok {
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(items) {
			t.Fatal("no item ", path)
		}
		items = slices.Clone(items)
		items[i] = set(t, items[i], path[1:], to)
		return arm.Array(items, v.Pos())
	}
	o, ok := v.Object()
	if !ok {
		t.Fatal("no member ", path)
	}
	var members []arm.Member
	for _, m := range o.Members() {
		if !strings.EqualFold(m.Name, path[0]) {
			members = append(members, m)
		}
	}
	if len(path) > 1 || to != nil {
		members = append(members, arm.Member{Name: path[0], Value: set(t, o.Get(path[0]), path[1:], to)})
	}
	return arm.Obj(arm.NewObject(members), v.Pos())
}

func value(t *testing.T, x any) arm.Value {
	t.Helper()
	switch x := x.(type) {
	case arm.Value:
		return x
	case string:
		return arm.String(x, arm.Pos{})
	case bool:
		return arm.Bool(x, arm.Pos{})
	case int:
		return arm.Int(int64(x), arm.Pos{})
	case []any:
		var items []arm.Value
		for _, item := range x {
			items = append(items, value(t, item))
		}
		return arm.Array(items, arm.Pos{})
	case map[string]any:
		var members []arm.Member
		for name, item := range x {
			members = append(members, arm.Member{Name: name, Value: value(t, item)})
		}
		return arm.Obj(arm.NewObject(members), arm.Pos{})
	}
	t.Fatalf("no value for %T", x)
	return arm.Value{}
}
