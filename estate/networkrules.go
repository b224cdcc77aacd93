package estate

// NetworkRules is the firewall of an account, vault or storage account: the
// property networkAcls. Rules do nothing until DefaultAction is Deny
// (cognitive-services-virtual-networks.md).
type NetworkRules struct {
	Set           Field[bool]   // the property is there, so that the rules are
	DefaultAction Field[string] // Allow | Deny; absent: Allow
	// Bypass is which services of Azure pass in spite of the rules: None,
	// AzureServices; for storage a list such as "Logging, AzureServices".
	// Absent: None for AI accounts, AzureServices for vaults and storage.
	Bypass        Field[string]
	IPRules       List[IPRule]
	VNetRules     List[VNetRule]
	ResourceRules List[ResourceRule] // storage only
}

// IPRule allows a public address or prefix.
type IPRule struct {
	Value Field[string] // an IPv4 address or CIDR
}

// VNetRule allows a subnet by its service endpoint.
type VNetRule struct {
	Subnet        Ref
	IgnoreMissing Field[bool] // the endpoint needn't be there when it's made; absent: false
}

// ResourceRule allows instances of a resource type, or one resource, by their
// managed identity.
type ResourceRule struct {
	Resource Ref
	Tenant   Field[string]
}
