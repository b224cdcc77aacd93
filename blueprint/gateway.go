package blueprint

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// The tiers of API Management that differ in their networks. Source: azure-docs
// api-management/virtual-network-concepts.md (2025): Standard v2 calls out
// through a subnet and is called over a private endpoint, Premium v2 and the
// classic tiers are wholly in a subnet.
const (
	standardV2 = spec.APIMSKU("StandardV2")
	premiumV2  = spec.APIMSKU("PremiumV2")
	premium    = spec.APIMSKU("Premium")
)

func (b *builder) isAPIM() bool { return b.spec.Gateway.Kind == spec.APIMGateway }

// inContainers reports whether Container Apps run the gateway.
func (b *builder) inContainers() bool {
	return b.spec.Gateway.Kind == spec.PalisadeGateway && b.spec.Gateway.Run.On == spec.ContainerApps
}

// onAKS reports whether a Kubernetes cluster runs the gateway.
func (b *builder) onAKS() bool {
	return b.spec.Gateway.Kind == spec.PalisadeGateway && b.spec.Gateway.Run.On == spec.AKS
}

// gatewayIn reports whether the network of a region has a subnet for a gateway:
// that of the first one, unless the gateway runs elsewhere, and the others where
// the tier of API Management is for several.
func (b *builder) gatewayIn(region string) bool {
	if region == b.home() {
		return b.isAPIM() || b.inContainers()
	}
	return b.isAPIM() && b.spec.Gateway.APIM.SKU == premium
}

// gatewayDelegation is whom the gateway's subnet is handed to, or null.
func (b *builder) gatewayDelegation(at place) arm.Value {
	to := "Microsoft.App/environments"
	if b.isAPIM() {
		switch b.spec.Gateway.APIM.SKU {
		case standardV2:
			to = "Microsoft.Web/serverFarms"
		case premiumV2:
			to = "Microsoft.Web/hostingEnvironments"
		default:
			return arm.Null(at.pos)
		}
	}
	return at.list(at.obj(at.is("name", "gateway"), at.props(at.is("serviceName", to))))
}

// apimEndpoint reports whether API Management is called over a private endpoint.
func (b *builder) apimEndpoint() bool { return b.isAPIM() && b.spec.Gateway.APIM.SKU == standardV2 }

// classicAPIM reports whether API Management is of a tier that Azure manages
// through the subnet.
func (b *builder) classicAPIM() bool {
	return b.isAPIM() && b.spec.Gateway.APIM.SKU != standardV2 && b.spec.Gateway.APIM.SKU != premiumV2
}

// redisName is the name of the Redis that is made for shared limits: the one
// that the file names as NAME.REGION.redis.azure.net, with the deployment's
// name and first region, and without a password. Another one is elsewhere.
func (b *builder) redisName() string {
	r := b.spec.Gateway.LimitStore.Redis
	if b.spec.Gateway.Kind != spec.PalisadeGateway || r == nil || r.Password != "" {
		return ""
	}
	if host, _, _ := strings.Cut(string(r.Address), ":"); host != b.base()+"."+b.home()+"."+redisSuffix {
		return ""
	}
	return b.base()
}

const redisSuffix = "redis.azure.net"

// refuseGateway tells what keeps the gateway from being deployed.
func (b *builder) refuseGateway() {
	g := &b.spec.Gateway
	if b.isAPIM() {
		b.refuseAPIM()
	}
	if g.Kind != spec.PalisadeGateway {
		return
	}
	if g.Run.Image == "" {
		b.say(b.spec.At("gateway", "run"), "run: {image: REGISTRY/NAME@sha256:…}", "gateway.run: image is missing, so there is nothing to run")
	}
	if b.listener() == nil {
		b.say(b.spec.At("gateway", "listeners"), "such as 0.0.0.0:8443", "gateway.listeners: all are on loopback, where nobody can call")
	}
	if folder := b.dataFolder(); folder == "/" || folder == configFolder {
		b.say(b.spec.At("logging", "file", "path"), "such as /var/lib/palisade/usage",
			"logging.file.path: the gateway writes beside it, too, and can't in %s", folder)
	}
	if b.inContainers() && b.listener() != nil {
		b.refuseContainers()
	}
	if l := &b.spec.Logging; l.Keep != spec.KeepNone && l.Blob == nil {
		b.say(b.spec.At("logging"), "blob: {url: "+b.usageURL()+"}", "logging.blob is missing: the log would be gone with its container")
	} else if l.Blob != nil && b.ownContainer(l.Blob.URL) && !strings.EqualFold(strings.TrimRight(string(l.Blob.URL), "/"), b.usageURL()) {
		b.say(b.spec.At("logging", "blob", "url"), "url: "+b.usageURL(), "url: the deployment makes that account, but not that container")
	}
}

// ownContainer reports whether a container is in the storage that is made here.
func (b *builder) ownContainer(container spec.URL) bool {
	account, _, _ := strings.Cut(strings.TrimPrefix(b.usageURL(), "https://"), "/")
	named, _, _ := strings.Cut(strings.TrimPrefix(string(container), "https://"), "/")
	return strings.EqualFold(named, account)
}

// listener is the first one that can be called from other machines, or nil.
func (b *builder) listener() *spec.Listener {
	all := b.spec.Gateway.Listeners
	i := slices.IndexFunc(all, func(l spec.Listener) bool { return !l.Address.Loopback() })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// gateway makes what stands between callers and models.
func (b *builder) gateway() {
	switch {
	case b.isAPIM():
		b.apim()
	case b.inContainers():
		b.redis()
		b.containers()
	case b.onAKS():
		b.redis()
		b.cluster()
	}
}

func (b *builder) deployedGateway() *Gateway {
	if b.spec.Gateway.Kind != spec.PalisadeGateway {
		return nil
	}
	g := &Gateway{Identity: b.gatewayIdentity(), Accounts: map[string]string{}}
	for _, a := range b.accounts {
		g.Accounts[a.region] = a.id
	}
	return g
}
