package blueprint

import (
	"net/netip"

	"palisade/arm"
)

// network holds that the subnets of a network are in it and apart.
func (v *verifier) network(r *arm.Resource) {
	spaces, _ := r.Properties("addressSpace", "addressPrefixes").Items()
	subnets, _ := r.Properties("subnets").Items()
	var before []netip.Prefix
	for _, s := range subnets {
		p, err := netip.ParsePrefix(s.Get("properties", "addressPrefix").Text())
		switch {
		case err != nil || p != p.Masked():
			v.say(r, "properties.subnets.addressPrefix", "%q isn't a network", s.Get("properties", "addressPrefix").Text())
			continue
		case !within(p, spaces):
			v.say(r, "properties.subnets.addressPrefix", "%s isn't in the network", p)
		}
		for _, other := range before {
			if p.Overlaps(other) {
				v.say(r, "properties.subnets.addressPrefix", "%s overlaps %s", p, other)
			}
		}
		before = append(before, p)
	}
}

func within(p netip.Prefix, spaces []arm.Value) bool {
	for _, s := range spaces {
		space, err := netip.ParsePrefix(s.Text())
		if err == nil && space.Bits() <= p.Bits() && space.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

// securityRules holds that no two rules of a direction have one priority, and
// that all are in the range that Azure takes.
func (v *verifier) securityRules(r *arm.Resource) {
	const least, most = 100, 4096
	rules, _ := r.Properties("securityRules").Items()
	seen := map[string]bool{}
	for _, rule := range rules {
		priority, _ := rule.Get("properties", "priority").Int()
		key := rule.Get("properties", "direction").Text() + rule.Get("properties", "priority").Text()
		if priority < least || priority > most {
			v.say(r, "properties.securityRules.priority", "%d is out of range", priority)
		}
		if seen[key] {
			v.say(r, "properties.securityRules.priority", "there are two rules of priority %d", priority)
		}
		seen[key] = true
	}
}
