package gateway

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"palisade/gateway/redact"
	"palisade/gateway/route"
	"palisade/gateway/safety"
	"palisade/spec"
)

// guard looks into what is said: secrets and personal data, and what Azure AI
// Content Safety finds. Its nil parts look for nothing.
type guard struct {
	blocked *redact.Redactor
	sent    *redact.Redactor
	logged  *redact.Redactor // finds what may not be sent, too
	safety  *safety.Checker
}

func (server *Server) newGuard(s *spec.Spec, p *pools) (guard, error) {
	r := &s.Gateway.Redact
	g := guard{blocked: redact.New(r.Blocked), sent: redact.New(r.Sent), logged: redact.New(slices.Concat(r.Logged, r.Sent, r.Blocked))}
	if s.Gateway.Safety == nil {
		return g, nil
	}
	identity, err := p.Identity()
	if err != nil {
		return g, fmt.Errorf("%s: %w", s.At("gateway", "safety"), err)
	}
	g.safety = safety.New(s.Gateway.Safety, identity, safety.Options{Scope: p.Scope(), Transport: server.options.Safety})
	return g, nil
}

// looks reports whether anything is looked for, which messages of a WebSocket
// and lines of a batch can't be asked for.
func (g *guard) looks() bool { return g.blocked != nil || g.sent != nil || g.safety != nil }

// says reports whether an operation sends text to a model and gets text back.
func says(op *route.Operation) bool {
	switch op.Meter {
	case route.ChatMeter, route.CompletionsMeter, route.ResponsesMeter:
		return true
	}
	return false
}

// redact refuses what must not be sent, and takes out of a body what the model
// must not get.
func (c *call) redact() *refusal {
	g := &c.set.guard
	if c.body == nil || g.blocked == nil && g.sent == nil {
		return nil
	}
	found, err := g.blocked.FindJSON(c.body.Bytes)
	if err != nil || found.TooLong {
		return blocked("redact_too_long", "the body is too long to be looked through", "")
	}
	if found.Any() {
		c.countRedacted(found, "blocked")
		return blocked("redact_blocked", "the call holds what may not be sent: "+kindsText(found), "")
	}
	clean, found, err := g.sent.JSON(c.body.Bytes)
	if err != nil {
		return blocked("redact_too_long", "the body is too long to be looked through", "")
	}
	if !found.Any() {
		return nil
	}
	c.countRedacted(found, "removed")
	return c.replaceBody(clean)
}

func kindsText(found redact.Counts) string {
	var names []string
	for _, k := range found.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func (c *call) countRedacted(found redact.Counts, result string) {
	for _, k := range found.Kinds() {
		c.server.metrics.redacted.add(uint64(found.Of(k)), string(k), result)
	}
}

// replaceBody goes on with another body, of which the facts are found anew. What
// was decided by the old one has to hold for the new one, too.
func (c *call) replaceBody(text []byte) *refusal {
	b, err := route.ReadBody(bytes.NewReader(text), int64(len(text)), len(text))
	if err != nil {
		return unavailable("redact_error", "the body can't be written anew")
	}
	model, refs := c.facts.Model.Value, len(c.facts.Refs)
	c.body.Release()
	c.body = b
	if r := routed(route.Scan(b.Bytes, &c.facts)); r != nil {
		return r
	}
	if c.facts.Model.Value != model || len(c.facts.Refs) != refs {
		return blocked("redact_name", "the name of a model or thing looks like what may not be sent", "")
	}
	return nil
}

// shield asks Content Safety about the prompt.
func (c *call) shield() *refusal {
	if c.set.guard.safety == nil || c.body == nil || !says(c.match.Operation) {
		return nil
	}
	return c.judged(c.set.guard.safety.Prompt(c.r.Context(), c.body.Bytes))
}

// judged counts what Content Safety said, and refuses what it doesn't let pass.
func (c *call) judged(r safety.Result) *refusal {
	result := r.Reason
	if result == "" {
		result = "clean"
	}
	c.server.metrics.safety.add(1, result)
	if r.Err != nil {
		c.server.log.Warn("content safety not asked", "reason", r.Reason, "allowed", r.Allowed, "error", r.Err)
	}
	switch {
	case r.Allowed:
		return nil
	case r.AttackInPrompt || r.AttackInDocuments || r.Ungrounded:
		return &refusal{status: http.StatusBadRequest, code: "content_filter", reason: r.Reason, param: "prompt",
			message: "The call was blocked by Azure AI Content Safety."}
	}
	return unavailable(r.Reason, "Content Safety can't be asked about this call")
}

// holds reports whether the whole answer has to be looked at before the caller
// gets any of it.
func (c *call) holds() bool {
	return c.set.guard.safety != nil && c.set.guard.safety.HoldsAnswers() && says(c.match.Operation) && c.body != nil
}

// checkAnswer asks Content Safety about an answer, in the JSON form of one that
// isn't a stream.
func (c *call) checkAnswer(body []byte) *refusal {
	return c.judged(c.set.guard.safety.Answer(context.WithoutCancel(c.r.Context()), c.body.Bytes, body))
}
