package simulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// checkEndpoint is what the network says of a private endpoint: the subnet and
// the target have to be there, and the target ready.
func checkEndpoint(s *Simulator, c *change) *Failure {
	subnet := getText(c.body, "properties", "subnet", "id")
	if !s.exists(subnet) {
		return failf(http.StatusBadRequest, "InvalidResourceReference", "Resource %s referenced by resource %s was not found.", subnet, c.path.id)
	}
	for _, target := range targets(c.body) {
		if !s.exists(target) {
			return failf(http.StatusBadRequest, "InvalidResourceReference", "Resource %s referenced by resource %s was not found.", target, c.path.id)
		}
		r := s.resources[lower(target)]
		if r == nil || !r.is(accountType) {
			continue
		}
		if r.busy {
			return notReady(r.id, r.state)
		}
		if s.now.Before(r.settled) {
			return notReady(r.id, "Accepted")
		}
	}
	return nil
}

// targets are the ids that a private endpoint connects to.
func targets(body object) []string {
	var out []string
	for _, list := range []string{"privateLinkServiceConnections", "manualPrivateLinkServiceConnections"} {
		items, _ := get(body, "properties", list).([]any)
		for _, item := range items {
			if id := getText(item, "properties", "privateLinkServiceId"); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}

// readyEndpoint connects it: an address of its own, and a connection on the
// target.
func readyEndpoint(s *Simulator, r *resource) {
	if r.extra["address"] == nil {
		s.addresses++
		r.extra["address"] = fmt.Sprintf("10.90.%d.%d", s.addresses/250, 4+s.addresses%250)
	}
	for _, id := range targets(r.body) {
		target := s.resources[lower(id)]
		if target == nil {
			continue
		}
		connections, _ := target.extra["privateEndpointConnections"].([]any)
		name := r.name + "." + guidOf(r.key)
		for _, c := range connections {
			if getText(c, "name") == name {
				return
			}
		}
		target.extra["privateEndpointConnections"] = append(connections, object{"name": name, "id": target.id + "/privateEndpointConnections/" + name,
			"properties": object{"privateEndpoint": object{"id": r.id}, "privateLinkServiceConnectionState": object{"status": "Approved"}}})
	}
}

// readyZoneGroup writes the names of the endpoint's targets into its zones.
func readyZoneGroup(s *Simulator, r *resource) {
	endpoint := s.resources[lower(r.parent)]
	configs, _ := get(r.body, "properties", "privateDnsZoneConfigs").([]any)
	for _, config := range configs {
		zone := lastPart(getText(config, "properties", "privateDnsZoneId"))
		for _, id := range targets(endpoint.body) {
			target, isOne := parsePath(id)
			if !isOne {
				continue
			}
			name := target.name
			if account := s.resources[target.key]; account != nil {
				if sub := getText(account.body, "properties", "customSubDomainName"); sub != "" {
					name = sub
				}
			}
			host := strings.Replace(strings.TrimPrefix(zone, "privatelink."), "vaultcore.", "vault.", 1)
			s.names[lower(name+"."+host)] = endpoint.extra["address"].(string)
		}
	}
}

func beganVault(_ *Simulator, r *resource) {
	r.extra["vaultUri"] = "https://" + lower(r.name) + ".vault.azure.net/"
}

func beganStorage(_ *Simulator, r *resource) {
	r.extra["primaryEndpoints"] = object{"blob": "https://" + lower(r.name) + ".blob.core.windows.net/"}
}

func beganSearch(_ *Simulator, r *resource) {
	r.extra["endpoint"] = "https://" + lower(r.name) + ".search.windows.net"
	r.extra["status"] = "running"
	withIdentity(r)
}

// beganLink makes a link from Search that waits to be approved.
func beganLink(_ *Simulator, r *resource) { r.extra["status"] = "Pending" }

func beganEnvironment(_ *Simulator, r *resource) {
	r.extra["staticIp"], r.extra["defaultDomain"] = "10.90.200.4", "simulated."+getText(r.body, "location")+".azurecontainerapps.io"
}

// checkGateway refuses an API Management service that is made without a public
// endpoint (Microsoft Learn, "Connect privately to API Management using an
// inbound private endpoint", limitations).
func checkGateway(s *Simulator, c *change) *Failure {
	if s.resources[c.path.key] == nil && strings.EqualFold(getText(c.body, "properties", "publicNetworkAccess"), "Disabled") {
		return failf(http.StatusBadRequest, "ValidationError", "Public network access can't be disabled while the service is created.")
	}
	return nil
}

func beganComponent(_ *Simulator, r *resource) {
	key := guidOf(r.key)
	r.extra["InstrumentationKey"], r.extra["AppId"] = key, guidOf(r.key+"/app")
	r.extra["ConnectionString"] = "InstrumentationKey=" + key
}

// Resolver resolves names as they are seen from inside the network.
type Resolver struct{ s *Simulator }

// Resolver is the name server of the simulated network.
func (s *Simulator) Resolver() Resolver { return Resolver{s} }

// Lookup is the address of a private endpoint; the error is that of a name that
// nobody has.
func (r Resolver) Lookup(_ context.Context, host string) ([]netip.Addr, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if a := r.s.names[lower(strings.TrimSuffix(host, "."))]; a != "" {
		return []netip.Addr{netip.MustParseAddr(a)}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}
