package estate

import "palisade/arm"

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

// API is Microsoft.ApiManagement/service/apis; Parent is the gateway, or a
// workspace of it.
type API struct {
	*Resource
	Path                 Field[string]
	ServiceURL           Field[string]
	SubscriptionRequired Field[bool] // absent: true
	KeyHeader            Field[string]
	KeyQuery             Field[string]
	Protocols            List[string] // absent: https
}

// Operation is an operation of an API, its Parent.
type Operation struct {
	*Resource
	Method      Field[string]
	URLTemplate Field[string]
}

// Policy is a policy document: of all APIs, a product, an API or an operation,
// which is its Parent.
type Policy struct {
	*Resource
	Format Field[string] // xml | rawxml | xml-link | rawxml-link; absent: xml
	XML    Field[string]
	Text   arm.Value // the document as written, where XML isn't wholly known
}

// PolicyFragment is Microsoft.ApiManagement/service/policyFragments.
type PolicyFragment struct {
	*Resource
	XML  Field[string]
	Text arm.Value
}

// Backend is Microsoft.ApiManagement/service/backends.
type Backend struct {
	*Resource
	Type          Field[string] // Single | Pool; absent: Single
	URL           Field[string]
	Target        Ref             // resourceId
	Credentials   arm.Value       // as written; null where absent
	Secrets       []Secret        // whose keys the credentials hold
	Headers       List[NamedItem] // credentials.header
	Query         List[NamedItem] // credentials.query
	ValidateChain Field[bool]     // absent: true
	ValidateName  Field[bool]     // absent: true
	Pool          List[Ref]       // ids of backends
}

// NamedItem is a named thing with values, as they are written.
type NamedItem struct {
	Name  string
	Value arm.Value
	Pos   arm.Pos
}

// NamedValue is Microsoft.ApiManagement/service/namedValues: a text, or a
// vault's secret, that policies use.
type NamedValue struct {
	*Resource
	DisplayName Field[string] // policies write it in double braces
	Secret      Field[bool]   // absent: false
	Value       arm.Value
	Secrets     []Secret      // whose keys the value holds
	VaultSecret Field[string] // URL of a vault's secret
}

// Product is Microsoft.ApiManagement/service/products.
type Product struct {
	*Resource
	SubscriptionRequired Field[bool] // absent: true
	ApprovalRequired     Field[bool] // absent: false
	State                Field[string]
}

// ProductLink puts an API or a group of users into a product, its Parent:
// …/products/apis, …/products/groups. Name is the API's or group's.
type ProductLink struct {
	*Resource
	Kind string // apis | groups
}

// Subscription is a key to a gateway's APIs:
// Microsoft.ApiManagement/service/subscriptions.
type Subscription struct {
	*Resource
	Scope        Field[string] // …/products/{p}, …/apis or …/apis/{a}
	State        Field[string]
	AllowTracing Field[bool] // absent: false
	PrimaryKey   arm.Value   // where the template chooses it; else null
	SecondaryKey arm.Value
}

// GatewayDiagnostic is …/service/diagnostics or …/apis/diagnostics.
type GatewayDiagnostic struct {
	*Resource
	Logger Ref
	// Prompts says whether prompts and completions are logged: enabled |
	// disabled; absent: disabled.
	Prompts Field[string]
}
