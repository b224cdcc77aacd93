package upstream

import (
	"context"
	"io"
	"net/http"
	"time"

	"palisade/gateway/route"
	"palisade/spec"
)

// Choice is where a call went.
type Choice struct {
	// Upstream is the upstream's name, or "" if none was asked.
	Upstream string
	// Place is where things are that the call stored.
	Place string
	// Region is the upstream's region or label.
	Region string
	// Priority is that of the upstream's tier.
	Priority int
	// Attempts is how often the call was sent, or tried to be.
	Attempts int
	// Hedged says that two upstreams were asked at once.
	Hedged bool
	// Left says that the upstream was at work when its answer was no longer
	// waited for: it may have used what the call asked for.
	Left bool
}

// Do sends a call to an upstream of its model, and to others where that helps
// and is safe. The answer's body has to be closed; closing it early, or the end
// of the context, ends the call at the upstream too. The error is a *Failure.
func (p *Pools) Do(ctx context.Context, o *Outgoing) (*http.Response, Choice, error) {
	return p.try(ctx, o, (*Upstream).send)
}

func (p *Pools) try(ctx context.Context, o *Outgoing, send sender) (*http.Response, Choice, error) {
	all := p.models[o.Model]
	if all == nil {
		return nil, Choice{}, failure(http.StatusNotFound, "model_unknown", "there is no such model", nil)
	}
	if !all.has(o.Place) {
		return nil, Choice{}, failure(http.StatusNotFound, "upstream_gone", "what the call is about is at an upstream that isn't there any more", nil)
	}
	t := tries{pools: p, pool: all, ctx: ctx, o: o, sendTo: send}
	return t.run()
}

// sender sends a call to one upstream.
type sender func(u *Upstream, ctx context.Context, p *Pools, o *Outgoing) (*http.Response, error)

// tries are the attempts of one call.
type tries struct {
	pools  *Pools
	pool   *pool
	ctx    context.Context
	o      *Outgoing
	sendTo sender
	not    tried         // asked already, without an answer
	n      int           // attempts so far
	waited time.Duration // of what may be waited
	choice Choice
	last   result
}

// result is how an attempt ended.
type result struct {
	u       *Upstream
	resp    *http.Response
	err     error
	verdict verdict
	cancel  context.CancelFunc
}

func (t *tries) run() (*http.Response, Choice, error) {
	for {
		u, next := t.pick()
		if u == nil {
			if t.wait(next) {
				continue
			}
			return t.end(next)
		}
		t.last.discard()
		t.last = t.ask(u)
		if !t.last.verdict.mayRetry(t.o) || t.n >= t.pools.retry.Attempts || t.ctx.Err() != nil {
			return t.end(time.Time{})
		}
		if t.last.verdict != busy {
			t.not |= tried(t.last.u.bit)
		}
	}
}

func (t *tries) pick() (*Upstream, time.Time) {
	return t.pool.pick(t.pools.options.Now(), t.o.Place, t.not, t.pools.options.Rand)
}

// ask makes one attempt.
func (t *tries) ask(u *Upstream) result {
	if after := duration(t.pools.retry.HedgeAfter); after > 0 && t.mayHedge() {
		return t.hedge(u, after)
	}
	t.n++
	ctx, cancel := context.WithCancel(t.ctx)
	return t.send(ctx, cancel, u)
}

// send sends to one upstream and notes what that shows of it.
func (t *tries) send(ctx context.Context, cancel context.CancelFunc, u *Upstream) result {
	r := result{u: u, cancel: cancel}
	r.resp, r.err = t.sendTo(u, ctx, t.pools, t.o)
	if cause := t.o.broken.Load(); r.err != nil && cause != nil {
		r.err = failure(http.StatusBadRequest, "body_broken", "the body can't be read", *cause)
	}
	r.verdict = judge(ctx, r.resp, r.err)
	t.pools.note(&r)
	return r
}

// note adds a result to what is known of the upstream.
func (p *Pools) note(r *result) {
	now := p.options.Now()
	wait := time.Duration(0)
	if r.resp != nil {
		wait = retryAfter(r.resp.Header, now)
	}
	switch r.verdict {
	case good:
		r.u.health.worked()
	case busy:
		r.u.health.throttled(now, wait)
	case ended, hopeless:
		r.u.health.gaveUp()
	default:
		if r.u.health.failed(now, wait) {
			p.options.Log.Warn("upstream left alone", "model", r.u.model, "upstream", r.u.name, "why", r.why())
		}
	}
}

// why says what went wrong, without anything of a body.
func (r *result) why() string {
	if r.err != nil {
		return r.err.Error()
	}
	return http.StatusText(r.resp.StatusCode)
}

// wait waits until an upstream can be asked. It answers false if that isn't
// worth it.
func (t *tries) wait(next time.Time) bool {
	if t.n >= t.pools.retry.Attempts || t.n > 0 && !t.o.again() {
		return false
	}
	now := t.pools.options.Now()
	var pause time.Duration
	if u, _ := t.pool.choose(now, t.o.Place, 0, t.pools.options.Rand); u != nil && t.not != 0 {
		pause = t.backoff()
	} else if next.IsZero() {
		return false
	} else {
		pause = max(next.Sub(now), time.Millisecond)
		pause += time.Duration(t.pools.options.Rand(int(pause/10) + 1)) // so that not all come back at once
	}
	if t.waited+pause > duration(t.pools.retry.MaxWait) || !t.fits(pause) {
		return false
	}
	t.waited += pause
	t.not = 0
	return sleep(t.ctx, pause)
}

// fits reports whether the call's deadline is after a pause.
func (t *tries) fits(pause time.Duration) bool {
	deadline, ok := t.ctx.Deadline()
	return !ok || time.Until(deadline) > pause
}

