package blueprint

import (
	"fmt"

	"palisade/arm"
	"palisade/spec"
)

// traffic is a rule of a network security group for TCP.
type traffic struct {
	name     string
	out      bool
	from, to string // address prefixes or service tags
	ports    []string
	deny     bool
	any      bool // any protocol
}

func (b *builder) rulesID(n *regionNetwork, subnet string) string {
	return b.id(nsgType, b.name(80, "nsg", subnet, n.region))
}

var (
	denyIn  = traffic{name: "deny-in", from: "*", to: "*", ports: []string{"*"}, deny: true, any: true}
	denyOut = traffic{name: "deny-out", out: true, from: "*", to: "*", ports: []string{"*"}, deny: true, any: true}
)

// endpointRules let networks that are joined call the endpoints, and nothing
// else. 10000 is the port of Azure Managed Redis.
func (b *builder) endpointRules(n *regionNetwork) string {
	ports := []string{"443"}
	if b.redisName() != "" {
		ports = append(ports, "10000")
	}
	return b.securityGroup(n, endpointSubnet, []traffic{
		{name: "clients", from: "VirtualNetwork", to: n.endpoints.prefix.String(), ports: ports}, denyIn, denyOut,
	})
}

// gatewayRules are what the gateway's host asks for, and calls to the
// endpoints. Resource Manager is asked whether the gateway can be gone around.
func (b *builder) gatewayRules(n *regionNetwork) string {
	own := n.gateway.prefix.String()
	rules := []traffic{
		{name: "clients", from: "VirtualNetwork", to: own, ports: b.gatewayPorts()},
		{name: "health", from: "AzureLoadBalancer", to: own, ports: []string{"*"}, any: true},
		{name: "inside", from: own, to: own, ports: []string{"*"}, any: true},
		{name: "endpoints", out: true, from: own, to: "VirtualNetwork", ports: []string{"443", "10000"}},
		{name: "inside-out", out: true, from: own, to: own, ports: []string{"*"}, any: true},
		{name: "dns", out: true, from: own, to: "VirtualNetwork", ports: []string{"53"}, any: true},
		{name: "entra", out: true, from: own, to: "AzureActiveDirectory", ports: []string{"443"}},
		{name: "monitor", out: true, from: own, to: "AzureMonitor", ports: []string{"443"}},
	}
	if b.spec.Gateway.Kind == spec.APIMGateway {
		rules = append(rules, apimRules(b.classicAPIM())...)
	} else {
		rules = append(rules, containerAppRules...)
		rules = append(rules, traffic{name: "manager", out: true, from: own, to: "AzureResourceManager", ports: []string{"443"}})
	}
	if ports := b.farPorts(); len(ports) > 0 {
		rules = append(rules,
			traffic{name: "elsewhere", out: true, from: own, to: "Internet", ports: ports},
			traffic{name: "elsewhere-private", out: true, from: own, to: "VirtualNetwork", ports: ports})
	}
	return b.securityGroup(n, gatewaySubnet, append(rules, denyIn, denyOut))
}

// gatewayPorts are those that callers reach the gateway on. Container Apps
// answers TCP behind its load balancer on a range of its own.
// Source: azure-docs container-apps/firewall-integration.md.
func (b *builder) gatewayPorts() []string {
	if b.isAPIM() {
		return []string{"443"}
	}
	return []string{fmt.Sprint(exposedPort(portOf(b.listener()))), "30000-32767"}
}

// containerAppRules are what Container Apps need.
// Source: azure-docs container-apps/firewall-integration.md.
var containerAppRules = []traffic{
	{name: "images", out: true, from: "*", to: "MicrosoftContainerRegistry", ports: []string{"443"}},
	{name: "images-front", out: true, from: "*", to: "AzureFrontDoor.FirstParty", ports: []string{"443"}},
	{name: "registry", out: true, from: "*", to: "AzureContainerRegistry", ports: []string{"443"}},
}

// apimRules are what API Management needs. Source: azure-docs
// api-management/virtual-network-reference.md (2025-06-17), without the
// optional ones; the tiers of version 2 only call out.
func apimRules(classic bool) []traffic {
	const network = "VirtualNetwork"
	rules := []traffic{
		{name: "storage", out: true, from: network, to: "Storage", ports: []string{"443"}},
		{name: "vault", out: true, from: network, to: "AzureKeyVault", ports: []string{"443"}},
	}
	if !classic {
		return rules
	}
	return append(rules,
		traffic{name: "management", from: "ApiManagement", to: network, ports: []string{"3443"}},
		traffic{name: "certificates", out: true, from: network, to: "Internet", ports: []string{"80"}},
		traffic{name: "sql", out: true, from: network, to: "Sql", ports: []string{"1433"}},
		traffic{name: "metrics", out: true, from: network, to: "AzureMonitor", ports: []string{"1886", "443"}})
}

// securityGroup makes a network security group; the rules are in the order in
// which they are asked.
func (b *builder) securityGroup(n *regionNetwork, subnet string, rules []traffic) string {
	at := b.at("network")
	const first, step, last = 100, 10, 4096
	values := make([]arm.Value, len(rules))
	for i, r := range rules {
		priority := first + i*step
		if r.deny {
			priority = last
		}
		values[i] = at.rule(r, priority)
	}
	id := b.put(at, b.rulesID(n, subnet), n.region, nil, at.props(at.is("securityRules", values)))
	b.log(at, id, "")
	return id
}

func (p place) rule(r traffic, priority int) arm.Value {
	direction, access, protocol := "Inbound", "Allow", "Tcp"
	if r.out {
		direction = "Outbound"
	}
	if r.deny {
		access = "Deny"
	}
	if r.any {
		protocol = "*"
	}
	ports := p.is("destinationPortRange", r.ports[0])
	if len(r.ports) > 1 {
		ports = p.is("destinationPortRanges", r.ports)
	}
	return p.obj(p.is("name", r.name), p.props(
		p.is("priority", priority), p.is("direction", direction), p.is("access", access), p.is("protocol", protocol),
		p.is("sourceAddressPrefix", r.from), p.is("sourcePortRange", "*"),
		p.is("destinationAddressPrefix", r.to), ports))
}
