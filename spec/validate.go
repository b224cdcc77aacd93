package spec

import "fmt"

// checker checks what one key alone can't tell, and keeps quiet about what is
// told already.
type checker struct {
	*Spec
	d      *decoder
	models map[string]*Model
	names  struct{ models, issuers, keys, roles []string } // what can be referred to
}

// say reports a problem with the node at a path, or with the nearest section
// around it.
func (c *checker) say(at path, hint, format string, args ...any) {
	if c.d.bad[at.key()] {
		return
	}
	found, exact := c.nearest(at)
	pos := found.key
	if exact {
		pos = found.value
	}
	c.d.report(at, pos, hint, format, args...)
}

// require asks for a key.
func (c *checker) require(at path, there bool, why string) {
	if !there && !c.Written(at...) {
		c.say(at, why, "%s", missing(at[:len(at)-1], at.last()))
	}
}

// reject refuses a key that is written but can't have an effect.
func (c *checker) reject(at path, why string) {
	if c.Written(at...) {
		c.say(at, "", "%s: %s", at.last(), why)
	}
}

func newChecker(s *Spec, d *decoder) *checker {
	c := &checker{Spec: s, d: d, models: map[string]*Model{}}
	for i := range s.Models {
		c.models[s.Models[i].Name] = &s.Models[i]
		c.names.models = append(c.names.models, s.Models[i].Name)
	}
	for i := range s.Issuers {
		c.names.issuers = append(c.names.issuers, s.Issuers[i].Name)
	}
	for i := range s.Gateway.Keys {
		c.names.keys = append(c.names.keys, s.Gateway.Keys[i].Name)
	}
	c.names.roles = roleNames(s.Roles)
	return c
}

// validate checks the file as a whole.
func (s *Spec) validate(d *decoder) {
	c := newChecker(s, d)
	c.deployment()
	c.network()
	for i := range s.Models {
		c.model(&s.Models[i])
	}
	for i := range s.Issuers {
		c.issuer(&s.Issuers[i])
	}
	for i := range s.Access {
		c.grant(&s.Access[i])
	}
	c.gateway()
	c.logging()
	c.search()
	c.operations()
	c.exceptions()
}

// deployment checks what is needed to deploy anything.
func (c *checker) deployment() {
	for i, r := range c.Roles {
		if RoleID(r.Name) != "" {
			c.say(path{"roles", r.Name}, "", "roles: role %d has the name of a built-in one", i)
		}
	}
	if !c.deploys() {
		return
	}
	why := "models without upstreams by url are deployed"
	c.require(path{"subscription"}, c.Subscription != "", why)
	c.require(path{"regions"}, len(c.Regions) > 0, why)
}

// deploys reports whether any upstream is made from this file.
func (s *Spec) deploys() bool {
	for i := range s.Models {
		m := &s.Models[i]
		if len(m.Upstreams) == 0 {
			return true
		}
		for j := range m.Upstreams {
			if m.Upstreams[j].Deployed() {
				return true
			}
		}
	}
	return false
}

// exceptions holds that there is a reason exactly where one is needed.
func (c *checker) exceptions() {
	for _, h := range c.holders() {
		reasoned := h.Because != "" || c.Written(h.at.with("because")...)
		dated := !h.Expires.IsZero() || c.Written(h.at.with("expires")...)
		switch {
		case len(h.deviations) == 0 && reasoned:
			c.say(h.at.with("because"), "remove because and expires", "%s: nothing here departs from a safe default", h.at.last())
		case len(h.deviations) == 0 && dated:
			c.say(h.at.with("expires"), "remove expires", "%s: nothing here departs from a safe default", h.at.last())
		case len(h.deviations) > 0 && !(reasoned && dated):
			c.unreasoned(h, reasoned, dated)
		}
	}
}

func (c *checker) unreasoned(h holder, reasoned, dated bool) {
	missing := "because: and expires:"
	if reasoned {
		missing = "expires:"
	} else if dated {
		missing = "because:"
	}
	for _, d := range h.deviations {
		c.say(h.at.with(d.key), "say "+missing+" in the same section", "%s: %s", d.key, d.what)
	}
}

func item(at path, i int) path { return at.with(fmt.Sprint(i)) }
