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
	Status Field[string] // Approved | Pending | Rejected | Disconnected; absent: Pending
}

func decodeSearchService(e *Estate, r *Resource) {
	s := &SearchService{
		Resource:            r,
		DisableLocalAuth:    r.prop("disableLocalAuth").flag(false),
		PublicNetworkAccess: r.prop("publicNetworkAccess").text("Enabled"),
		Bypass:              r.prop("networkRuleSet", "bypass").text("None"),
		IPRules:             list(r.prop("networkRuleSet", "ipRules"), decodeIPRule),
		RoleAuth:            pick(r.prop("authOptions", "aadOrApiKey"), false, isObject, "an object"),
		Connections:         r.prop("privateEndpointConnections").endpointConnections(),
	}
	if True(s.DisableLocalAuth) == Yes {
		s.RoleAuth = s.DisableLocalAuth
	}
	e.SearchServices.add(r, s)
}

func decodeSharedLink(e *Estate, r *Resource) {
	e.SharedLinks.add(r, &SharedLink{
		Resource: r,
		Target:   r.prop("privateLinkResourceId").ref(),
		Group:    r.prop("groupId").text(""),
		Status:   r.prop("status").text("Pending"),
	})
}
