package gateway

import (
	"palisade/gateway/limit"
	"palisade/gateway/route"
)

// A response in the background answers at once and works on. Its reservation
// counts as used; what it used beyond that counts when the caller reads it.

// isFinal reports whether a response with such a status uses no more.
func isFinal(status string) bool {
	switch status {
	case "completed", "incomplete", "failed", "cancelled":
		return true
	}
	return false
}

// payOwed charges, once, what a response in the background used beyond its
// reservation, and notes its usage for metrics and record.
func (c *call) payOwed(u route.Usage) {
	tokens, reserved, err := c.server.objects.Paid(c.r.Context(), c.match.StoredID())
	if err != nil || tokens == 0 {
		return
	}
	c.outcome.used = usage{known: true, input: u.Input, cached: u.Cached, output: u.Output}
	if m := c.set.node.models[c.model]; m != nil && m.Price != nil {
		c.outcome.used.cost = cost(m.Price, u)
	}
	if c.lease == nil {
		return
	}
	c.outcome.more = limit.Used{Tokens: max(0, u.Input+u.Output-tokens), Cost: max(0, c.outcome.used.cost-reserved)}
	c.outcome.owed = true
}
