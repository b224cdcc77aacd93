package estate

// Account is a Microsoft.CognitiveServices/accounts resource: Azure OpenAI, AI
// Services (Foundry) and the other kinds of AI account.
//
// Defaults of absent properties are those of the service's pages: articles/
// ai-services/cognitive-services-virtual-networks.md (a new account accepts all
// networks) and disable-local-auth.md in MicrosoftDocs/azure-ai-docs.
type Account struct {
	*Resource
	Kind Field[string] // OpenAI, AIServices, …
	SKU  Field[string]

	PublicNetworkAccess Field[string] // Enabled | Disabled; absent: Enabled
	Network             NetworkRules  // absent: all networks are allowed
	DisableLocalAuth    Field[bool]   // keys are refused; absent: false
	// CustomSubDomain is the account's host name, which Entra tokens, private
	// endpoints and virtual network rules need; absent: none, the regional host.
	CustomSubDomain Field[string]

	RestrictOutbound Field[bool]  // absent: false
	AllowedFQDNs     List[string] // where outbound calls may go, if restricted
	Encryption       Encryption
	UserOwnedStorage List[OwnedStorage]
	NetworkInjection List[NetworkInjection]

	AllowProjectManagement    Field[bool] // absent: false
	StoredCompletionsDisabled Field[bool] // absent: false
	DynamicThrottling         Field[bool] // absent: false
	Restore                   Field[bool] // undeletes a deleted account; absent: false

	// Connections are the private endpoint connections that a live account, or
	// a child resource, tells; see Estate.EndpointsTo for those of templates.
	Connections List[EndpointConnection]
}

// Encryption says with whose key data at rest is encrypted.
type Encryption struct {
	KeySource Field[string] // Microsoft.KeyVault is a key of the customer's; absent: the service's own
	VaultURI  Field[string]
	KeyName   Field[string]
	Version   Field[string]
	Identity  Field[string] // client id of the identity that reads the key
}

// OwnedStorage is a storage account of the customer's that an account uses.
type OwnedStorage struct {
	Storage  Ref
	Identity Field[string] // client id
}

// NetworkInjection puts an account's agents into a subnet.
type NetworkInjection struct {
	Scenario Field[string] // agent | none
	Subnet   Ref
	Managed  Field[bool] // a network that Microsoft runs; absent: false
}

// Project is a Microsoft.CognitiveServices/accounts/projects resource. Parent is
// its account.
type Project struct {
	*Resource
	DisplayName Field[string]
}

func decodeAccount(e *Estate, r *Resource) {
	a := &Account{
		Resource:                  r,
		Kind:                      r.at("kind").text(""),
		SKU:                       r.at("sku", "name").text(""),
		PublicNetworkAccess:       r.prop("publicNetworkAccess").text("Enabled"),
		Network:                   r.prop("networkAcls").networkRules("None"),
		DisableLocalAuth:          r.prop("disableLocalAuth").flag(false),
		CustomSubDomain:           r.prop("customSubDomainName").text(""),
		RestrictOutbound:          r.prop("restrictOutboundNetworkAccess").flag(false),
		AllowedFQDNs:              r.prop("allowedFqdnList").texts(),
		Encryption:                r.prop("encryption").encryption("Microsoft.CognitiveServices"),
		UserOwnedStorage:          list(r.prop("userOwnedStorage"), decodeOwnedStorage),
		NetworkInjection:          list(r.prop("networkInjections"), decodeInjection),
		AllowProjectManagement:    r.prop("allowProjectManagement").flag(false),
		StoredCompletionsDisabled: r.prop("storedCompletionsDisabled").flag(false),
		DynamicThrottling:         r.prop("dynamicThrottlingEnabled").flag(false),
		Restore:                   r.prop("restore").flag(false),
		Connections:               r.prop("privateEndpointConnections").endpointConnections(),
	}
	e.Accounts.add(r, a)
}

func (n node) encryption(absent string) Encryption {
	key := n.at("keyVaultProperties")
	return Encryption{
		KeySource: n.at("keySource").text(absent),
		VaultURI:  key.at("keyVaultUri").text(""),
		KeyName:   key.at("keyName").text(""),
		Version:   key.at("keyVersion").text(""),
		Identity:  key.at("identityClientId").text(""),
	}
}

func decodeOwnedStorage(n node) (OwnedStorage, bool) {
	return OwnedStorage{n.at("resourceId").ref(), n.at("identityClientId").text("")}, true
}

func decodeInjection(n node) (NetworkInjection, bool) {
	return NetworkInjection{
		Scenario: n.at("scenario").text(""),
		Subnet:   n.at("subnetArmId").ref(),
		Managed:  n.at("useMicrosoftManagedNetwork").flag(false),
	}, true
}

func decodeProject(e *Estate, r *Resource) {
	e.Projects.add(r, &Project{r, r.prop("displayName").text("")})
}
