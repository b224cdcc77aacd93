package estate

// Gateway is Microsoft.ApiManagement/service.
type Gateway struct {
	*Resource
	SKU                 Field[string]
	NetworkType         Field[string] // None | External | Internal; absent: None
	Subnet              Ref
	PublicNetworkAccess Field[string] // Enabled | Disabled; absent: Enabled
	LegacyAPI           Field[string] // direct management API, Enabled | Disabled
	DeveloperPortal     Field[string]
	DisableGateway      Field[bool] // of the main region; absent: false
	Custom              List[CustomProperty]
	Connections         List[EndpointConnection]
}

// CustomProperty is a switch of a gateway, such as its TLS versions.
type CustomProperty struct {
	Name  string
	Value Field[string] // "True" | "False"
}

// GatewayDiagnostic is …/service/diagnostics or …/apis/diagnostics.
type GatewayDiagnostic struct {
	*Resource
	Logger Ref
	// Prompts says whether prompts and completions are logged: enabled |
	// disabled; absent: disabled.
	Prompts Field[string]
}

func decodeGateway(e *Estate, r *Resource) {
	custom := convertList(r.prop("customProperties").entries(), func(x entry) CustomProperty {
		return CustomProperty{x.name, x.text("")}
	})
	e.Gateways.add(r, &Gateway{
		Resource:            r,
		SKU:                 r.at("sku", "name").text(""),
		NetworkType:         r.prop("virtualNetworkType").text("None"),
		Subnet:              r.prop("virtualNetworkConfiguration", "subnetResourceId").ref(),
		PublicNetworkAccess: r.prop("publicNetworkAccess").text("Enabled"),
		LegacyAPI:           r.prop("configurationApi", "legacyApi").text(""),
		DeveloperPortal:     r.prop("developerPortalStatus").text(""),
		DisableGateway:      r.prop("disableGateway").flag(false),
		Custom:              custom,
		Connections:         r.prop("privateEndpointConnections").endpointConnections(),
	})
}

func decodeGatewayDiagnostic(e *Estate, r *Resource) {
	e.GatewayDiagnostics.add(r, &GatewayDiagnostic{
		Resource: r,
		Logger:   r.prop("loggerId").ref(),
		Prompts:  r.prop("largeLanguageModel", "logs").text("disabled"),
	})
}
