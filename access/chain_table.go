package access

import "strings"

// edge is a right that yields something beyond itself.
type edge struct {
	id     string
	action string
	data   bool
	on     string // type of the resource that the right is needed on, in lower case
	yields effect
	// most caps the verdict: Unknown for what isn't confirmed, or depends on
	// something that the estate doesn't tell.
	most Verdict
	// with are other actions, in lower case, of which the same principal needs
	// one where the resource stands.
	with []string
	text string

	lower string // action in lower case
}

// effect is what an edge yields.
type effect uint8

const (
	yieldsKey        effect = iota // a key of the account
	yieldsSecret                   // the value of a vault's secret
	yieldsIdentity                 // the identity itself, or of what runs by it
	yieldsSettings                 // the settings of an app
	yieldsNamedValue               // a gateway's named value
	yieldsBackend                  // the credentials of a gateway's backend
	yieldsConnection               // the credentials of a connection
	yieldsOutput                   // the outputs of a template deployment
	yieldsGateway                  // calls through a gateway
	yieldsRole                     // any role that may be assigned
	opensNetwork                   // an asset's network rules
	weakensGuard                   // content filters, or what model answers
	blinds                         // logs and alerts
	unguards                       // locks, deny assignments, policies
)

const (
	typeAccount    = "microsoft.cognitiveservices/accounts"
	typeConnection = "microsoft.cognitiveservices/accounts/connections"
	typeProjectCon = "microsoft.cognitiveservices/accounts/projects/connections"
	typeVault      = "microsoft.keyvault/vaults"
	typeIdentity   = "microsoft.managedidentity/userassignedidentities"
	typeGateway    = "microsoft.apimanagement/service"
	typeSite       = "microsoft.web/sites"
	typeSlot       = "microsoft.web/sites/slots"
	typeApp        = "microsoft.app/containerapps"
	typeJob        = "microsoft.app/jobs"
	typeMachine    = "microsoft.compute/virtualmachines"
	typeScaleSet   = "microsoft.compute/virtualmachinescalesets"
	typeCluster    = "microsoft.containerservice/managedclusters"
	typeAutomation = "microsoft.automation/automationaccounts"
	typeWorkflow   = "microsoft.logic/workflows"
	typeScript     = "microsoft.resources/deploymentscripts"
	anyType        = "" // whatever the goal is
)

// hostWrites, in lower case, are rights to make or change something that runs code by a
// user-assigned identity.
var hostWrites = []string{
	"microsoft.compute/virtualmachines/write",
	"microsoft.compute/virtualmachinescalesets/write",
	"microsoft.web/sites/write",
	"microsoft.app/containerapps/write",
	"microsoft.resources/deploymentscripts/write",
	"microsoft.containerinstance/containergroups/write",
	"microsoft.logic/workflows/write",
	"microsoft.automation/automationaccounts/write",
}

// edges are the rows of edgeTable with what is derived from them.
var edges = withLower(edgeTable)

func withLower(rows []edge) []edge {
	for i := range rows {
		rows[i].lower = strings.ToLower(rows[i].action)
	}
	return rows
}

