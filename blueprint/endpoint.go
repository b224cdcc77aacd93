package blueprint

import (
	"fmt"
	"slices"

	"palisade/arm"
	"palisade/estate"
	"palisade/spec"
)

// service is a kind of resource that private endpoints lead to.
type service struct {
	typ, group string
}

var (
	models   = service{accountType, "account"}
	vaults   = service{vaultType, "vault"}
	blobs    = service{storageType, "blob"}
	monitors = service{monitorType, "azuremonitor"}
	apim     = service{apimType, "Gateway"}
	redis    = service{redisType, "redisEnterprise"}
	searches = service{searchType, "searchService"}
)

// zonesOf are the private zones of a service's names.
func (b *builder) zonesOf(s service) []string { return zonesOf(b.spec.Cloud, s) }

func zonesOf(c spec.Cloud, s service) []string {
	cloud := estate.Cloud(c)
	switch s {
	case models:
		return accountZones(c)
	case redis: // azure-docs private-link/private-endpoint-dns.md
		return []string{"privatelink.redis.azure.net"}
	}
	return estate.ZoneNames(cloud, s.typ, s.group)
}

// accountZones are the zones of accounts. The US Government's table lacks that
// of the host openai.azure.us, which is named like the public one: azure-docs
// private-link/private-endpoint-dns.md, as of 2023-10.
func accountZones(c spec.Cloud) []string {
	zones := estate.AccountZones(estate.Cloud(c), accountKind)
	if c == spec.USGovCloud {
		zones = append(zones, "privatelink.openai.azure.us")
	}
	return zones
}

// zoneNames are the zones of everything that is deployed, each once.
func (b *builder) zoneNames() []string {
	services := []service{models, vaults, blobs, monitors}
	if b.redisName() != "" {
		services = append(services, redis)
	}
	if b.apimEndpoint() {
		services = append(services, apim)
	}
	if hasSearch(b) {
		services = append(services, searches)
	}
	var names []string
	for _, s := range services {
		for _, zone := range b.zonesOf(s) {
			if !slices.Contains(names, zone) {
				names = append(names, zone)
			}
		}
	}
	return names
}

// centralZones reports whether the zones are the hub's.
func (b *builder) centralZones() bool {
	return b.spec.Network.Hub != nil && b.spec.Network.Hub.Zones != ""
}

// zone is the ID of a private zone.
func (b *builder) zone(name string) string {
	if b.centralZones() {
		return on(string(b.spec.Network.Hub.Zones), zoneType, name)
	}
	return b.id(zoneType, name)
}

// zones makes the private zones and links them to all networks; those of a hub
// are only referred to.
func (b *builder) zones() {
	at := b.at("network")
	if b.centralZones() {
		for _, name := range b.zoneNames() {
			b.refer(b.at("network", "hub", "zones"), b.zone(name))
		}
		return
	}
	b.part("zones", "Private DNS zones", "In the networks, the names of the services lead to their private endpoints.")
	for _, name := range b.zoneNames() {
		id := b.put(at, b.zone(name), "global", nil)
		b.zoneLinks(at, id, []string{id})
	}
}

func (b *builder) zoneLinks(at place, zone string, needs []string) {
	for i := range b.networks {
		n := &b.networks[i]
		b.zoneLink(at, zone, lastOf(n.id), n.id, append(needs[:len(needs):len(needs)], n.id))
	}
	if !b.centralZones() {
		b.foreignLinks(zone, needs)
	}
}

// foreignLinks links a zone to the hub and to the peers.
func (b *builder) foreignLinks(zone string, needs []string) {
	if hub := b.spec.Network.Hub; hub != nil {
		b.zoneLink(b.at("network", "hub", "vnet"), zone, "hub", string(hub.VNet), needs)
	}
	for i, p := range b.spec.Network.Peers {
		b.zoneLink(b.at("network", "peers", fmt.Sprint(i)), zone, peerName(string(p)), string(p), needs)
	}
}

func (b *builder) zoneLink(at place, zone, name, network string, needs []string) {
	b.put(at, zone+"/virtualNetworkLinks/"+name, "global", needs, at.props(
		at.is("registrationEnabled", false), at.is("virtualNetwork", at.id(network))))
}

// endpointID is the private endpoint to a resource.
func (b *builder) endpointID(target string) string {
	return b.id(endpointType, shortened("pe-"+lastOf(target), 80))
}

// endpoint makes a private endpoint in a region to a resource, with its
// records in the zones.
func (b *builder) endpoint(at place, s service, region, target string, needs ...string) {
	n := b.in(region)
	id := b.endpointID(target)
	b.put(at, id, region, append([]string{target, n.id}, needs...), at.props(
		at.is("subnet", at.id(n.endpoints.id)),
		at.is("customNetworkInterfaceName", shortened("nic-"+lastOf(id), 80)),
		at.is("privateLinkServiceConnections", at.list(at.obj(at.is("name", s.group), at.props(
			at.is("privateLinkServiceId", target), at.is("groupIds", []string{s.group})))))))
	zones := b.zonesOf(s)
	if len(zones) == 0 {
		return
	}
	needs = []string{id}
	configs := make([]arm.Value, len(zones))
	for i, zone := range zones {
		configs[i] = at.obj(at.is("name", dashed(zone)), at.props(at.is("privateDnsZoneId", b.zone(zone))))
		if !b.centralZones() {
			needs = append(needs, b.zone(zone))
		}
	}
	b.put(at, id+"/privateDnsZoneGroups/default", "", needs, at.props(at.is("privateDnsZoneConfigs", configs)))
}
