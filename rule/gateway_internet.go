package rule

import (
	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var gatewayInternet = &Rule{
	ID:    "PAL029",
	Name:  "gateway-internet",
	Title: "The gateway takes no calls from the internet",
	Why: "A token that is stolen works from wherever the gateway takes calls. What keeps the internet out by accident, such " +
		"as where it happens to run, is gone with the next move.",
	Fix:      "List the networks of the callers in gateway.from, or let the gateway listen on a private network that is deployed with it.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/security/benchmark/azure/mcsb-network-security#ns-2-secure-cloud-services-with-network-controls",
	Peers:    []string{"MCSB NS-2"},
	Check:    guards(func(s *Subject, g *estate.Guard) []Result { return []Result{judgeGatewayInternet(s, g)} }),
}

func judgeGatewayInternet(s *Subject, g *estate.Guard) Result {
	const property = "properties.from"
	switch {
	case onlyLoopback(g):
		return pass(g.Resource, "only its own machine can connect")
	case estate.True(g.Internal) == estate.Yes:
		return pass(g.Resource, "it runs where the internet can't connect to", says(g.Resource, "properties.internal", g.Internal)...)
	}
	surely, perhaps := guardOpenings(s, g)
	from := Step{"the gateway takes calls from any network", g.ID, property, g.Pos}
	switch {
	case surely == nil && perhaps == nil:
		return pass(g.Resource, "no address of the internet is let in", fromSteps(g)...)
	case surely != nil && !g.From.Set:
		return unknown(g.Resource, "gateway.from isn't set, so that the internet may call if it can connect, and it isn't known whether it can", nil, from)
	case surely != nil:
		r := fail(g.Resource, who(surely.Extent)+" may call, with a token or key", fromSteps(g)...)
		if surely.Extent.Share == access.Some {
			r = r.level(Low)
		}
		return r
	}
	return unknown(g.Resource, who(perhaps.Extent)+" may be let in", []*arm.Unknown{g.From.Unknown}, fromSteps(g)...)
}

// onlyLoopback reports whether all listeners are surely for the own machine.
func onlyLoopback(g *estate.Guard) bool {
	for _, l := range g.Listeners.Each() {
		if estate.True(l.Loopback) != estate.Yes {
			return false
		}
	}
	return len(g.Listeners.Items) > 0 && !g.Listeners.Open
}

func guardOpenings(s *Subject, g *estate.Guard) (surely, perhaps *access.Opening) {
	for _, o := range s.World.Openings(g.ID) {
		if o.Source.Kind != access.FromAddress || o.Extent.Share == access.Nothing {
			continue
		}
		if o.Verdict == access.Allow {
			surely = larger(surely, &o)
		} else {
			perhaps = larger(perhaps, &o)
		}
	}
	return surely, perhaps
}

func fromSteps(g *estate.Guard) []Step {
	var steps []Step
	for _, f := range g.From.Each() {
		steps = append(steps, Step{"from lists " + f.String(), g.ID, "properties.from", f.Pos})
	}
	return steps
}
