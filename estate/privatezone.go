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
