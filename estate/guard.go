package estate

import (
	"net/url"
	"strings"
)

// Guard is Palisade.Gateway/gateways: the gateway that "palisade serve" runs.
// Callers reach it instead of the models' accounts. Roles given at it, or at
// one of its models, are all that counts on it: nothing that stands above it in
// Azure gives anything here.
type Guard struct {
	*Resource
	// From are the networks that may call at all; absent: any.
	From      Sources
	Listeners List[GuardListener]
	// Internal says that it runs where the internet can't connect to; absent:
	// that isn't known.
	Internal Field[bool]
	// Identity is the identity by which it calls accounts; Client is the same
	// by its client ID. Where neither is set it is the machine's own.
	Identity Ref
	Client   Field[string]
	// Limits and Safety say what happens to a call when the counts of limits,
	// or the safety service, can't be asked: deny | allow; absent: deny.
	Limits Field[string]
	Safety Field[string]
	// Keep is what is recorded of calls: none | metadata | redacted | full;
	// absent: metadata.
	Keep Field[string]
}

// GuardListener is an address that a Guard listens on.
type GuardListener struct {
	Address  Field[string]
	Loopback Field[bool] // only its own machine can connect
	TLS      Field[bool] // absent: false
}

// GuardModel is Palisade.Gateway/gateways/models: a model that a Guard offers.
// Parent is its Guard.
type GuardModel struct {
	*Resource
	From      Sources // absent: any that reaches the Guard
	Upstreams List[GuardUpstream]
}

// GuardUpstream is where a Guard sends the calls of a model.
type GuardUpstream struct {
	Kind    Field[string] // azure | openai | echo
	URL     Field[string] // absent for one that is deployed with the Guard
	Account Ref           // the account that is deployed with the Guard
	Key     Field[string] // reference to the secret that has its key; absent: none
	// Plain says that calls leave the machine unencrypted.
	Plain Field[bool]
}

// GuardKey is Palisade.Gateway/gateways/keys: a key that a Guard takes. Its
// principal is "key:" and its name. Parent is its Guard.
type GuardKey struct {
	*Resource
	From    Sources       // absent: any that reaches the Guard
	Expires Field[string] // the time from which it isn't taken, RFC 3339; absent: never
}

// Sources are where calls may come from: addresses, CIDR ranges, and private
// endpoints as "link:" and their link identifier. Source: azure-docs
// private-link/private-link-service-overview.md (LINKID).
type Sources struct{ List[Field[string]] }

func decodeGuard(e *Estate, r *Resource) {
	e.Guards.add(r, &Guard{
		Resource: r, From: r.prop("from").sources(),
		Listeners: list(r.prop("listeners"), func(n node) (GuardListener, bool) {
			return GuardListener{n.at("address").text(""), n.at("loopback").flag(false), n.at("tls").flag(false)}, true
		}),
		Internal: r.prop("internal").flag(false),
		Identity: r.prop("identity").ref(),
		Client:   r.prop("clientId").text(""),
		Limits:   r.prop("limits", "onError").text("deny"),
		Safety:   r.prop("safety", "onError").text("deny"),
		Keep:     r.prop("logging", "keep").text("metadata"),
	})
}

func decodeGuardModel(e *Estate, r *Resource) {
	e.GuardModels.add(r, &GuardModel{
		Resource: r, From: r.prop("from").sources(),
		Upstreams: list(r.prop("upstreams"), func(n node) (GuardUpstream, bool) {
			return GuardUpstream{n.at("kind").text("azure"), n.at("url").text(""), n.at("account").ref(),
				n.at("key").text(""), n.at("plain").flag(false)}, true
		}),
	})
}

func decodeGuardKey(e *Estate, r *Resource) {
	e.GuardKeys.add(r, &GuardKey{Resource: r, From: r.prop("from").sources(), Expires: r.prop("expires").text("")})
}

func (n node) sources() Sources {
	return Sources{list(n, func(m node) (Field[string], bool) { return m.text(""), true })}
}

// accountHosts end the names of accounts' endpoints. Source: azure-docs
// private-link/private-endpoint-dns.md.
var accountHosts = []string{
	".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com",
	".openai.azure.us", ".cognitiveservices.azure.us", ".openai.azure.cn", ".cognitiveservices.azure.cn",
}

// AccountAt returns the account that answers at a URL by its own host name, or
// nil where the estate has none that surely does.
func (e *Estate) AccountAt(address string) *Account {
	name, ok := accountName(address)
	if !ok {
		return nil
	}
	for _, a := range e.Accounts.All {
		if Is(a.CustomSubDomain, name) == Yes {
			return a
		}
	}
	return nil
}

// IsAccountHost reports whether the host of a URL is an account's by its name.
func IsAccountHost(address string) bool {
	_, ok := accountName(address)
	return ok
}

// accountName is the custom subdomain in the host of a URL.
func accountName(address string) (string, bool) {
	at, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	host := strings.ToLower(at.Hostname())
	for _, suffix := range accountHosts {
		if name, ok := strings.CutSuffix(host, suffix); ok {
			return name, true
		}
	}
	return "", false
}
