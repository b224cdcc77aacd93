package spec

func (c *checker) issuer(i *Issuer) {
	at := path{"issuers", i.Name}
	c.encrypted(at.with("url"), i.URL)
	c.encrypted(at.with("jwks"), i.JWKS)
	if c.Gateway.Kind == PalisadeGateway {
		c.require(at.with("audiences"), len(i.Audiences) > 0, "the gateway accepts tokens that are meant for it")
	}
}

// encrypted refuses plain http to another machine.
func (c *checker) encrypted(at path, u URL) {
	if u.Plain() {
		c.say(at, "", "%s: plain http to another machine", at.last())
	}
}

func (c *checker) grant(g *Grant) {
	at := path{"access", g.Name}
	var models []*Model
	for i, name := range g.Models {
		if m := c.models[name]; m != nil {
			models = append(models, m)
		} else if !c.Written("models", name) {
			c.say(item(at.with("models"), i), didYouMean(name, c.names.models), "models: there is no model %s", quote(name))
		}
	}
	for i := range g.Who {
		c.who(&g.Who[i], item(at.with("who"), i))
	}
	c.role(g.Role, at.with("role"))
	c.needsGateway(at, "limits", "callerLimits", "from", "through", "allow")
	c.costs(at.with("limits"), g.Limits, models...)
	c.costs(at.with("callerLimits"), g.CallerLimits, models...)
}

func (c *checker) who(w *Who, at path) {
	if w.Workload != nil && w.Workload.Issuer != "" && !c.Written("issuers", w.Workload.Issuer) {
		c.say(at.with("workload").with("issuer"), didYouMean(w.Workload.Issuer, c.names.issuers), "issuer: there is no issuer %s", quote(w.Workload.Issuer))
	}
	if w.Key != "" && !c.Written("gateway", "keys", w.Key) {
		c.say(at.with("key"), didYouMean(w.Key, c.names.keys), "key: the gateway has no key %s", quote(w.Key))
	}
	entra := w.Group != "" || w.ManagedIdentity != "" || w.App != "" || w.User != ""
	if entra && c.Gateway.Kind == PalisadeGateway {
		c.require(path{"tenant"}, c.Tenant != "", "the gateway has to know whose tokens to accept")
	}
}

func (c *checker) role(role string, at path) {
	var id GUID
	switch {
	case roleIn(keyRoles, role) != "":
		c.say(at, "", "role: %s may list the account's keys or change it", quote(role))
	case c.Written("roles", role), RoleID(role) != "", id.parse(role) == nil:
	default:
		c.say(at, didYouMean(role, c.names.roles), "role: there is no role %s for model data", quote(role))
	}
}
