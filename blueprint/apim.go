package blueprint

import (
	"fmt"
	"strings"
	"time"

	"palisade/arm"
	"palisade/spec"
)

const (
	apiName = "openai"
	// oldestAPI is the first version of the management API that never answers
	// with secrets. Source: azure-docs api-management/breaking-changes/.
	oldestAPI = "2021-08-01"
	// gatewayIdentityValue names the named value with the client ID of the
	// identity that calls the models.
	gatewayIdentityValue = "gateway-client-id"
)

func (b *builder) apimID() string { return b.id(apimType, b.name(50, "apim")) }
func (b *builder) apiID() string  { return b.apimID() + "/apis/" + apiName }

// apim makes API Management with one API, which serves the models.
func (b *builder) apim() {
	b.part("gateway", "API Management", "Callers show Entra tokens, each gets the models and tokens that it was given, and models are called by identity.")
	b.apimService()
	values := b.namedValues()
	backends := b.backends(values)
	b.api(append(values, backends...))
	b.apimDiagnostics()
}

func (b *builder) apimService() {
	at, g := b.at("gateway", "apim"), b.spec.Gateway.APIM
	n := b.in(b.home())
	mode := "Internal"
	if b.apimEndpoint() {
		mode = "External" // of version 2: calls go out through the subnet
	}
	sku := at.is("sku", at.obj(at.is("name", string(g.SKU)), at.is("capacity", g.Units)))
	others, needs := b.apimElsewhere(at, sku)
	id := b.put(at, b.apimID(), b.home(), append([]string{n.id, b.gatewayIdentity()}, needs...),
		sku,
		at.is("identity", at.obj(at.is("type", "UserAssigned"),
			at.is("userAssignedIdentities", at.obj(at.is(b.gatewayIdentity(), at.obj()))))),
		at.props(
			at.is("publisherName", g.PublisherName),
			at.is("publisherEmail", string(g.PublisherEmail)),
			at.is("virtualNetworkType", mode),
			at.is("virtualNetworkConfiguration", at.obj(at.is("subnetResourceId", n.gateway.id))),
			at.is("additionalLocations", others),
			at.is("publicNetworkAccess", b.apimPublicAccess()),
			at.is("developerPortalStatus", "Disabled"),
			at.is("legacyPortalStatus", "Disabled"),
			at.is("configurationApi", at.obj(at.is("legacyApi", "Disabled"))),
			at.is("apiVersionConstraint", at.obj(at.is("minApiVersion", oldestAPI))),
			at.is("disableGateway", false),
			at.is("customProperties", at.oldProtocolsOff())))
	b.log(at, id, "")
	if b.apimEndpoint() {
		b.first = append(b.first, First{id, "properties.publicNetworkAccess", "Enabled",
			"API Management can't be made without a public address, only closed once it is there"})
		b.endpoint(at, apim, b.home(), id)
		return
	}
	zone := b.put(at, b.id(zoneType, lastOf(id)+"."+b.apimSuffix()), "global", nil)
	b.linkEverywhere(at, zone)
	address := at.state(id).Member("privateIPAddresses").Index(at.value(0))
	b.record(at, zone, "@", arm.Unk(address), id)
}

