package blueprint_test

import (
	"strings"
	"testing"

	"palisade/arm"
	"palisade/blueprint"
)

// said is what some resource has to say: that of a type, with words in its ID.
type said struct {
	typ, id string
	words   []string
}

// contents are what the samples' files ask for, in the words that Azure gets.
var contents = map[string][]said{
	"hub": {
		{"Microsoft.Network/routeTables", "", []string{`"addressPrefix":"0.0.0.0/0"`, `"nextHopType":"VirtualAppliance"`, `"nextHopIpAddress":"10.0.1.4"`}},
		{"Microsoft.Network/virtualNetworks", "", []string{`"dnsServers":["10.0.0.4","10.0.0.5"]`, `"routeTable":{"id":`, `"networkSecurityGroup":{"id":`, `"defaultOutboundAccess":false`, `"addressPrefixes":["10.40.0.0/22"]`}},
		{"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "vnet-contoso-docs-swedencentral/virtualNetworkPeerings/hub", []string{"44444444-4444-4444-8444-444444444444/resourceGroups/hub/"}},
		{"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "virtualNetworks/hub/virtualNetworkPeerings/vnet-contoso-docs", []string{"vnet-contoso-docs-swedencentral"}},
		{"Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "pe-kv-", []string{"44444444-4444-4444-8444-444444444444/resourceGroups/dns/"}},
		{"Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials", "", []string{"repo:contoso/docs:ref:refs/heads/main"}},
		{"Microsoft.Insights/activityLogAlerts", "keys-regenerated", []string{"/actionGroups/oncall"}},
	},
	"regulated": {
		{"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "/peer-cluster-", []string{"virtualNetworks/cluster"}},
		{"Microsoft.Network/networkSecurityGroups", "", []string{`"name":"deny-in"`, `"name":"deny-out"`}},
		{"Microsoft.CognitiveServices/accounts", "", []string{`"disableLocalAuth":true`, `"publicNetworkAccess":"Disabled"`, `"keySource":"Microsoft.KeyVault"`}},
		{"Microsoft.CognitiveServices/accounts/raiPolicies", "strict", []string{`"severityThreshold":"Low"`}},
		{"Microsoft.KeyVault/vaults", "", []string{`"enableRbacAuthorization":true`, `"enablePurgeProtection":true`}},
		{"Microsoft.Storage/storageAccounts", "", []string{`"allowSharedKeyAccess":false`, `"keySource":"Microsoft.Keyvault"`}},
		{"Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies", "usage", []string{`"immutabilityPeriodSinceCreationInDays":2556`}},
		{"Microsoft.OperationalInsights/workspaces", "", []string{`"retentionInDays":730`, `"disableLocalAuth":true`}},
		{"Microsoft.Insights/metricAlerts", "-refused", []string{`"AzureOpenAIRequests"`, `"401","403"`, `"threshold":20`}},
		{"Microsoft.Insights/metricAlerts", "-filtered", []string{`"RAIRejectedRequests"`, `"threshold":10`}},
		{"Microsoft.Insights/activityLogAlerts", "keys-regenerated", []string{"accounts/regenerateKey/action"}},
		{"Microsoft.Insights/activityLogAlerts", "account-changed", []string{"Microsoft.CognitiveServices/accounts/write"}},
		{"Microsoft.Insights/activityLogAlerts", "role-assigned", []string{"Microsoft.Authorization/roleAssignments/write"}},
		{"Microsoft.Insights/activityLogAlerts", "logging-removed", []string{"Microsoft.Insights/diagnosticSettings/delete"}},
		{"Microsoft.Insights/actionGroups", "", []string{"soc@contoso.com"}},
		{"Microsoft.Consumption/budgets", "", []string{`"amount":10000`, `"threshold":80`, "soc@contoso.com"}},
		{"Microsoft.Security/pricings", "/AI", []string{`"pricingTier":"Standard"`}},
		{"Microsoft.Authorization/policyAssignments", "no-keys", []string{"71ef260a-8f18-47b7-abcb-62d0673d94dc", `"value":"Deny"`}},
		{"Microsoft.Authorization/locks", "", []string{"CanNotDelete"}},
	},
	"team": {
		{"Microsoft.CognitiveServices/accounts", "", []string{`"publicNetworkAccess":"Enabled"`, `"defaultAction":"Deny"`, `"203.0.113.0/24"`, `"198.51.100.7"`, `"disableLocalAuth":true`}},
		{"Microsoft.Insights/scheduledQueryRules", "tokens-per-day", []string{`"threshold":10000000`, "TokenTransaction"}},
		{"Microsoft.Authorization/roleAssignments", "workspaces/log-contoso-lab/", []string{"3b03c2da-16b3-4a49-8834-0f8130efdd3b", "The alert adds up"}},
	},
	"apim": {
		{"Microsoft.ApiManagement/service", "", []string{`"publicNetworkAccess":"Disabled"`, `"subnetResourceId":`}},
		{"Microsoft.ApiManagement/service/backends", "pool-", []string{`"type":"Pool"`, `"priority":1`}},
		{"Microsoft.ApiManagement/service/backends", "-2", []string{`"circuitBreaker"`, "francecentral", `"acceptRetryAfter":true`}},
	},
	"regions": {
		{"Microsoft.CognitiveServices/accounts/deployments", "swedencentral", []string{`"ProvisionedManaged"`, `"versionUpgradeOption":"NoAutoUpgrade"`}},
		{"Microsoft.App/managedEnvironments", "", []string{`"internal":true`}},
		{"Microsoft.App/containerApps", "", []string{"palisade@sha256:", `"userAssignedIdentities"`}},
		{"Microsoft.Cache/redisEnterprise/databases", "", []string{`"accessKeysAuthentication":"Disabled"`}},
		{"Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments", "", []string{`"objectId"`}},
	},
}

// TestContents holds that what the samples ask for is said to Azure.
func TestContents(t *testing.T) {
	for sample, all := range contents {
		p := build(t, parseFile(t, "../examples/deploy/"+sample+".yaml"))
		for _, want := range all {
			if missing := want.lacking(p); len(missing) > 0 {
				t.Errorf("%s: no %s %s says %q", sample, want.typ, want.id, missing)
			}
		}
	}
	if p := build(t, parseFile(t, "../examples/deploy/regulated.yaml")); p.Stack.Mode != "denyWriteAndDelete" || len(p.Stack.ExcludedPrincipals) != 1 {
		t.Error("stack:", p.Stack)
	}
}

// lacking are the words that the resource lacks which has most of them.
func (s *said) lacking(p *blueprint.Plan) []string {
	least := s.words
	for _, r := range p.Resources() {
		if r.Type == s.typ && strings.Contains(r.ID, s.id) {
			if rest := s.without(&r); len(rest) < len(least) {
				least = rest
			}
		}
	}
	return least
}

func (s *said) without(r *arm.Resource) []string {
	text := r.Body.JSON()
	var rest []string
	for _, w := range s.words {
		if !strings.Contains(text, w) {
			rest = append(rest, w)
		}
	}
	return rest
}
