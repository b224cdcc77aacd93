package spec

import "slices"

func (c *checker) model(m *Model) {
	at := path{"models", m.Name}
	if len(m.Upstreams) == 0 { // the regions are missing
		c.deployed(m, &Upstream{SKU: m.SKU, Capacity: m.Capacity, Region: "any"}, at, at)
	}
	for i := range m.Upstreams {
		u := &m.Upstreams[i]
		here := item(at.with("upstreams"), i)
		if u.Deployed() {
			c.deployed(m, u, at, here)
		} else {
			c.elsewhere(u, here)
		}
		if c.twin(m, i) {
			c.say(here, "add their capacities", "upstreams: a deployment like this one is there already")
		}
	}
	c.needsGateway(at, "limits", "allow", "from")
	c.costs(at.with("limits"), m.Limits, m)
}

// deployed checks an upstream that is made from this file.
func (c *checker) deployed(m *Model, u *Upstream, at, here path) {
	why := "each deployment needs one"
	c.require(at.with("version"), m.Version != "", "a deployed model is pinned to a version")
	if !c.Written(here.with("sku")...) {
		c.require(at.with("sku"), u.SKU != "", why)
	}
	if !c.Written(here.with("capacity")...) {
		c.require(at.with("capacity"), u.Capacity != 0, why)
	}
	c.require(here.with("region"), u.Region != "", "or url, if it is deployed already")
	if u.Region != "" && len(c.Regions) > 0 && !slices.Contains(c.Regions, u.Region) {
		c.say(here.with("region"), didYouMean(u.Region, c.Regions), "region: %s isn't one of regions", quote(u.Region))
	}
	c.reject(here.with("key"), "a deployed upstream is called by identity")
	c.reject(here.with("deployment"), "a deployment has the name of the model")
	c.reject(here.with("account"), "only with url; that of a deployed upstream is known")
}

// elsewhere checks an upstream that isn't made from this file.
func (c *checker) elsewhere(u *Upstream, here path) {
	for _, key := range []string{"sku", "capacity"} {
		c.reject(here.with(key), "only for what is deployed from this file")
	}
	if u.Kind == EchoUpstream {
		for _, key := range []string{"url", "account", "key", "deployment"} {
			c.reject(here.with(key), "an echo upstream has none")
		}
		return
	}
	if u.Kind == OpenAIUpstream {
		c.reject(here.with("account"), "only an upstream of kind azure is an account in Azure")
	}
	c.require(here.with("url"), u.URL != "", "an upstream of kind "+string(u.Kind)+" is somewhere else")
	if c.Gateway.Kind == NoGateway {
		c.say(here, "gateway: {kind: palisade}", "upstreams: one by url needs a gateway")
	}
}

// twin reports whether an earlier upstream is the same deployment.
func (c *checker) twin(m *Model, i int) bool {
	u := &m.Upstreams[i]
	for j := range m.Upstreams[:min(i, 100)] {
		o := &m.Upstreams[j]
		if u.Deployed() && o.Deployed() && o.Region == u.Region && o.SKU == u.SKU {
			return true
		}
	}
	return false
}

// needsGateway refuses keys that nothing would enforce.
func (c *checker) needsGateway(at path, keys ...string) {
	if c.Gateway.Kind != NoGateway || c.d.bad["gateway\x00kind"] {
		return
	}
	for _, key := range keys {
		if c.Written(at.with(key)...) {
			c.say(at.with(key), "gateway: {kind: palisade}", "%s: needs a gateway to enforce it", key)
		}
	}
}

// costs holds that a limit in money can be counted.
func (c *checker) costs(at path, l Limits, models ...*Model) {
	if l.CostPerMonth == 0 {
		return
	}
	for _, m := range models {
		if m.Price == nil && !c.Written("models", m.Name, "price") {
			c.say(at.with("costPerMonth"), "say price in models."+m.Name, "costPerMonth: the model %s has no price", quote(m.Name))
			return
		}
	}
}
