package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"palisade/gateway/route"
	"palisade/gateway/safety"
	"palisade/spec"
)

// holdBack is how much of an answer that isn't a stream is read before any of
// it is sent, so that a short one, as most are, can still be withheld.
const holdBack = 64 << 10

// mostHeld is the longest answer that is held as a whole, where Content Safety
// has to see it first.
const mostHeld = 16 << 20

// relay sends an upstream's answer to the caller as it came, and watches it.
type relay struct {
	call     *call
	watch    *route.Answer
	events   route.Events
	hidden   bool // the chunk of usage that the caller didn't ask for is left out
	out      []byte
	kept     bool // what was made is remembered
	items    int  // how many of its output items are
	streamed bool
	cut      *refusal
}

// answerHeaders are the headers of an upstream that a caller gets.
var answerHeaders = []string{
	"Content-Type", "Content-Disposition", "Cache-Control", "Retry-After", "Retry-After-Ms",
	"X-Request-Id", "Apim-Request-Id", "X-Ms-Client-Request-Id", "X-Ms-Region", "X-Ms-Rai-Invoked", "X-Ms-Deployment-Name",
	"Azureml-Model-Session", "Openai-Processing-Ms", "Openai-Version", "Operation-Location",
	"X-Ratelimit-Limit-Requests", "X-Ratelimit-Limit-Tokens", "X-Ratelimit-Remaining-Requests",
	"X-Ratelimit-Remaining-Tokens", "X-Ratelimit-Reset-Requests", "X-Ratelimit-Reset-Tokens",
}

func copyHeaders(to, from http.Header) {
	for _, name := range answerHeaders {
		if values := from[name]; len(values) > 0 {
			to[name] = values
		}
	}
}

// answer relays. A refusal means that nothing has been sent yet.
func (c *call) answer(resp *http.Response) *refusal {
	r := &relay{call: c, watch: route.NewAnswer(c.match.Operation), hidden: c.wantsUsage()}
	copyHeaders(c.w.Header(), resp.Header)
	if c.lease != nil {
		c.lease.Status.Set(c.w.Header())
	}
	defer r.note()
	media := mediaType(resp.Header)
	switch {
	case media == "text/event-stream" && c.holds():
		return r.heldStream(resp)
	case media == "text/event-stream":
		return r.stream(resp)
	}
	return r.whole(resp)
}

// stream passes events on as they come. The bytes stay the same, but for the
// chunk of usage that the gateway asked for itself.
func (r *relay) stream(resp *http.Response) *refusal {
	c := r.call
	r.streamed = true
	c.w.Header().Set("X-Accel-Buffering", "no")
	c.w.WriteHeader(resp.StatusCode)
	_ = c.w.FlushError()
	b := relays.Get().(*relayBuffer)
	defer func() { b.release(r) }()
	r.events, r.out = b.events, b.out
	buf := b.in[:cap(b.in)]
	for {
		n, err := resp.Body.Read(buf)
		r.out = r.out[:0]
		r.events.Feed(buf[:n], r.event)
		if err != nil {
			r.events.End(r.event)
		}
		if !r.send() || err != nil || r.cut != nil {
			return r.ended(err)
		}
	}
}

// heldStream reads a stream to its end, has what it says looked at, and only
// then sends it.
func (r *relay) heldStream(resp *http.Response) *refusal {
	r.streamed = true
	all, err := io.ReadAll(io.LimitReader(resp.Body, mostHeld+1))
	switch {
	case len(all) > mostHeld:
		return unavailable(safety.TooLong, "the answer is too long to be looked at as a whole")
	case err != nil:
		return &refusal{status: http.StatusBadGateway, code: "502", reason: "upstream_broken", message: "the upstream's answer broke off"}
	}
	r.events.Feed(all, r.event)
	r.events.End(r.event)
	if r.cut != nil {
		return r.cut
	}
	text, err := json.Marshal(string(streamText(all)))
	if err != nil {
		return unavailable(safety.Unreadable, "the answer can't be looked at")
	}
	if cut := r.call.checkAnswer([]byte(`{"choices":[{"message":{"content":` + string(text) + `}}]}`)); cut != nil {
		return cut
	}
	r.call.w.WriteHeader(resp.StatusCode)
	r.send()
	return r.ended(nil)
}

