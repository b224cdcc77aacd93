package estate

// decoder makes the typed form of a resource and puts it into its table.
type decoder func(*Estate, *Resource)

// inlineDecoders are those of resources that may be written in the properties
// of their parent.
func inlineDecoders() map[string]decoder {
	return map[string]decoder{
		"microsoft.network/virtualnetworks/subnets":                decodeSubnet,
		"microsoft.network/virtualnetworks/virtualnetworkpeerings": decodePeering,
		"microsoft.network/networksecuritygroups/securityrules":    decodeSecurityRule,
	}
}

// decoders are all decoders by the type, in lower case.
func decoders() map[string]decoder {
	all := inlineDecoders()
	for _, group := range []map[string]decoder{
		accountDecoders(), networkDecoders(), accessDecoders(), dataDecoders(),
		gatewayDecoders(), guardDecoders(), monitorDecoders(), workloadDecoders(),
	} {
		for typ, d := range group {
			all[typ] = d
		}
	}
	return all
}

func accountDecoders() map[string]decoder {
	const account = "microsoft.cognitiveservices/accounts"
	return map[string]decoder{
		account:                                                  decodeAccount,
		account + "/projects":                                    decodeProject,
		account + "/deployments":                                 decodeDeployment,
		account + "/raipolicies":                                 decodeContentPolicy,
		account + "/raiblocklists":                               decodeBlocklist,
		account + "/raiblocklists/raiblocklistitems":             decodeBlocklistItem,
		account + "/connections":                                 decodeConnection,
		account + "/projects/connections":                        decodeConnection,
		account + "/defenderforaisettings":                       decodeDefenderForAI,
		account + "/privateendpointconnections":                  decodeTargetConnection,
		"microsoft.cognitiveservices/raiexternalsafetyproviders": decodeExternalSafetyProvider,
	}
}

func networkDecoders() map[string]decoder {
	const perimeter = "microsoft.network/networksecurityperimeters"
	return map[string]decoder{
		"microsoft.network/virtualnetworks":                       decodeVirtualNetwork,
		"microsoft.network/routetables":                           decodeRouteTable,
		"microsoft.network/networksecuritygroups":                 decodeSecurityGroup,
		"microsoft.network/privateendpoints":                      decodePrivateEndpoint,
		"microsoft.network/privateendpoints/privatednszonegroups": decodeZoneGroup,
		"microsoft.network/privatednszones":                       decodePrivateZone,
		"microsoft.network/privatednszones/virtualnetworklinks":   decodeZoneLink,
		"microsoft.network/privatednszones/a":                     decodeARecord,
		perimeter:                                                 decodePerimeter,
		perimeter + "/profiles":                                   decodePerimeterProfile,
		perimeter + "/profiles/accessrules":                       decodePerimeterRule,
		perimeter + "/resourceassociations":                       decodePerimeterAssociation,
		perimeter + "/links":                                      decodePerimeterLink,
	}
}

func accessDecoders() map[string]decoder {
	const authorization, identity = "microsoft.authorization/", "microsoft.managedidentity/userassignedidentities"
	return map[string]decoder{
		authorization + "roleassignments":                           decodeRoleAssignment,
		authorization + "roleassignmentschedulerequests":            decodeRoleAssignment,
		authorization + "roleassignmentscheduleinstances":           decodeRoleAssignment,
		authorization + "roleeligibilityschedulerequests":           decodeEligibility,
		authorization + "roleeligibilityscheduleinstances":          decodeEligibility,
		authorization + "roleassignmentschedules":                   decodeRoleAssignment,
		authorization + "roleeligibilityschedules":                  decodeEligibility,
		authorization + "roledefinitions":                           decodeRoleDefinition,
		authorization + "denyassignments":                           decodeDenyAssignment,
		authorization + "locks":                                     decodeLock,
		authorization + "policyassignments":                         decodePolicyAssignment,
		"microsoft.resources/deploymentstacks":                      decodeStack,
		identity:                                                    decodeManagedIdentity,
		identity + "/federatedidentitycredentials":                  decodeFederatedCredential,
		"microsoft.graph/groups":                                    decodeGroup,
		"microsoft.graph/applications":                              decodeApplication,
		"microsoft.graph/serviceprincipals":                         decodeServicePrincipal,
		"microsoft.graph/applications/federatedidentitycredentials": decodeFederatedCredential,
	}
}

