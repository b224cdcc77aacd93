package estate

// PrivateZone is Microsoft.Network/privateDnsZones; its Name is the zone.
type PrivateZone struct {
	*Resource
}

// ZoneLink lets a virtual network resolve a zone, its Parent:
// Microsoft.Network/privateDnsZones/virtualNetworkLinks.
type ZoneLink struct {
	*Resource
	Network      Ref
	Registration Field[bool]   // machines register themselves; absent: false
	Resolution   Field[string] // Default | NxDomainRedirect; absent: Default
}

// ARecord is Microsoft.Network/privateDnsZones/A; its Name is relative to the
// zone, its Parent.
type ARecord struct {
	*Resource
	Addresses List[Field[string]] // IPv4
}

func decodePrivateZone(e *Estate, r *Resource) { e.PrivateZones.add(r, &PrivateZone{r}) }

func decodeZoneLink(e *Estate, r *Resource) {
	e.ZoneLinks.add(r, &ZoneLink{
		Resource:     r,
		Network:      r.prop("virtualNetwork", "id").ref(),
		Registration: r.prop("registrationEnabled").flag(false),
		Resolution:   r.prop("resolutionPolicy").text("Default"),
	})
}

func decodeARecord(e *Estate, r *Resource) {
	addresses := list(r.prop("aRecords"), func(n node) (Field[string], bool) {
		return n.at("ipv4Address").text(""), true
	})
	e.ARecords.add(r, &ARecord{r, addresses})
}