// event watches an event and keeps it to be sent, unless it is withheld.
func (r *relay) event(e route.Event) {
	if r.cut != nil {
		return
	}
	usageOnly := r.watch.Event(e)
	r.keep()
	if r.cut = r.call.filtered(r.watch); r.cut != nil {
		r.out = append(append(append(r.out, "data: "...), r.cut.body()...), "\n\n"...)
		return
	}
	if r.hidden && usageOnly {
		return
	}
	r.out = append(r.out, e.Raw...)
}

// send sends what there is, at once.
func (r *relay) send() bool {
	if len(r.out) == 0 {
		return true
	}
	if _, err := r.call.w.Write(r.out); err != nil {
		return false
	}
	return r.call.w.FlushError() == nil
}

// ended is for an answer that has begun. A caller must not take half of it for
// the whole, so the connection is cut.
func (r *relay) ended(err error) *refusal {
	switch {
	case r.cut != nil:
		r.call.refusal = r.cut
	case r.call.w.failed:
		r.call.refusal = &refusal{status: 499, reason: "client_closed", message: "the caller hung up"}
	case err != nil && !errors.Is(err, io.EOF):
		r.call.refusal = &refusal{status: http.StatusBadGateway, reason: "upstream_broken", message: "the upstream's answer broke off"}
		r.call.abort = true
	}
	return nil
}

// whole passes on an answer that isn't a stream. What is short is held until
// all of it has been looked at.
func (r *relay) whole(resp *http.Response) *refusal {
	isJSON := strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json")
	lent := wholes.Get().(*[]byte)
	defer wholes.Put(lent)
	buf := (*lent)[:0]
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, make([]byte, cap(buf))...)[:len(buf)]
		}
		n, err := resp.Body.Read(buf[len(buf):cap(buf)])
		if isJSON {
			r.watch.Bytes(buf[len(buf) : len(buf)+n])
		}
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return r.all(resp, buf)
		}
		if err != nil {
			return &refusal{status: http.StatusBadGateway, code: "502", reason: "upstream_broken", message: "the upstream's answer broke off"}
		}
		if len(buf) >= mostHeld {
			return unavailable(safety.TooLong, "the answer is too long to be looked at as a whole")
		}
		if len(buf) >= holdBack && !r.call.holds() {
			return r.rest(resp, buf, isJSON)
		}
	}
}

// mostCounted is the longest answer whose length net/http finds out by itself,
// at less cost than one more header.
const mostCounted = 2000

// all sends an answer of which all is there.
func (r *relay) all(resp *http.Response, body []byte) *refusal {
	if cut := r.call.filtered(r.watch); cut != nil {
		return cut
	}
	if r.call.holds() && resp.StatusCode < 300 {
		if cut := r.call.checkAnswer(body); cut != nil {
			return cut
		}
	}
	if !r.keep() || !r.call.keepOutputs(body, r.call.made()) {
		return notRemembered()
	}
	r.call.w.whole = len(body) > 0 && r.call.settlesAfar()
	if r.call.w.whole || len(body) > mostCounted {
		r.call.w.Header()["Content-Length"] = []string{itoa(len(body))}
	}
	r.call.w.WriteHeader(resp.StatusCode)
	_, _ = r.call.w.Write(body)
	return nil
}

// rest sends the start of a long answer, and then the rest of it.
func (r *relay) rest(resp *http.Response, start []byte, isJSON bool) *refusal {
	if !r.keep() {
		return notRemembered()
	}
	c := r.call
	if resp.ContentLength > 0 {
		c.w.Header().Set("Content-Length", itoa(int(resp.ContentLength)))
	}
	c.w.WriteHeader(resp.StatusCode)
	r.out = start
	buf := make([]byte, 32<<10)
	for r.send() {
		n, err := resp.Body.Read(buf)
		if isJSON {
			r.watch.Bytes(buf[:n])
		}
		r.keep()
		if r.cut = c.filtered(r.watch); r.cut != nil {
			c.abort = true
			return r.ended(nil)
		}
		if r.out = buf[:n]; err != nil {
			r.send()
			return r.ended(err)
		}
	}
	return r.ended(nil)
}

