package gateway

import (
	"net/http"

	"palisade/gateway/limit"
	"palisade/gateway/route"
)

// reserve takes what the call may use from all limits that it is under.
func (c *call) reserve() *refusal {
	grant := ""
	if c.grant != nil {
		grant = c.grant.Name
	}
	buckets := c.set.budgets.of(c.model, grant, c.caller.ID)
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

func exceeded(e *limit.Exceeded) *refusal {
	r := &refusal{status: http.StatusTooManyRequests, code: "429", reason: "limit_" + e.Reason(), header: http.Header{},
		message: "Requests have exceeded the limit " + e.Reason() + ". Please retry later."}
	if e.Never {
		r.message = "The call asks for more than the limit " + e.Reason() + " allows at all."
	}
	e.Set(r.header)
	return r
}

// ask is what the call can use at most.
func (c *call) ask() limit.Ask {
	input := c.promptTokens()
	output, said := c.facts.MaxOutputTokens()
	if !said {
		output = int64(c.set.spec.Gateway.LimitStore.Reserve)
		if most := c.allowed().most(); most > 0 {
			output = min(output, most)
		}
	}
	output *= c.facts.Choices()
	if c.match.Meter == route.EmbeddingsMeter || c.match.Meter == route.NoMeter {
		output = 0
	}
	a := limit.Ask{Requests: 1, Tokens: input + output}
	if !said {
		a.LeastTokens = input + 1
	}
	if m := c.set.node.models[c.model]; m != nil && m.Price != nil {
		a.Cost = cost(m.Price, route.Usage{Input: input, Output: output})
	}
	return a
}

func (c *call) promptTokens() int64 {
	name, body := "", []byte(nil)
	if m := c.set.node.models[c.model]; m != nil {
		name = m.Model.Model
	}
	if c.body != nil {
		body = c.body.Bytes
	}
	return limit.PromptTokens(body, &c.facts, name)
}

// forward sends the call to an upstream and its answer to the caller.
func (c *call) forward() *refusal {
	c.server.metrics.added.observe(c.server.now().Sub(c.began).Nanoseconds())
	resp, refused := c.set.pools.send(c)
	if refused != nil {
		return refused
	}
	defer resp.Body.Close()
	c.outcome.sent, c.outcome.status = true, resp.StatusCode
	c.server.metrics.upstream.add(1, c.model, c.outcome.upstream, statusClass(resp.StatusCode))
	return c.answer(resp)
}
