package estate

import "palisade/arm"

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

// networkRules reads networkAcls; bypass is the service's default of it.
func (n node) networkRules(bypass string) NetworkRules {
	return NetworkRules{
		Set:           pick(n, false, isObject, "an object"),
		DefaultAction: n.at("defaultAction").text("Allow"),
		Bypass:        n.at("bypass").text(bypass),
		IPRules:       list(n.at("ipRules"), decodeIPRule),
		VNetRules:     list(n.at("virtualNetworkRules"), decodeVNetRule),
		ResourceRules: list(n.at("resourceAccessRules"), decodeResourceRule),
	}
}

func isObject(v arm.Value) (bool, bool) {
	_, ok := v.Object()
	return ok, ok
}

func decodeIPRule(n node) (IPRule, bool) {
	return IPRule{n.at("value").text("")}, true
}

func decodeVNetRule(n node) (VNetRule, bool) {
	return VNetRule{n.at("id").ref(), n.at("ignoreMissingVnetServiceEndpoint").flag(false)}, true
}

func decodeResourceRule(n node) (ResourceRule, bool) {
	return ResourceRule{n.at("resourceId").ref(), n.at("tenantId").text("")}, true
}