// keep remembers what was made, before the caller learns its ID. It answers
// false if that isn't possible.
func (r *relay) keep() bool {
	c := r.call
	if c.match.Makes == route.NotStored || r.watch.ID == "" || c.outcome.status >= 300 || !c.keeps() {
		return true
	}
	if !r.kept {
		s := c.made()
		if r.watch.Error == "" && c.facts.Background == route.Yes && c.lease != nil {
			s.Owed, s.OwedCost = max(1, c.lease.Tokens), c.lease.Cost
		}
		r.kept = c.server.objects.Put(c.r.Context(), r.watch.ID, s) == nil
	}
	for ; r.kept && r.items < len(r.watch.Items); r.items++ {
		r.kept = c.server.objects.Put(c.r.Context(), r.watch.Items[r.items], c.made()) == nil
	}
	return r.kept
}

// keeps reports whether the upstream keeps what the call makes.
func (c *call) keeps() bool {
	makesAnswer := c.match.Makes == route.Response || c.match.Makes == route.Completion
	return !makesAnswer || stores(c.match.Operation, &c.facts)
}

// made is what is remembered of a thing that the call makes.
func (c *call) made() Stored {
	s := Stored{Owner: c.caller.ID, Model: c.model, Upstream: c.outcome.place, Made: c.began}
	if c.lines != nil && c.match.Makes == route.File {
		s.Endpoint, s.Tokens, s.Input = c.lines.endpoint, c.lines.tokens, c.lines.input
	}
	return s
}

// note keeps what the answer said for the record. What an operation without a
// meter tells of usage, such as the reading of a stored response, was another
// call's.
func (r *relay) note() {
	c, u := r.call, r.watch.Usage
	c.outcome.answer = r.watch
	if c.match.Meter != route.NoMeter {
		seen := !u.Known && r.streamed && c.outcome.status < 400
		if seen {
			u.Input, u.Output = c.input, int64(max(r.watch.Deltas, (r.watch.Text+2)/3))
		}
		c.outcome.used = usage{known: u.Known, seen: seen, input: u.Input, cached: u.Cached, output: u.Output}
		if m := c.set.node.models[c.model]; m != nil && m.Price != nil {
			c.outcome.used.cost = cost(m.Price, u)
		}
	}
	if c.stored.Owed > 0 && c.match.Stored == route.Response && u.Known && isFinal(r.watch.Status) {
		c.payOwed(u)
	}
	if c.match.Method == http.MethodDelete && c.outcome.status < 300 {
		_ = c.server.objects.Delete(c.r.Context(), c.match.StoredID())
	}
}

// cost is what tokens cost, in millionths, rounded up.
func cost(p *spec.Price, u route.Usage) int64 {
	const million = 1_000_000
	cached := min(u.Cached, u.Input)
	sum := (u.Input-cached)*int64(p.Input) + cached*int64(p.CachedInput) + u.Output*int64(p.Output)
	return (sum + million - 1) / million
}

// filtered withholds an answer where the upstream found an attack, or known
// text, that the model's filter says to block, and let it pass.
func (c *call) filtered(a *route.Answer) *refusal {
	if a.Filter.Prompt.Detected == nil && a.Filter.Completion.Detected == nil {
		return nil
	}
	m := c.set.node.models[c.model]
	if m == nil {
		return nil
	}
	f := &m.Filter
	found := func(v []string, category string, action spec.FilterAction) bool {
		return action == spec.FilterBlock && slices.Contains(v, category)
	}
	prompt, completion := a.Filter.Prompt.Detected, a.Filter.Completion.Detected
	switch {
	case found(prompt, "jailbreak", f.Jailbreak), found(prompt, "indirect_attack", f.IndirectAttack):
		return contentFilter("The prompt was blocked by the gateway's content filter.")
	case found(completion, "protected_material_text", f.ProtectedMaterial), found(completion, "protected_material_code", f.ProtectedMaterial):
		return contentFilter("The completion was blocked by the gateway's content filter.")
	}
	return nil
}

func contentFilter(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "content_filter", reason: "content_filter", message: message, param: "prompt"}
}
