package gateway

import (
	"strconv"

	"palisade/gateway/limit"
	"palisade/gateway/route"
	"palisade/gateway/upstream"
	"palisade/spec"
)

// outcome is what came of a call that was sent on.
type outcome struct {
	sent     bool
	left     bool // sent, and the answer wasn't waited for
	upstream string
	place    string        // where stored things are at the upstream
	region   string        // of the upstream
	attempts int           // how often it was sent
	hedged   bool          // two upstreams were asked
	status   int           // of the upstream
	used     usage         // as far as it is known
	owed     bool          // used was reserved by another call
	more     limit.Used    // then, what it used beyond that
	answer   *route.Answer // nil if none came
}

// went notes where a call went.
func (o *outcome) went(to upstream.Choice) {
	o.upstream, o.place, o.left = to.Upstream, to.Place, to.Left
	o.region, o.hedged = to.Region, to.Hedged
	o.attempts += to.Attempts
}

// usage is what a call used.
type usage struct {
	known                 bool // the upstream said so
	seen                  bool // the upstream didn't, but what came was counted
	input, cached, output int64
	cost                  int64 // in millionths
}

// finish settles, counts and records a call, whatever became of it.
func (c *call) finish() {
	if c.body != nil {
		defer c.body.Release()
	}
	var used limit.Used
	if c.lease != nil {
		used = c.charged()
	}
	c.count()
	c.server.journal.record(c)
	c.exportTrace()
	c.settle(used)
	c.drain()
}

// settlesAfar reports whether it takes a round trip to settle the call.
func (c *call) settlesAfar() bool {
	return c.lease != nil && c.set.spec.Gateway.LimitStore.Kind == spec.RedisStore
}

// settle gives back what wasn't used. An answer that is whole doesn't wait for
// that.
func (c *call) settle(used limit.Used) {
	if c.lease == nil {
		return
	}
	if c.w.whole {
		_ = c.w.FlushError()
	}
	if err := c.lease.Settle(c.r.Context(), used); err != nil {
		c.server.log.Error("limits not settled", "model", c.model, "error", err)
	}
}

// charged is what counts for the limits. A call that reached no upstream used
// nothing; one that the upstream refused used no tokens; of a stream that
// broke off counts what was seen; another whose answer doesn't say, or whose
// caller left before it came, counts for all that was reserved.
func (c *call) charged() limit.Used {
	if c.outcome.left {
		return c.inFull()
	}
	if !c.outcome.sent {
		return limit.Used{}
	}
	if c.outcome.owed {
		return limit.Used{Requests: 1, Tokens: c.outcome.more.Tokens, Cost: c.outcome.more.Cost}
	}
	if c.match.Meter == route.NoMeter && c.match.Makes != route.Batch {
		return limit.Used{Requests: 1}
	}
	if !c.outcome.used.known && !c.outcome.used.seen && (c.outcome.status == 0 || c.outcome.status < 400) {
		return c.inFull()
	}
	return limit.Used{Requests: 1, Tokens: c.outcome.used.input + c.outcome.used.output, Cost: c.outcome.used.cost}
}

// inFull charges all that was reserved, and has the record say so. What a
// response in the background uses is recorded when it is read.
func (c *call) inFull() limit.Used {
	u := limit.Used{Requests: 1, Tokens: c.lease.Tokens, Cost: c.lease.Cost}
	if c.facts.Background != route.Yes {
		input := min(c.input, u.Tokens)
		c.outcome.used = usage{input: input, output: u.Tokens - input, cost: u.Cost}
	}
	return u
}

// count adds the call to the metrics. Labels are names of the configuration and
// of tables only.
func (c *call) count() {
	m := c.server.metrics
	m.whole.observe(c.server.now().Sub(c.began).Nanoseconds())
	if c.refusal != nil {
		m.refusals.add(1, c.refusal.reason)
		return
	}
	m.calls.add(1, c.model, c.match.Name, statusClass(c.w.status))
	if u := c.outcome.used; u.known || u.seen {
		m.tokens.add(uint64(max(0, u.input)), c.model, "input")
		m.tokens.add(uint64(max(0, u.output)), c.model, "output")
		m.tokens.add(uint64(max(0, u.cached)), c.model, "cached_input")
	}
	if a := c.outcome.answer; a != nil {
		c.countFilter("prompt", a.Filter.Prompt)
		c.countFilter("completion", a.Filter.Completion)
	}
}

func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return strconv.Itoa(status/100) + "xx"
}

// countFilter counts what the upstream's content filter found. Categories are
// Azure's; one that isn't known counts as other.
func (c *call) countFilter(side string, v route.Verdict) {
	for _, category := range v.Filtered {
		c.server.metrics.filtered.add(1, c.model, side, knownCategory(category), "filtered")
	}
	for _, category := range v.Detected {
		c.server.metrics.filtered.add(1, c.model, side, knownCategory(category), "detected")
	}
}

func knownCategory(category string) string {
	switch category {
	case "hate", "self_harm", "sexual", "violence", "jailbreak", "indirect_attack", "profanity",
		"protected_material_text", "protected_material_code", "ungrounded_material", "custom_blocklists":
		return category
	}
	return "other"
}
