package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"palisade/gateway/route"
	"palisade/gateway/upstream"
	"palisade/spec"
)

// Endpoint is where a deployment is called; see Options.Upstreams.
type Endpoint = upstream.Endpoint

// pools are the upstreams of all models, and what keeps their credentials fresh
// in the background.
type pools struct {
	*upstream.Pools
	cancel  context.CancelFunc
	running sync.WaitGroup
	bypass  atomic.Pointer[[]upstream.Bypass] // nil until it is known
	manager *manager                          // nil where no account is known
}

func (s *Server) newPools(parsed *spec.Spec) (*pools, error) {
	o := s.options.Upstreams
	if o.Now == nil {
		o.Now = s.options.Now
	}
	if o.Log == nil {
		o.Log = s.log
	}
	if before := s.current.Load(); before != nil {
		o.Earlier = before.pools.Pools
	}
	all, err := upstream.New(parsed, o)
	if err != nil {
		return nil, err
	}
	ask, err := newManager(parsed, all)
	if err != nil {
		all.Close()
		return nil, fmt.Errorf("asking Azure Resource Manager: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &pools{Pools: all, cancel: cancel, manager: ask}
	p.running.Go(func() { all.Run(ctx) })
	p.running.Go(func() { p.watch(ctx, s) })
	return p, nil
}

func (p *pools) close() {
	p.cancel()
	p.running.Wait()
	p.manager.close()
	p.Close()
}

// outgoing is the call as it is sent on.
func (c *call) outgoing() *upstream.Outgoing {
	o := &upstream.Outgoing{Match: &c.match, Model: c.model, Header: c.r.Header, Payload: c.payload(), Place: c.sticky, Add: c.traceHeader()}
	if c.body != nil {
		o.Facts = &c.facts
	}
	return o
}

// send sends a call to an upstream of its model.
func (p *pools) send(c *call, o *upstream.Outgoing) (*http.Response, *refusal) {
	resp, choice, err := p.Do(c.r.Context(), o)
	c.outcome.went(choice)
	if err != nil {
		return nil, c.notSent(err)
	}
	return resp, nil
}

// notSent is the refusal of a call that no upstream answered.
func (c *call) notSent(err error) *refusal {
	var body *route.Refusal
	if errors.As(err, &body) {
		return routed(body)
	}
	var f *upstream.Failure
	if !errors.As(err, &f) {
		return unavailable("upstream_error", "the upstream can't be called")
	}
	if f.Status >= http.StatusInternalServerError {
		c.server.log.Warn("call not answered by an upstream", "model", c.model, "upstream", c.outcome.upstream, "reason", f.Reason, "error", f.Err)
	}
	return &refusal{status: f.Status, code: itoa(f.Status), reason: f.Reason, message: f.Message, wait: f.Wait}
}
