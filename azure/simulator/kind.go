package simulator

import (
	"net/http"
	"strings"
	"time"
)

const (
	accountType    = "Microsoft.CognitiveServices/accounts"
	deploymentType = "Microsoft.CognitiveServices/accounts/deployments"
	lockType       = "Microsoft.Authorization/locks"
	roleType       = "Microsoft.Authorization/roleAssignments"
	endpointType   = "Microsoft.Network/privateEndpoints"
	zoneGroupType  = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
	identityType   = "Microsoft.ManagedIdentity/userAssignedIdentities"
	templateType   = "Microsoft.Resources/deployments"
	searchType     = "Microsoft.Search/searchServices"
)

// kind is what is peculiar to a type of resource. All functions may be nil.
type kind struct {
	typ       string
	takes     time.Duration // to create, at least
	lags      bool          // others may learn late that it is ready
	stateless bool          // it has no provisioning state
	check     func(*Simulator, *change) *Failure
	began     func(*Simulator, *resource)
	ready     func(*Simulator, *resource)
	gone      func(*Simulator, *resource)
}

func kinds() []kind {
	return []kind{
		{typ: groupType, began: nil},
		{typ: accountType, takes: 30 * time.Second, lags: true, check: checkAccount, began: beganAccount, gone: goneAccount},
		{typ: deploymentType, takes: 10 * time.Second, check: checkModel, began: beganModel, gone: goneModel},
		{typ: accountType + "/*", takes: 3 * time.Second, check: checkChild},
		{typ: roleType, stateless: true, check: checkAssignment},
		{typ: "Microsoft.Authorization/*", stateless: true},
		{typ: endpointType, takes: 20 * time.Second, check: checkEndpoint, ready: readyEndpoint},
		{typ: zoneGroupType, takes: 6 * time.Second, ready: readyZoneGroup},
		{typ: identityType, takes: time.Second, began: beganIdentity, stateless: true},
		{typ: "Microsoft.Insights/components", takes: 3 * time.Second, began: beganComponent},
		{typ: "Microsoft.Insights/scheduledQueryRules", stateless: true, began: func(_ *Simulator, r *resource) { withIdentity(r) }},
		{typ: "Microsoft.Insights/*", stateless: true},
		{typ: "Microsoft.Network/virtualNetworks", takes: 5 * time.Second},
		{typ: "Microsoft.KeyVault/vaults", takes: 15 * time.Second, began: beganVault},
		{typ: "Microsoft.Storage/storageAccounts", takes: 15 * time.Second, began: beganStorage},
		{typ: searchType, takes: 30 * time.Second, began: beganSearch},
		{typ: searchType + "/sharedPrivateLinkResources", takes: 20 * time.Second, began: beganLink},
		{typ: "Microsoft.App/managedEnvironments", takes: time.Minute, began: beganEnvironment},
		{typ: "Microsoft.ApiManagement/service", takes: 20 * time.Minute, check: checkGateway},
		{typ: "*", takes: 3 * time.Second},
	}
}

// known are the kinds; the first that fits counts.
var known = kinds()

func kindOf(p path) kind {
	for _, k := range known {
		prefix, wild := strings.CutSuffix(k.typ, "*")
		if wild && strings.HasPrefix(lower(p.typ), lower(prefix)) || p.is(k.typ) {
			return k
		}
	}
	return kind{}
}

func requestConflict(p path) *Failure {
	return failf(http.StatusConflict, "RequestConflict", "Another operation is being performed on the parent resource '%s'. Please try again later.", p.parent)
}

// notReady is said of an account that somebody needs before it is ready. Other
// services may say so even after the account reports success
// (hashicorp/terraform-provider-azurerm#31712).
func notReady(id, state string) *Failure {
	return failf(http.StatusBadRequest, "AccountProvisioningStateInvalid", "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account %s in state %s", id, state)
}