// backoff is the pause before an upstream is asked again that failed in this
// call: 50 ms, doubled each time up to 1 s, of which up to half is by chance.
func (t *tries) backoff() time.Duration {
	d := min(time.Second, 50*time.Millisecond<<min(t.n, 5))
	return d - time.Duration(t.pools.options.Rand(int(d/2)))
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// end gives what the last attempt left: its answer, if that is the caller's to
// see, or a failure.
func (t *tries) end(next time.Time) (*http.Response, Choice, error) {
	t.choice.Attempts = t.n
	r := &t.last
	if r.u == nil {
		return nil, t.choice, t.unasked(next)
	}
	t.choice.Upstream, t.choice.Place, t.choice.Region, t.choice.Priority = r.u.name, r.u.place, r.u.region, r.u.priority
	if r.err != nil {
		r.cancel()
		f := failureOf(t.ctx, r.err)
		t.choice.Left = f.Reason == "client_closed" || f.Reason == "upstream_timeout"
		return nil, t.choice, f
	}
	both, upgrade := r.resp.Body.(io.ReadWriteCloser)
	upgrade = upgrade && t.o.Match.Upgrade && r.resp.StatusCode == http.StatusSwitchingProtocols
	if f := unfit(r.resp, upgrade); f != nil {
		r.discard()
		return nil, t.choice, f
	}
	if upgrade {
		r.resp.Body = &upgraded{both, r.cancel}
		return r.resp, t.choice, nil
	}
	t.watch(r)
	return r.resp, t.choice, nil
}

// unasked is the failure of a call for which no upstream was ready.
func (t *tries) unasked(next time.Time) *Failure {
	if t.ctx.Err() != nil {
		return failureOf(t.ctx, t.ctx.Err())
	}
	f := failure(http.StatusServiceUnavailable, "upstream_exhausted", "no upstream of this model can take calls at the moment", nil)
	now := t.pools.options.Now()
	if t.pool.throttled(now) {
		f = failure(http.StatusTooManyRequests, "upstream_throttled", "all upstreams of this model are at their limit. Please retry later.", nil)
	}
	f.Wait = max(next.Sub(now), time.Millisecond)
	return f
}

// throttled reports whether one of the upstreams works and has too much to do.
func (p *pool) throttled(now time.Time) bool {
	for _, u := range p.all {
		if state, _, _ := u.health.status(now); state == "throttled" {
			return true
		}
	}
	return false
}

// unfit is for answers that are between the gateway and its upstream, and would
// mislead a caller.
func unfit(resp *http.Response, upgrade bool) *Failure {
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return failure(http.StatusBadGateway, "upstream_denied", "the upstream doesn't let the gateway in", nil)
	case s >= 300 && s < 400:
		return failure(http.StatusBadGateway, "upstream_redirect", "the upstream sends elsewhere, and the gateway doesn't follow", nil)
	}
	if resp.StatusCode < 200 && !upgrade {
		return failure(http.StatusBadGateway, "upstream_broken", "the upstream's answer isn't one", nil)
	}
	if e := resp.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return failure(http.StatusBadGateway, "upstream_broken", "the upstream's answer is compressed, and wasn't asked to be", nil)
	}
	return nil
}

// shortly is how long the rest of an answer may take that is read only for the
// sake of its connection.
const shortly = 50 * time.Millisecond

// discard drops an answer. A short one is read, so that its connection can be
// used again.
func (r *result) discard() {
	if r.resp != nil {
		body := r.resp.Body
		if n := r.resp.ContentLength; n > 0 && n <= 16<<10 {
			late := time.AfterFunc(shortly, func() { body.Close() })
			_, _ = io.CopyN(io.Discard, body, n)
			late.Stop()
		}
		body.Close()
	}
	if r.cancel != nil {
		r.cancel()
	}
	r.resp, r.cancel = nil, nil
}

// send sends a call.
func (u *Upstream) send(ctx context.Context, p *Pools, o *Outgoing) (*http.Response, error) {
	if f := u.unsupported(o); f != nil {
		return nil, f
	}
	if u.kind == spec.EchoUpstream {
		return p.echo.RoundTrip(ctx, o)
	}
	return u.sendBy(ctx, o, u.lines)
}

// sendBy sends one request. A credential that is refused is asked for anew where
// that can help, and the call sent once more if there is another one.
func (u *Upstream) sendBy(ctx context.Context, o *Outgoing, t http.RoundTripper) (*http.Response, error) {
	resp, err := u.sendOnce(ctx, o, t)
	if err == nil && resp.StatusCode == http.StatusUnauthorized && o.again() && u.credential.refused(ctx, resp) {
		(&result{resp: resp}).discard()
		return u.sendOnce(ctx, o, t)
	}
	return resp, err
}

func (u *Upstream) sendOnce(ctx context.Context, o *Outgoing, t http.RoundTripper) (*http.Response, error) {
	r, err := u.request(ctx, o)
	if err != nil {
		return nil, failure(http.StatusBadGateway, "upstream_error", "the call can't be sent to the upstream", err)
	}
	if err := u.credential.set(ctx, r.Header); err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, &credentialError{err}
	}
	return t.RoundTrip(r)
}

// unsupported refuses what an upstream can't be asked: a form names its model in
// the path with Azure, in a field elsewhere, and forms aren't written anew.
func (u *Upstream) unsupported(o *Outgoing) *Failure {
	form, ok := o.Payload.(*route.Multipart)
	if ok && u.kind == spec.OpenAIUpstream && o.Match.Form == route.Deployment && form.Facts.Model.Value == "" {
		return failure(http.StatusBadRequest, "model_missing", "the model has to be named in the form for this upstream", nil)
	}
	return nil
}
