package spec

func (c *checker) gateway() {
	g, at := &c.Gateway, path{"gateway"}
	c.inapplicable(g.Kind, at)
	if g.Kind == APIMGateway {
		c.require(at.with("apim"), g.APIM != nil, "API Management shows a publisher")
	}
	if g.Kind != PalisadeGateway {
		return
	}
	if c.Tenant == "" && !c.Written("tenant") && !c.d.bad["tenant"] && len(c.Issuers) == 0 && len(g.Keys) == 0 {
		c.say(at.with("kind"), "say tenant or issuers", "gateway: nobody could sign in")
	}
	c.listeners(at.with("listeners"))
	c.admin(at.with("admin"))
	c.limitStore(at.with("limitStore"))
	c.costs(at.with("limits"), g.Limits, c.allModels()...)
	if g.Safety != nil {
		c.encrypted(at.with("safety").with("url"), g.Safety.URL)
	}
	if g.Run.Replicas > 1 && g.LimitStore.Kind == MemoryStore {
		c.say(at.with("run").with("replicas"), "limitStore: {kind: redis, …}", "replicas: each would count limits alone")
	}
	c.sources()
}

// inapplicable refuses what the kind of gateway has no use for.
func (c *checker) inapplicable(k GatewayKind, at path) {
	if c.d.bad[at.with("kind").key()] {
		return
	}
	if k != APIMGateway {
		c.reject(at.with("apim"), "only for kind apim")
	}
	if k == PalisadeGateway {
		return
	}
	for _, key := range []string{"listeners", "admin", "keys", "identity", "limitStore", "timeouts", "bounds", "redact", "run"} {
		c.reject(at.with(key), "only for kind palisade")
	}
	if k == NoGateway {
		for _, key := range []string{"from", "tokens", "limits", "retry", "breaker", "safety"} {
			c.reject(at.with(key), "needs a gateway: kind palisade or apim")
		}
	}
}

func (c *checker) listeners(at path) {
	seen := map[Listen]bool{c.Gateway.Admin.Address: true}
	for i := range c.Gateway.Listeners {
		l, here := &c.Gateway.Listeners[i], item(at, i)
		if l.Address != "" && seen[l.Address] {
			c.say(here.with("address"), "", "address: %s is taken by another listener", l.Address)
		}
		seen[l.Address] = true
		if l.TLS == nil {
			c.reject(here.with("clientCertificates"), "needs tls")
		} else if l.TLS.ACME != nil {
			c.encrypted(here.with("tls").with("acme").with("directory"), l.TLS.ACME.Directory)
		}
		if p := l.ProxyProtocol; p != nil {
			c.noLinks(here.with("proxyProtocol").with("from"), p.From)
		}
		if f := l.Forwarded; f != nil {
			c.noLinks(here.with("forwarded").with("from"), f.From)
		}
	}
}

func (c *checker) admin(at path) {
	a := &c.Gateway.Admin
	if a.Address != "" && !a.Address.Loopback() {
		c.require(at.with("from"), len(a.From) > 0, "off loopback it has to say who may connect")
	}
	c.noLinks(at.with("from"), a.From)
}

func (c *checker) limitStore(at path) {
	l := &c.Gateway.LimitStore
	if l.Kind == RedisStore {
		c.require(at.with("redis"), l.Redis != nil, "")
	} else {
		c.reject(at.with("redis"), "only for kind redis")
	}
	if r := l.Redis; r != nil && !r.TLS && r.Address != "" && !r.Address.Loopback() {
		c.say(at.with("redis").with("tls"), "", "tls: off is for loopback only")
	}
}

// sources holds that a private endpoint is named only where a connection can
// tell which it came through.
func (c *checker) sources() {
	for i := range c.Gateway.Listeners {
		if c.Gateway.Listeners[i].ProxyProtocol != nil {
			return
		}
	}
	c.noLinks(path{"gateway", "from"}, c.Gateway.From)
	for i := range c.Gateway.Keys {
		k := &c.Gateway.Keys[i]
		c.noLinks(path{"gateway", "keys", k.Name, "from"}, k.From)
	}
	for i := range c.Models {
		c.noLinks(path{"models", c.Models[i].Name, "from"}, c.Models[i].From)
	}
	for i := range c.Access {
		c.noLinks(path{"access", c.Access[i].Name, "from"}, c.Access[i].From)
	}
}

func (c *checker) noLinks(at path, sources []Source) {
	for i, s := range sources {
		if s.IsLink {
			c.say(item(at, i), "", "%s: a private endpoint is known only on listeners with proxyProtocol", at.last())
		}
	}
}

func (s *Spec) allModels() []*Model {
	all := make([]*Model, len(s.Models))
	for i := range s.Models {
		all[i] = &s.Models[i]
	}
	return all
}
