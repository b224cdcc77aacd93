package spec

import (
	"slices"
	"strings"
)

// What a service takes. Source: azure-docs search/search-limits-quotas-capacity.md
// and search/search-capacity-planning.md: basic has up to 3 replicas and 3
// partitions, other tiers 12 of each and 36 search units, their product.
const (
	mostBasic = 3
	mostUnits = 36
)

var searchPartitions = []int{1, 2, 3, 4, 6, 12}

func (c *checker) search() {
	s, at := c.Search, path{"search"}
	if s == nil {
		return
	}
	if !c.deploys() {
		c.reject(at, "no model is deployed that it could be next to")
	}
	if strings.Contains(c.Name, "--") {
		c.say(path{"name"}, "", "name: a search service's name, which begins with it, can't have two - in a row")
	}
	if s.Region != "" && !slices.Contains(c.Regions, s.Region) {
		c.say(at.with("region"), didYouMean(s.Region, c.Regions), "region: %s isn't one of regions", s.Region)
	}
	c.searchSize(s, at)
	if c.Gateway.Kind != NoGateway && !c.d.bad["gateway\x00kind"] {
		c.reject(at.with("models"), "its calls would go around the gateway")
	}
	for i, name := range s.Models {
		if m := c.models[name]; m == nil && !c.Written("models", name) {
			c.say(item(at.with("models"), i), didYouMean(name, c.names.models), "models: there is no model %s", quote(name))
		} else if m != nil && !slices.ContainsFunc(m.Upstreams, func(u Upstream) bool { return u.Deployed() }) {
			c.say(item(at.with("models"), i), "", "models: %s isn't deployed from this file", quote(name))
		}
	}
}

func (c *checker) searchSize(s *Search, at path) {
	if s.Partitions > 0 && !slices.Contains(searchPartitions, s.Partitions) {
		c.say(at.with("partitions"), "1, 2, 3, 4, 6 or 12", "partitions: %d of them divide nothing evenly", s.Partitions)
	}
	if s.SKU == SearchBasic {
		for _, n := range []struct {
			key   string
			count int
		}{{"replicas", s.Replicas}, {"partitions", s.Partitions}} {
			if n.count > mostBasic {
				c.say(at.with(n.key), "sku: standard has up to 12", "%s: sku basic has at most %d", n.key, mostBasic)
			}
		}
	} else if s.Replicas*s.Partitions > mostUnits {
		c.say(at.with("replicas"), "", "replicas: times partitions they are more than %d search units", mostUnits)
	}
}
