package spec

import "strings"

const (
	vnetType   = "Microsoft.Network/virtualNetworks"
	groupType  = "resourceGroups"
	actionType = "Microsoft.Insights/actionGroups"

	maxRanges = 100 // IP rules of an account
)

func (c *checker) network() {
	n, at := &c.Network, path{"network"}
	switch n.Mode {
	case Selected:
		c.require(at.with("ranges"), len(n.Ranges) > 0, "mode selected lets in what is listed")
	case Existing:
		c.require(at.with("hub"), n.Hub != nil, "mode existing joins a hub")
	}
	if n.Mode != Selected {
		c.reject(at.with("ranges"), "only mode selected has ranges")
	}
	if n.Mode != Existing {
		c.reject(at.with("hub"), "only mode existing has a hub")
	}
	c.ranges(at.with("ranges"))
	c.addressSpace(at.with("addressSpace"))
	for i, p := range n.Peers {
		c.resource(item(at.with("peers"), i), p, vnetType)
	}
	if n.Hub != nil {
		c.resource(at.with("hub").with("vnet"), n.Hub.VNet, vnetType)
		c.resource(at.with("hub").with("zones"), n.Hub.Zones, groupType)
	}
}

// ranges holds what an account takes as IP rules: public IPv4 only, and
// neither /31 nor /32. A single address is written alone. Source:
// azure-ai-docs, cognitive-services-virtual-networks.md.
func (c *checker) ranges(at path) {
	if len(c.Network.Ranges) > maxRanges {
		c.say(at, "", "ranges: more than the %d that an account takes", maxRanges)
	}
	for i, r := range c.Network.Ranges {
		if !r.IsValid() {
			continue
		}
		a := r.Addr()
		switch {
		case !a.Is4():
			c.say(item(at, i), "", "ranges: %s isn't IPv4, and accounts take nothing else", r)
		case a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast():
			c.say(item(at, i), "private networks are let in by peers", "ranges: %s isn't public", r)
		case r.Bits() == 31:
			c.say(item(at, i), "write both addresses", "ranges: accounts don't take /31")
		case r.Bits() == 0:
			c.say(item(at, i), "", "ranges: %s is the whole internet", r)
		}
	}
}

func (c *checker) addressSpace(at path) {
	space := c.Network.AddressSpace
	if !space.IsValid() {
		return
	}
	if !space.Addr().Is4() || !space.Addr().IsPrivate() {
		c.say(at, "such as 10.90.0.0/20", "addressSpace: %s isn't a private IPv4 network", space)
	} else if space.Bits() < 8 || space.Bits() > 24 {
		c.say(at, "", "addressSpace: %s isn't between /8 and /24", space)
	}
}

// resource holds that an ID is of the type wanted.
func (c *checker) resource(at path, id ResourceID, want string) {
	if id != "" && !strings.EqualFold(id.Type(), want) {
		c.say(at, "", "%s: want the resource ID of %s, not of %s", at.last(), want, id.Type())
	}
}
