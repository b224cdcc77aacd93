package estate

// StorageAccount is Microsoft.Storage/storageAccounts.
type StorageAccount struct {
	*Resource
	SharedKey           Field[bool]   // account keys work; absent: true
	BlobPublicAccess    Field[bool]   // containers may be public; absent: false
	MinimumTLS          Field[string] // absent: TLS1_0
	HTTPSOnly           Field[bool]   // absent: true since API version 2019-04-01
	PublicNetworkAccess Field[string] // Enabled | Disabled | SecuredByPerimeter; absent: Enabled
	Network             NetworkRules
	LocalUsers          Field[bool] // isLocalUserEnabled; absent: true
	Encryption          Encryption
	Immutable           Field[bool] // immutability with versions, for the account; absent: false
	Connections         List[EndpointConnection]
}

// Container is Microsoft.Storage/storageAccounts/blobServices/containers.
// Parent is the blob service.
type Container struct {
	*Resource
	PublicAccess Field[string] // None | Blob | Container; absent: None
	Immutable    Field[bool]   // absent: false
}

// Account is the key of the storage account that holds the container.
func (c *Container) Account() string { return Parent(c.Parent) }

// ImmutabilityPolicy is …/containers/immutabilityPolicies. Parent is the
// container.
type ImmutabilityPolicy struct {
	*Resource
	Days Field[int64]
}

func decodeStorageAccount(e *Estate, r *Resource) {
	e.StorageAccounts.add(r, &StorageAccount{
		Resource:            r,
		SharedKey:           r.prop("allowSharedKeyAccess").flag(true),
		BlobPublicAccess:    r.prop("allowBlobPublicAccess").flag(false),
		MinimumTLS:          r.prop("minimumTlsVersion").text("TLS1_0"),
		HTTPSOnly:           r.prop("supportsHttpsTrafficOnly").flag(true),
		PublicNetworkAccess: r.prop("publicNetworkAccess").text("Enabled"),
		Network:             r.prop("networkAcls").networkRules("AzureServices"),
		LocalUsers:          r.prop("isLocalUserEnabled").flag(true),
		Encryption:          r.prop("encryption").encryption("Microsoft.Storage"),
		Immutable:           r.prop("immutableStorageWithVersioning", "enabled").flag(false),
		Connections:         r.prop("privateEndpointConnections").endpointConnections(),
	})
}

func decodeContainer(e *Estate, r *Resource) {
	e.Containers.add(r, &Container{
		Resource:     r,
		PublicAccess: r.prop("publicAccess").text("None"),
		Immutable:    r.prop("immutableStorageWithVersioning", "enabled").flag(false),
	})
}

func decodeImmutabilityPolicy(e *Estate, r *Resource) {
	days := r.prop("immutabilityPeriodSinceCreationInDays").number(0)
	e.ImmutabilityPolicies.add(r, &ImmutabilityPolicy{r, days})
}