// apimElsewhere are the gateways in the other regions, or null, and what has to
// be there first.
func (b *builder) apimElsewhere(at place, sku arm.Member) (others any, needs []string) {
	var all []arm.Value
	for i := range b.networks {
		if n := &b.networks[i]; n.region != b.home() && b.gatewayIn(n.region) {
			needs = append(needs, n.id)
			all = append(all, at.obj(at.is("location", n.region), sku, at.is("disableGateway", false),
				at.is("virtualNetworkConfiguration", at.obj(at.is("subnetResourceId", n.gateway.id)))))
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, needs
}

func (b *builder) apimSuffix() string {
	return cloudText(b.spec.Cloud, "azure-api.net", "azure-api.us", "azure-api.cn")
}

// apimPublicAccess is Disabled where a private endpoint takes the calls. In a
// subnet there is no public address for calls, and Azure takes no other value.
func (b *builder) apimPublicAccess() string {
	if b.apimEndpoint() {
		return "Disabled"
	}
	return "Enabled"
}

// oldProtocolsOff turns off what is broken. What isn't written goes back to its
// default, so all of it is.
func (p place) oldProtocolsOff() arm.Value {
	const prefix = "Microsoft.WindowsAzure.ApiManagement.Gateway."
	var members []arm.Member
	for _, side := range []string{"", "Backend."} {
		for _, protocol := range []string{"Tls10", "Tls11", "Ssl30"} {
			members = append(members, p.is(prefix+"Security."+side+"Protocols."+protocol, "False"))
		}
	}
	return p.obj(append(members, p.is(prefix+"Security.Ciphers.TripleDes168", "False"))...)
}

// api makes the API, its operations and its policy.
func (b *builder) api(needs []string) {
	at := b.at("models")
	id := b.put(at, b.apiID(), "", []string{b.apimID()}, at.props(
		at.is("displayName", "Models"),
		at.is("description", "Chat, completions and embeddings of the models in palisade.yaml."),
		at.is("path", apiName),
		at.is("protocols", []string{"https"}),
		at.is("subscriptionRequired", false), // callers have tokens, not keys
		at.is("type", "http"),
		at.is("isCurrent", true)))
	for _, o := range apiOperations {
		b.operation(at, id, o)
	}
	access := b.at("access")
	b.put(access, id+"/policies/policy", "", append([]string{id}, needs...), access.props(
		access.is("format", "xml"), access.is("value", b.apimPolicy())))
}

// apiOperation is one call that the API passes on. Nothing else gets through.
type apiOperation struct{ name, method, path string }

// apiOperations are those with a model in the path or body, a JSON body that
// can be looked at, and tokens that can be counted. The part of the name behind "v1-" tells the path at
// the model.
var apiOperations = []apiOperation{
	{"chat-completions", "POST", "/deployments/{deployment}/chat/completions"},
	{"completions", "POST", "/deployments/{deployment}/completions"},
	{"embeddings", "POST", "/deployments/{deployment}/embeddings"},
	{"v1-chat-completions", "POST", "/v1/chat/completions"},
	{"v1-embeddings", "POST", "/v1/embeddings"},
}

func (b *builder) operation(at place, api string, o apiOperation) {
	members := []arm.Member{at.is("displayName", o.name), at.is("method", o.method), at.is("urlTemplate", o.path)}
	if strings.Contains(o.path, "{deployment}") {
		members = append(members, at.is("templateParameters", at.list(at.obj(
			at.is("name", "deployment"), at.is("type", "string"), at.is("required", true)))))
	}
	b.put(at, api+"/operations/"+o.name, "", []string{api}, at.props(members...))
}

// apimDiagnostics sends counts and errors, and no bodies, to Application
// Insights, by identity.
func (b *builder) apimDiagnostics() {
	at := b.at("logging")
	insights := b.componentID()
	b.assign(at, at.identity(b.gatewayIdentity()), metricWriter, insights, "API Management writes its metrics here.")
	connection := arm.Unk(at.state(insights).Member("ConnectionString"))
	logger := b.put(at, b.apimID()+"/loggers/insights", "", []string{b.apimID(), insights, b.gatewayIdentity()}, at.props(
		at.is("loggerType", "applicationInsights"), at.is("resourceId", insights), at.is("isBuffered", true),
		at.is("credentials", at.obj(
			at.is("connectionString", connection),
			at.is("identityClientId", arm.Unk(at.state(b.gatewayIdentity()).Member("clientId")))))))
	nothing := at.obj(at.is("headers", []string{}), at.is("body", at.obj(at.is("bytes", 0))))
	both := at.obj(at.is("request", nothing), at.is("response", nothing))
	b.put(at, b.apiID()+"/diagnostics/applicationinsights", "", []string{b.apiID(), logger}, at.props(
		at.is("loggerId", logger), at.is("alwaysLog", "allErrors"), at.is("verbosity", "information"),
		at.is("sampling", at.obj(at.is("samplingType", "fixed"), at.is("percentage", 100))),
		at.is("metrics", true), at.is("logClientIp", true), at.is("httpCorrelationProtocol", "W3C"),
		at.is("frontend", both), at.is("backend", both)))
}

// namedValues makes what the policy and the backends refer to: object IDs that
// are known only once an identity is there, and keys, which stay in the vault.
func (b *builder) namedValues() []string {
	at := b.at("gateway")
	client := arm.Unk(at.state(b.gatewayIdentity()).Member("clientId"))
	ids := []string{b.namedValue(at, gatewayIdentityValue, []string{b.gatewayIdentity()}, at.is("value", client), at.is("secret", false))}
	if b.spec.Tenant == "" {
		ids = append(ids, b.namedValue(at, "tenant", nil, at.is("value", b.tenant(at)), at.is("secret", false)))
	}
	seen := map[string]bool{}
	for i := range b.spec.Access {
		for j := range b.spec.Access[i].Who {
			w := &b.spec.Access[i].Who[j]
			to := b.who(w)
			if name := principalValue(to); to.object.IsUnknown() && !seen[name] {
				seen[name] = true
				ids = append(ids, b.namedValue(b.from(w.Pos), name, to.needs, b.from(w.Pos).is("value", to.object), at.is("secret", false)))
			}
		}
	}
	for _, ref := range b.secretRefs() {
		ids = append(ids, b.namedValue(ref.at, secretValue(ref.url), []string{b.gatewayIdentity()}, ref.at.is("secret", true),
			ref.at.is("keyVault", ref.at.obj(ref.at.is("secretIdentifier", ref.url), ref.at.is("identityClientId", client)))))
	}
	return ids
}

func (b *builder) namedValue(at place, name string, needs []string, members ...arm.Member) string {
	return b.put(at, b.apimID()+"/namedValues/"+name, "", append([]string{b.apimID()}, needs...),
		at.props(append([]arm.Member{at.is("displayName", name)}, members...)...))
}

func principalValue(p principal) string { return "principal-" + hash(p.name, 12) }
func secretValue(url string) string     { return "secret-" + hash(url, 12) }

// backends makes a backend of each deployment, which is left alone when it
// keeps failing, and a pool of them for each model.
func (b *builder) backends(values []string) []string {
	var pools []string
	for i := range b.spec.Models {
		m := &b.spec.Models[i]
		var services []arm.Value
		var members []string
		for j := range m.Upstreams {
			u := &m.Upstreams[j]
			at := b.from(u.Pos)
			id := b.backend(at, m, j, values)
			members = append(members, id)
			services = append(services, at.obj(at.is("id", id), at.is("priority", u.Priority), at.is("weight", u.Weight)))
		}
		at := b.from(m.Pos)
		pools = append(pools, b.put(at, b.apimID()+"/backends/"+poolName(m), "", members, at.props(
			at.is("type", "Pool"), at.is("title", "The deployments of "+m.Name), at.is("pool", at.obj(at.is("services", services))))))
	}
	return pools
}

func poolName(m *spec.Model) string { return shortened("pool-"+strings.ToLower(dashed(m.Name)), 80) }

func (b *builder) backend(at place, m *spec.Model, upstream int, values []string) string {
	u := &m.Upstreams[upstream]
	name := shortened(fmt.Sprintf("%s-%d", strings.ToLower(dashed(m.Name)), upstream+1), 80)
	needs := []string{b.apimID()}
	var credentials any
	if u.Key != "" {
		needs = append(needs, values...)
		credentials = at.obj(at.is("header", at.obj(at.is("api-key", []string{"{{" + secretValue(string(u.Key)) + "}}"}))))
	}
	status := func(low, high int) arm.Value { return at.obj(at.is("min", low), at.is("max", high)) }
	return b.put(at, b.apimID()+"/backends/"+name, "", needs, at.props(
		at.is("type", "Single"), at.is("protocol", "http"), at.is("url", b.deploymentURL(m, upstream)),
		at.is("tls", at.obj(at.is("validateCertificateChain", true), at.is("validateCertificateName", true))),
		at.is("credentials", credentials),
		at.is("circuitBreaker", at.obj(at.is("rules", at.list(at.obj(
			at.is("name", "failing"),
			at.is("failureCondition", at.obj(at.is("count", b.spec.Gateway.Breaker.Failures), at.is("interval", "PT1M"),
				at.is("statusCodeRanges", at.list(status(429, 429), status(500, 599))))),
			at.is("tripDuration", seconds(b.spec.Gateway.Breaker.Pause)),
			at.is("acceptRetryAfter", true))))))))
}

func seconds(d spec.Duration) string {
	return fmt.Sprintf("PT%dS", max(1, int(time.Duration(d)/time.Second)))
}

// deploymentURL is where an upstream is called: its deployment at its account.
func (b *builder) deploymentURL(m *spec.Model, upstream int) string {
	u := &m.Upstreams[upstream]
	if !u.Deployed() {
		return strings.TrimRight(string(u.URL), "/") + "/openai/deployments/" + u.Deployment
	}
	if a := b.accountOf(m, u.Region); a != nil {
		return b.accountURL(a) + "/openai/deployments/" + DeploymentName(m, upstream)
	}
	return ""
}