func dataDecoders() map[string]decoder {
	const vault, storage, search = "microsoft.keyvault/vaults", "microsoft.storage/storageaccounts", "microsoft.search/searchservices"
	return map[string]decoder{
		vault:                                 decodeVault,
		vault + "/accesspolicies":             decodePolicyChange,
		vault + "/secrets":                    decodeVaultSecret,
		vault + "/privateendpointconnections": decodeTargetConnection,
		storage:                               decodeStorageAccount,
		storage + "/blobservices/containers":  decodeContainer,
		storage + "/blobservices/containers/immutabilitypolicies": decodeImmutabilityPolicy,
		storage + "/privateendpointconnections":                   decodeTargetConnection,
		search:                                                    decodeSearchService,
		search + "/sharedprivatelinkresources":                    decodeSharedLink,
		search + "/privateendpointconnections":                    decodeTargetConnection,
	}
}

// gatewayDecoders takes the types of a gateway and, where they have them, of
// its workspaces.
func gatewayDecoders() map[string]decoder {
	const gateway = "microsoft.apimanagement/service"
	all := map[string]decoder{
		gateway:                                 decodeGateway,
		gateway + "/privateendpointconnections": decodeTargetConnection,
	}
	for _, at := range []string{gateway, gateway + "/workspaces"} {
		all[at+"/apis"] = decodeAPI
		all[at+"/apis/operations"] = decodeOperation
		all[at+"/policies"] = decodePolicy
		all[at+"/apis/policies"] = decodePolicy
		all[at+"/apis/operations/policies"] = decodePolicy
		all[at+"/products/policies"] = decodePolicy
		all[at+"/policyfragments"] = decodePolicyFragment
		all[at+"/backends"] = decodeBackend
		all[at+"/namedvalues"] = decodeNamedValue
		all[at+"/products"] = decodeProduct
		all[at+"/products/apis"] = decodeProductLink
		all[at+"/products/apilinks"] = decodeProductLink
		all[at+"/products/groups"] = decodeProductLink
		all[at+"/subscriptions"] = decodeSubscription
		all[at+"/diagnostics"] = decodeGatewayDiagnostic
		all[at+"/apis/diagnostics"] = decodeGatewayDiagnostic
	}
	return all
}

func guardDecoders() map[string]decoder {
	const guard = "palisade.gateway/gateways"
	return map[string]decoder{
		guard:             decodeGuard,
		guard + "/models": decodeGuardModel,
		guard + "/keys":   decodeGuardKey,

		"palisade.gateway/departures": decodeDeparture,
	}
}

func monitorDecoders() map[string]decoder {
	return map[string]decoder{
		"microsoft.operationalinsights/workspaces": decodeWorkspace,
		"microsoft.insights/components":            decodeComponent,
		"microsoft.insights/diagnosticsettings":    decodeDiagnosticSetting,
		"microsoft.security/pricings":              decodePricing,
	}
}

func workloadDecoders() map[string]decoder {
	return map[string]decoder{
		"microsoft.web/sites":                                      decodeSite,
		"microsoft.web/sites/slots":                                decodeSite,
		"microsoft.web/sites/config":                               decodeSiteConfig,
		"microsoft.web/sites/slots/config":                         decodeSiteConfig,
		"microsoft.app/containerapps":                              decodeContainerApp,
		"microsoft.app/jobs":                                       decodeContainerApp,
		"microsoft.app/managedenvironments":                        decodeContainerEnvironment,
		"microsoft.containerinstance/containergroups":              decodeContainerGroup,
		"microsoft.compute/virtualmachines":                        decodeMachine,
		"microsoft.compute/virtualmachinescalesets":                decodeScaleSet,
		"microsoft.network/networkinterfaces":                      decodeInterface,
		"microsoft.containerservice/managedclusters":               decodeCluster,
		"microsoft.logic/workflows":                                decodeWorkflow,
		"microsoft.automation/automationaccounts":                  decodeOtherWorkload,
		"microsoft.datafactory/factories":                          decodeOtherWorkload,
		"microsoft.machinelearningservices/workspaces":             decodeOtherWorkload,
		"microsoft.resources/deploymentscripts":                    decodeDeploymentScript,
		"microsoft.appconfiguration/configurationstores/keyvalues": decodeKeyValue,
	}
}
