package blueprint

// The types that are deployed.
const (
	groupType      = "Microsoft.Resources/resourceGroups"
	accountType    = "Microsoft.CognitiveServices/accounts"
	deploymentType = accountType + "/deployments"
	filterType     = accountType + "/raiPolicies"
	blocklistType  = accountType + "/raiBlocklists"
	aiDefenderType = accountType + "/defenderForAISettings"
	networkType    = "Microsoft.Network/virtualNetworks"
	peeringType    = networkType + "/virtualNetworkPeerings"
	nsgType        = "Microsoft.Network/networkSecurityGroups"
	routeType      = "Microsoft.Network/routeTables"
	endpointType   = "Microsoft.Network/privateEndpoints"
	zoneGroupType  = endpointType + "/privateDnsZoneGroups"
	zoneType       = "Microsoft.Network/privateDnsZones"
	zoneLinkType   = zoneType + "/virtualNetworkLinks"
	recordType     = zoneType + "/A"
	identityType   = "Microsoft.ManagedIdentity/userAssignedIdentities"
	federatedType  = identityType + "/federatedIdentityCredentials"
	assignmentType = "Microsoft.Authorization/roleAssignments"
	roleType       = "Microsoft.Authorization/roleDefinitions"
	lockType       = "Microsoft.Authorization/locks"
	policyType     = "Microsoft.Authorization/policyAssignments"
	vaultType      = "Microsoft.KeyVault/vaults"
	keyType        = vaultType + "/keys"
	storageType    = "Microsoft.Storage/storageAccounts"
	blobType       = storageType + "/blobServices"
	containerType  = blobType + "/containers"
	immutableType  = containerType + "/immutabilityPolicies"
	workspaceType  = "Microsoft.OperationalInsights/workspaces"
	componentType  = "Microsoft.Insights/components"
	diagnosticType = "Microsoft.Insights/diagnosticSettings"
	monitorType    = "Microsoft.Insights/privateLinkScopes"
	scopedType     = monitorType + "/scopedResources"
	actionsType    = "Microsoft.Insights/actionGroups"
	activityType   = "Microsoft.Insights/activityLogAlerts"
	metricType     = "Microsoft.Insights/metricAlerts"
	queryType      = "Microsoft.Insights/scheduledQueryRules"
	budgetType     = "Microsoft.Consumption/budgets"
	pricingType    = "Microsoft.Security/pricings"
	envType        = "Microsoft.App/managedEnvironments"
	appType        = "Microsoft.App/containerApps"
	redisType      = "Microsoft.Cache/redisEnterprise"
	databaseType   = redisType + "/databases"
	redisUserType  = databaseType + "/accessPolicyAssignments"
	apimType       = "Microsoft.ApiManagement/service"
	apiType        = apimType + "/apis"
	apiPolicyType  = apiType + "/policies"
	operationType  = apiType + "/operations"
	backendType    = apimType + "/backends"
	loggerType     = apimType + "/loggers"
	namedValueType = apimType + "/namedValues"
	apiDiagType    = apiType + "/diagnostics"
	searchType     = "Microsoft.Search/searchServices"
	sharedType     = searchType + "/sharedPrivateLinkResources"
)

// kind is what is said of every resource of a type.
type kind struct {
	version string // of the API: the one that the table of types describes
	tagged  bool   // it takes tags
}

// kinds are the types that are deployed. A test holds them against the table
// of types.
var kinds = map[string]kind{
	groupType:      {"2025-04-01", true},
	accountType:    {"2026-05-01", true},
	deploymentType: {"2026-05-01", true},
	filterType:     {"2026-05-01", true},
	blocklistType:  {"2026-05-01", true},
	aiDefenderType: {"2026-05-15-preview", true},
	networkType:    {"2025-07-01", true},
	peeringType:    {"2025-07-01", false},
	nsgType:        {"2025-07-01", true},
	routeType:      {"2025-07-01", true},
	endpointType:   {"2025-07-01", true},
	zoneGroupType:  {"2025-07-01", false},
	zoneType:       {"2024-06-01", true},
	zoneLinkType:   {"2024-06-01", true},
	recordType:     {"2024-06-01", false},
	identityType:   {"2024-11-30", true},
	federatedType:  {"2024-11-30", false},
	assignmentType: {"2022-04-01", false},
	roleType:       {"2022-04-01", false},
	lockType:       {"2020-05-01", false},
	policyType:     {"2026-07-01", false},
	vaultType:      {"2026-02-01", true},
	keyType:        {"2025-05-01", true}, // newer ones aren't served yet
	storageType:    {"2026-04-01", true},
	blobType:       {"2026-04-01", false},
	containerType:  {"2026-04-01", false},
	immutableType:  {"2026-04-01", false},
	workspaceType:  {"2025-07-01", true},
	componentType:  {"2020-02-02", true},
	diagnosticType: {"2021-05-01-preview", false},
	monitorType:    {"2021-09-01", true},
	scopedType:     {"2021-09-01", false},
	actionsType:    {"2023-01-01", true},
	activityType:   {"2026-01-01", true},
	metricType:     {"2026-01-01", true},
	queryType:      {"2026-03-01", true},
	budgetType:     {"2024-08-01", false},
	pricingType:    {"2024-01-01", false},
	envType:        {"2026-01-01", true},
	appType:        {"2026-01-01", true},
	redisType:      {"2025-07-01", true},
	databaseType:   {"2025-07-01", false},
	redisUserType:  {"2025-07-01", false},
	apimType:       {"2024-05-01", true},
	apiType:        {"2024-05-01", false},
	apiPolicyType:  {"2024-05-01", false},
	operationType:  {"2024-05-01", false},
	backendType:    {"2024-05-01", false},
	loggerType:     {"2024-05-01", false},
	namedValueType: {"2024-05-01", false},
	apiDiagType:    {"2024-05-01", false},
	searchType:     {"2025-05-01", true},
	sharedType:     {"2025-05-01", false},
}