// edgeTable is the table of rights that lead to a model, its data, or blindness.
// Sources: built-in role definitions (iann0036/iam-dataset
// azure/built-in-roles-raw.json, crawl of 2026-08-22), resource schemas
// (Azure/bicep-types-az @1f896de2) and, for what a right does, FACTS §2.
var edgeTable = []edge{
	// Keys of an account.
	{"keys.list", actionListKeys, false, typeAccount, yieldsKey, Allow, nil, "lists the keys of the account", ""},
	{"keys.regenerate", "Microsoft.CognitiveServices/accounts/regenerateKey/action", false, typeAccount, yieldsKey, Allow, nil,
		"regenerates a key of the account, which answers with the keys", ""},

	// Where a key may have been put.
	{"secret.get", ActionGetSecret, true, typeVault, yieldsSecret, Allow, nil, "reads the secret in the vault", ""},
	{"vault.write", "Microsoft.KeyVault/vaults/write", false, typeVault, yieldsSecret, Allow, nil,
		"gives itself access to the vault by its access policies", ""},
	{"vault.policies", "Microsoft.KeyVault/vaults/accessPolicies/write", false, typeVault, yieldsSecret, Allow, nil,
		"gives itself access to the vault by its access policies", ""},
	{"vault.deploy", "Microsoft.KeyVault/vaults/deploy/action", false, typeVault, yieldsSecret, Allow,
		[]string{"microsoft.resources/deployments/write"}, "reads the secret by a template deployment", ""},
	{"site.settings", "Microsoft.Web/sites/config/list/action", false, typeSite, yieldsSettings, Allow, nil, "lists the app settings", ""},
	{"slot.settings", "Microsoft.Web/sites/slots/config/list/action", false, typeSlot, yieldsSettings, Allow, nil, "lists the app settings", ""},
	{"app.secrets", "Microsoft.App/containerApps/listSecrets/action", false, typeApp, yieldsSettings, Allow, nil, "lists the app's secrets", ""},
	{"job.secrets", "Microsoft.App/jobs/listSecrets/action", false, typeJob, yieldsSettings, Allow, nil, "lists the job's secrets", ""},
	{"namedvalue.list", "Microsoft.ApiManagement/service/namedValues/listValue/action", false, typeGateway, yieldsNamedValue, Allow, nil,
		"reads the gateway's named value", ""},
	// Whether reading a backend shows its credentials isn't confirmed.
	{"backend.read", "Microsoft.ApiManagement/service/backends/read", false, typeGateway, yieldsBackend, Unknown, nil,
		"reads the backend with its credentials", ""},
	{"connection.secrets", "Microsoft.CognitiveServices/accounts/connections/listSecrets/action", false, typeConnection, yieldsConnection, Allow, nil,
		"lists the secrets of the connection", ""},
	{"project.connection.secrets", "Microsoft.CognitiveServices/accounts/projects/connections/listSecrets/action", false, typeProjectCon, yieldsConnection, Allow, nil,
		"lists the secrets of the connection", ""},
	{"deployment.read", actionDeploymentsRead, false, anyType, yieldsOutput, Allow, nil, "reads the outputs of the template deployment", ""},

	// Becoming an identity.
	{"identity.assign", "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", false, typeIdentity, yieldsIdentity, Allow, hostWrites,
		"attaches the identity to something that runs its own code", ""},
	{"identity.federate", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write", false, typeIdentity, yieldsIdentity, Allow, nil,
		"lets an outside token become the identity", ""},
	{"machine.run", "Microsoft.Compute/virtualMachines/runCommand/action", false, typeMachine, yieldsIdentity, Allow, nil, "runs a command on the machine", ""},
	{"machine.extension", "Microsoft.Compute/virtualMachines/extensions/write", false, typeMachine, yieldsIdentity, Allow, nil, "runs an extension on the machine", ""},
	{"scaleset.run", "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action", false, typeScaleSet, yieldsIdentity, Allow, nil,
		"runs a command on a machine of the scale set", ""},
	{"scaleset.write", "Microsoft.Compute/virtualMachineScaleSets/write", false, typeScaleSet, yieldsIdentity, Allow, nil, "changes what the scale set runs", ""},
	{"site.publish", "Microsoft.Web/sites/publish/Action", false, typeSite, yieldsIdentity, Allow, nil, "publishes code to the app", ""},
	{"site.publishxml", "Microsoft.Web/sites/publishxml/action", false, typeSite, yieldsIdentity, Allow, nil, "reads the app's publishing credentials", ""},
	{"site.config", "Microsoft.Web/sites/config/write", false, typeSite, yieldsIdentity, Allow, nil, "changes what the app starts with", ""},
	{"slot.publish", "Microsoft.Web/sites/slots/publish/Action", false, typeSlot, yieldsIdentity, Allow, nil, "publishes code to the slot", ""},
	{"app.write", "Microsoft.App/containerApps/write", false, typeApp, yieldsIdentity, Allow, nil, "changes the image that the app runs", ""},
	{"job.write", "Microsoft.App/jobs/write", false, typeJob, yieldsIdentity, Allow, nil, "changes the image that the job runs", ""},
	{"script.write", "Microsoft.Resources/deploymentScripts/write", false, typeScript, yieldsIdentity, Allow, nil, "changes the deployment script", ""},
	{"cluster.admin", "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", false, typeCluster, yieldsIdentity, Allow, nil,
		"takes the cluster's administrator credential", ""},
	{"runbook.write", "Microsoft.Automation/automationAccounts/runbooks/draft/write", false, typeAutomation, yieldsIdentity, Allow, nil, "changes a runbook", ""},
	{"workflow.write", "Microsoft.Logic/workflows/write", false, typeWorkflow, yieldsIdentity, Allow, nil, "changes the workflow", ""},
	{"gateway.policy", "Microsoft.ApiManagement/service/apis/policies/write", false, typeGateway, yieldsIdentity, Allow, nil,
		"changes a policy of the gateway, which runs with its identity", ""},
	{"gateway.policies", "Microsoft.ApiManagement/service/policies/write", false, typeGateway, yieldsIdentity, Allow, nil,
		"changes the policy of all APIs of the gateway, which runs with its identity", ""},

	// Calling through a gateway. Which of its APIs leads to which model is in
	// its policies, so none of these is sure.
	{"gateway.keys", actionSubscriptionKeys, false, typeGateway, yieldsGateway, Unknown, nil, "reads the keys of the gateway's subscriptions", ""},
	{"gateway.subscription", "Microsoft.ApiManagement/service/subscriptions/write", false, typeGateway, yieldsGateway, Unknown, nil,
		"makes a subscription of the gateway with a key of its own choice", ""},
	{"gateway.api", "Microsoft.ApiManagement/service/apis/write", false, typeGateway, yieldsGateway, Unknown, nil, "opens an API of the gateway", ""},
	{"gateway.tenant", "Microsoft.ApiManagement/service/tenant/listSecrets/action", false, typeGateway, yieldsGateway, Unknown, nil,
		"reads the secrets of the gateway's direct management", ""},
	{"gateway.token", "Microsoft.ApiManagement/service/users/token/action", false, typeGateway, yieldsGateway, Unknown, nil, "calls as another user of the gateway", ""},
	{"gateway.sso", "Microsoft.ApiManagement/service/getssotoken/action", false, typeGateway, yieldsGateway, Unknown, nil, "enters the developer portal as administrator", ""},
	{"gateway.selfhosted", "Microsoft.ApiManagement/service/gateways/listKeys/action", false, typeGateway, yieldsGateway, Unknown, nil, "registers a gateway of its own", ""},

	// Roles.
	{"role.assign", actionAssignRole, false, anyType, yieldsRole, Allow, nil, "assigns a role to itself", ""},
	{"role.activate", "Microsoft.Authorization/roleAssignmentScheduleRequests/write", false, anyType, yieldsRole, Allow, nil,
		"assigns a role to itself by Privileged Identity Management", ""},

	// What doesn't lead to the model by itself.
	{"account.write", actionAccountWrite, false, typeAccount, opensNetwork, Allow, nil, "opens the account's network, and turns its keys on", ""},
	{"endpoint.approve", "Microsoft.CognitiveServices/accounts/privateEndpointConnections/write", false, typeAccount, opensNetwork, Allow, nil,
		"approves a private endpoint of any network", ""},
	{"perimeter.join", "Microsoft.CognitiveServices/accounts/joinPerimeter/action", false, typeAccount, opensNetwork, Unknown, nil,
		"puts the account into another perimeter", ""},
	{"deployment.write", "Microsoft.CognitiveServices/accounts/deployments/write", false, typeAccount, weakensGuard, Allow, nil,
		"changes the model or the content filter of a deployment", ""},
	{"filter.write", "Microsoft.CognitiveServices/accounts/raiPolicies/write", false, typeAccount, weakensGuard, Allow, nil, "weakens a content filter", ""},
	{"blocklist.write", "Microsoft.CognitiveServices/accounts/raiBlocklists/write", false, typeAccount, weakensGuard, Allow, nil, "changes a blocklist", ""},
	{"diagnostics.write", "Microsoft.Insights/diagnosticSettings/write", false, typeAccount, blinds, Allow, nil, "turns off or redirects logs", ""},
	{"diagnostics.delete", "Microsoft.Insights/diagnosticSettings/delete", false, typeAccount, blinds, Allow, nil, "deletes diagnostic settings", ""},
	{"defender.write", "Microsoft.CognitiveServices/accounts/defenderForAISettings/write", false, typeAccount, blinds, Allow, nil,
		"turns Defender off for the account", ""},
	{"lock.delete", actionLocksDelete, false, typeAccount, unguards, Allow, nil, "deletes locks", ""},
	{"deny.delete", actionDenyDelete, false, typeAccount, unguards, Allow, nil, "deletes deny assignments", ""},
	{"policy.exempt", "Microsoft.Authorization/policyExemptions/write", false, typeAccount, unguards, Unknown, nil, "exempts the account from a policy", ""},
}
