package estate

import "palisade/arm"

// SecurityGroup is Microsoft.Network/networkSecurityGroups. Its rules are in
// Estate.SecurityRules, whether they are written inline or by themselves.
type SecurityGroup struct {
	*Resource
	MoreRules *arm.Unknown // why other inline rules may exist, or nil
}

// SecurityRule is Microsoft.Network/networkSecurityGroups/securityRules. Parent
// is the group. A source or destination is a CIDR, an address, a service tag or
// "*"; a port is "*", a number or a range such as "80-90".
type SecurityRule struct {
	*Resource
	Access           Field[string] // Allow | Deny
	Direction        Field[string] // Inbound | Outbound
	Priority         Field[int64]  // 100–4096; the lowest decides
	Protocol         Field[string] // Tcp | Udp | Icmp | Esp | Ah | *
	Sources          List[string]
	SourcePorts      List[string]
	Destinations     List[string]
	DestinationPorts List[string]
	// SourceGroups and DestinationGroups are application security groups.
	SourceGroups      List[Ref]
	DestinationGroups List[Ref]
}

func decodeSecurityGroup(e *Estate, r *Resource) {
	e.SecurityGroups.add(r, &SecurityGroup{r, e.inline(r, "securityRules", r.prop("securityRules"))})
}

func decodeSecurityRule(e *Estate, r *Resource) {
	either := func(one, many string) List[string] {
		return joined(r.prop(one).text(""), r.prop(many).texts())
	}
	e.SecurityRules.add(r, &SecurityRule{
		Resource:          r,
		Access:            r.prop("access").text(""),
		Direction:         r.prop("direction").text(""),
		Priority:          r.prop("priority").number(0),
		Protocol:          r.prop("protocol").text(""),
		Sources:           either("sourceAddressPrefix", "sourceAddressPrefixes"),
		SourcePorts:       either("sourcePortRange", "sourcePortRanges"),
		Destinations:      either("destinationAddressPrefix", "destinationAddressPrefixes"),
		DestinationPorts:  either("destinationPortRange", "destinationPortRanges"),
		SourceGroups:      r.prop("sourceApplicationSecurityGroups").subRefs(),
		DestinationGroups: r.prop("destinationApplicationSecurityGroups").subRefs(),
	})
}
