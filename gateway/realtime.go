package gateway

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"palisade/gateway/limit"
	"palisade/gateway/route"
	"palisade/gateway/upstream"
)

// A realtime call is a WebSocket that stays open for many turns. The call takes
// its place among the requests and running calls once; each turn reserves
// tokens when the model begins to answer and settles them when it has.

// keySubprotocol begins a subprotocol by which browsers send a key. What a page
// holds, everybody has who reads the page.
const keySubprotocol = "openai-insecure-api-key"

// checkRealtime refuses a WebSocket whose messages policy would have to look at.
func (c *call) checkRealtime() *refusal {
	for _, line := range c.r.Header["Sec-Websocket-Protocol"] {
		if strings.Contains(strings.ToLower(line), keySubprotocol) {
			return &refusal{status: http.StatusBadRequest, code: "BadRequest", reason: "credential_subprotocol",
				message: "a key in a subprotocol isn't taken: send an access token in the Authorization header"}
		}
	}
	if !c.allowed().isRealtimeSafe() || c.set.guard.looks() {
		return blocked("realtime_policy", "what this caller may do with this model is restricted in ways that can't be held in a realtime session", "")
	}
	return nil
}

// session is an open realtime call.
type session struct {
	call    *call
	buckets []limit.Bucket // for turns
	turn    *limit.Lease   // of the answer that is being made, or nil
	sum     route.Usage
}

// forwardRealtime opens the WebSocket at an upstream and joins it with the
// caller's, until one of them closes it.
func (c *call) forwardRealtime() *refusal {
	tunnel, resp, choice, err := c.set.pools.Upgrade(c.r.Context(), c.outgoing())
	c.outcome.went(choice)
	if err != nil {
		return c.notSent(err)
	}
	c.outcome.sent = true
	if tunnel == nil {
		defer resp.Body.Close()
		c.outcome.status = resp.StatusCode
		return c.answer(resp)
	}
	c.outcome.status, c.w.status = http.StatusSwitchingProtocols, http.StatusSwitchingProtocols
	defer c.releaseConn()
	s := &session{call: c, buckets: c.turnBuckets()}
	ctx, cancel := context.WithCancel(c.r.Context())
	defer cancel()
	defer context.AfterFunc(c.set.context, cancel)()
	err = tunnel.Serve(ctx, c.w.ResponseWriter, upstream.TunnelOptions{MaxFrame: int64(c.set.spec.Gateway.Bounds.Body), Down: s.down})
	s.end()
	var r *refusal
	if errors.As(err, &r) {
		c.refusal = r
	}
	c.w.done = true
	return nil
}

// turnBuckets are the limits that each turn has to fit into.
func (c *call) turnBuckets() []limit.Bucket {
	var kept []limit.Bucket
	for _, b := range c.buckets() {
		if b.Unit == limit.Tokens || b.Unit == limit.Cost {
			kept = append(kept, b)
		}
	}
	return kept
}

// releaseConn gives a hijacked connection's place free.
func (c *call) releaseConn() {
	if conn, ok := c.r.Context().Value(connKey{}).(net.Conn); ok {
		c.server.connections.release(conn)
	}
}

var (
	answerBegins = []byte(`"response.created"`)
	answerEnds   = []byte(`"response.done"`)
)

// down sees what the upstream sends.
func (s *session) down(message []byte, _ bool) error {
	switch {
	case bytes.Contains(message, answerEnds):
		s.endTurn(message)
	case bytes.Contains(message, answerBegins):
		return s.beginTurn()
	}
	return nil
}

// beginTurn reserves the tokens of an answer. Without room the session ends.
func (s *session) beginTurn() error {
	s.settle(nil)
	if len(s.buckets) == 0 {
		return nil
	}
	c := s.call
	want := int64(c.set.spec.Gateway.LimitStore.Reserve)
	lease, over, err := c.server.limiter.Reserve(c.r.Context(), s.buckets, limit.Ask{Tokens: want, LeastTokens: 1})
	switch {
	case err != nil:
		return unavailable("limits_unavailable", "limits can't be counted at the moment")
	case over != nil:
		return exceeded(over)
	}
	s.turn = lease
	return nil
}

// endTurn settles an answer by what the upstream says it used.
func (s *session) endTurn(message []byte) {
	a := route.NewAnswer(s.call.match.Operation)
	a.Bytes(message)
	if !a.Usage.Known {
		s.settle(nil)
		return
	}
	u := a.Usage
	s.sum.Known = true
	s.sum.Input, s.sum.Output, s.sum.Cached = s.sum.Input+u.Input, s.sum.Output+u.Output, s.sum.Cached+u.Cached
	s.settle(&u)
}

// settle settles the turn; without a usage it counts for what was reserved.
func (s *session) settle(u *route.Usage) {
	if s.turn == nil {
		return
	}
	used := limit.Used{Tokens: s.turn.Tokens, Cost: s.turn.Cost}
	if u != nil {
		used = limit.Used{Tokens: u.Input + u.Output}
		if m := s.call.set.node.models[s.call.model]; m != nil && m.Price != nil {
			used.Cost = cost(m.Price, *u)
		}
	}
	if err := s.turn.Settle(s.call.r.Context(), used); err != nil {
		s.call.server.log.Error("limits not settled", "model", s.call.model, "error", err)
	}
	s.turn = nil
}

// end settles what is open, and notes what the session used. The turns have
// been charged; the call itself took no tokens.
func (s *session) end() {
	s.settle(nil)
	c := s.call
	c.outcome.used = usage{known: s.sum.Known, input: s.sum.Input, cached: s.sum.Cached, output: s.sum.Output}
	if m := c.set.node.models[c.model]; m != nil && m.Price != nil {
		c.outcome.used.cost = cost(m.Price, s.sum)
	}
	c.outcome.owed = true
}
