package gateway

import (
	"net/http"
	"slices"

	"palisade/gateway/limit"
	"palisade/gateway/route"
)

// reserve takes what the call may use from all limits that it is under.
func (c *call) reserve() *refusal {
	buckets := c.buckets()
	if c.match.Makes == route.Batch {
		buckets = slices.DeleteFunc(buckets, isTokensPerMinute) // it runs for hours
	}
	if len(buckets) == 0 {
		return nil
	}
	lease, over, err := c.server.limiter.Reserve(c.r.Context(), buckets, c.ask())
	switch {
	case err != nil:
		return unavailable("limits_unavailable", "limits can't be counted at the moment")
	case over != nil:
		return exceeded(over)
	}
	c.lease = lease
	return nil
}

// buckets are the limits that the call is under.
func (c *call) buckets() []limit.Bucket {
	grant := ""
	if c.grant != nil {
		grant = c.grant.Name
	}
	return c.set.budgets.of(c.model, grant, c.caller.ID)
}

func isTokensPerMinute(b limit.Bucket) bool {
	return b.Unit == limit.Tokens && b.Period == limit.Minute
}

func exceeded(e *limit.Exceeded) *refusal {
	r := &refusal{status: http.StatusTooManyRequests, code: "429", reason: "limit_" + e.Reason(), header: http.Header{},
		message: "Requests have exceeded the limit " + e.Reason() + ". Please retry later."}
	if e.Never {
		r.message = "The call asks for more than the limit " + e.Reason() + " allows at all."
	}
	if e.Busy {
		r.message = "What is left of the limit " + e.Reason() + " is with another call that doesn't say max_tokens. Please say it, or retry later."
	}
	e.Set(r.header)
	return r
}

// ask is what the call can use at most. One that doesn't limit its completion
// starts, near a limit, with what is left.
func (c *call) ask() limit.Ask {
	c.input = c.promptTokens()
	output, said := c.mostOutput()
	a := limit.Ask{Requests: 1, Tokens: c.input + output}
	if !said && output > 0 {
		a.LeastTokens = c.input + 1
	}
	if m := c.set.node.models[c.model]; m != nil && m.Price != nil {
		a.Cost = cost(m.Price, route.Usage{Input: c.input, Output: output})
		if a.LeastTokens > 0 {
			a.LeastCost = cost(m.Price, route.Usage{Input: c.input, Output: 1})
		}
	}
	return a
}

// soundTokens is what a recording or a form with pictures counts for before
// the upstream has said what it used.
const soundTokens = 1000

// promptTokens is an estimate of the prompt, rather too many than too few.
func (c *call) promptTokens() int64 {
	switch {
	case c.match.Makes == route.Batch:
		return c.stored.Input
	case c.stored.Owed > 0 && c.match.Meter == route.NoMeter:
		return 1 // so that what is owed can be charged
	case c.match.Meter == route.NoMeter:
		return 0
	case c.form != nil:
		return soundTokens + int64(c.form.Facts.Prompt)/2
	case c.body == nil:
		return 0
	}
	model := ""
	if m := c.set.node.models[c.model]; m != nil {
		model = m.Model.Model
	}
	return limit.PromptTokens(c.body.Bytes, &c.facts, model)
}

// mostOutput is how many completion tokens to reserve, and whether the call
// says so itself or policy does: then it can't use more.
func (c *call) mostOutput() (tokens int64, said bool) {
	if c.match.Makes == route.Batch {
		return c.stored.Tokens - c.stored.Input, true
	}
	switch c.match.Meter {
	case route.EmbeddingsMeter, route.NoMeter, route.RealtimeMeter:
		return 0, true
	}
	output, said := c.facts.MaxOutputTokens()
	if !said {
		output = int64(c.set.spec.Gateway.LimitStore.Reserve)
		if most := c.allowed().most(); most > 0 {
			output, said = min(output, most), most <= output
		}
	}
	return output * c.facts.Choices(), said
}

// forward sends the call to an upstream and its answer to the caller.
func (c *call) forward() *refusal {
	c.server.metrics.added.observe(c.server.now().Sub(c.began).Nanoseconds())
	if c.match.Upgrade {
		return c.forwardRealtime()
	}
	if c.match.Page != nil {
		return c.forwardList()
	}
	resp, refused := c.set.pools.send(c, c.outgoing())
	if refused != nil {
		return c.formFirst(refused)
	}
	defer resp.Body.Close()
	c.cameBack(resp, c.model)
	return c.answer(resp)
}

// cameBack notes that an upstream of a model answered.
func (c *call) cameBack(resp *http.Response, model string) {
	c.outcome.sent, c.outcome.status = true, resp.StatusCode
	c.server.metrics.upstream.add(1, model, c.outcome.upstream, statusClass(resp.StatusCode))
}

// formFirst is why a call has no answer. A form that wasn't in order to its end is
// why it wasn't sent to its end.
func (c *call) formFirst(why *refusal) *refusal {
	if c.form != nil && c.form.Err() != nil {
		return c.bodyError(c.form.Err())
	}
	return why
}
