package estate

// SearchService is Microsoft.Search/searchServices.
type SearchService struct {
	*Resource
	DisableLocalAuth    Field[bool]   // absent: false
	PublicNetworkAccess Field[string] // Enabled | Disabled | SecuredByPerimeter; absent: Enabled
	Bypass              Field[string] // None | AzureServices; absent: None
	IPRules             List[IPRule]  // absent: all addresses
	// RoleAuth reports that Entra tokens are accepted: authOptions.aadOrApiKey
	// is there, or keys are off; absent: false.
	RoleAuth    Field[bool]
	Connections List[EndpointConnection]
}

// SharedLink is Microsoft.Search/searchServices/sharedPrivateLinkResources: a
// private endpoint that the service, its Parent, opens to a resource.
type SharedLink struct {
	*Resource
	Target Ref
	Group  Field[string]
	Status Field[string]
}
