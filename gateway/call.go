package gateway

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"palisade/access"
	"palisade/gateway/caller"
	"palisade/gateway/limit"
	"palisade/gateway/route"
	"palisade/gateway/telemetry"
	"palisade/spec"
)

// call is one call on its way through the gateway. Each step adds what it found
// out, so that a refusal at any of them can be recorded with all that is known.
type call struct {
	server  *Server
	set     *setup
	address string // of the listener
	began   time.Time
	w       *answer
	r       *http.Request

	caller   *caller.Caller // nil until somebody proved who they are
	from     caller.Source
	match    route.Match
	facts    route.Facts
	body     *route.Body
	form     *route.Multipart
	upload   *upload // what form is read from
	model    string  // as callers name it, "" where none is called
	sticky   string  // the place that has what the call is about, or ""
	madeBy   string  // the model by which that was made, or ""
	stored   Stored  // the first thing that the call names
	lines    *batchLines
	decision access.Decision
	grant    *spec.Grant
	lease    *limit.Lease
	input    int64 // estimate of the prompt's tokens
	outcome  outcome
	trace    telemetry.Trace
	record   string // ID of the usage record
	refusal  *refusal
	abort    bool // the answer isn't whole: the connection has to be cut
}

// steps are what a call passes, in order. The first refusal ends it.
func steps() []func(*call) *refusal {
	return []func(*call) *refusal{
		(*call).identify,
		(*call).findOperation,
		(*call).readBody,
		(*call).findObjects,
		(*call).findModel,
		(*call).decide,
		(*call).prepareRecord,
		(*call).checkPolicy,
		(*call).redact,
		(*call).reserve,
		(*call).shield,
		(*call).forward,
	}
}

// handler serves the calls of one listener.
func (s *Server) handler(address string) http.Handler {
	all := steps()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.metrics.running.Add(1)
		defer s.metrics.running.Add(-1)
		set := s.use()
		defer set.calls.Done()
		ctx, cancel := context.WithTimeout(r.Context(), time.Duration(set.spec.Gateway.Timeouts.Total))
		defer cancel()
		c := &call{server: s, set: set, address: address, began: s.now(), w: newAnswer(w, set.spec.Gateway.Timeouts), r: r.WithContext(ctx)}
		s.journal.begin(c)
		c.run(all)
		if c.finish(); c.abort {
			panic(http.ErrAbortHandler)
		}
	})
}

// use is the setup that runs, held until its calls are done.
func (s *Server) use() *setup {
	for {
		if set := s.current.Load(); set.begin() {
			return set
		}
	}
}

func (c *call) run(all []func(*call) *refusal) {
	defer c.rescue()
	c.beginTrace()
	for _, step := range all {
		if r := step(c); r != nil {
			c.refusal = r
			c.refuse()
			return
		}
		if c.w.done {
			return
		}
	}
}

// rescue makes a refusal of a mistake in the gateway itself, so that the call
// is settled and recorded like any other.
func (c *call) rescue() {
	if p := recover(); p != nil {
		c.server.log.Error("call panicked", "operation", c.operationName(), "stack", string(debug.Stack()))
		c.refusal = &refusal{status: http.StatusInternalServerError, code: "500", reason: "internal_error", message: "the gateway made a mistake"}
		c.abort = c.w.status != 0
		c.refuse()
	}
}

// refuse answers with the refusal, unless the answer has begun.
func (c *call) refuse() {
	if c.w.status == 0 {
		c.refusal.write(c.w)
	}
}

// identify asks who calls, and from where.
func (c *call) identify() *refusal {
	door := c.set.doors[c.address]
	if door == nil {
		return unavailable("listener_gone", "this listener is being closed")
	}
	who, from, err := door.Pass(c.r)
	c.from = from
	if from.Addr.IsValid() && !c.set.node.network(from) {
		c.caller = who
		return refusedNetwork()
	}
	if err != nil {
		return c.notLetIn(err)
	}
	c.caller = who
	return nil
}

func (c *call) notLetIn(err error) *refusal {
	r, ok := err.(*caller.Refusal)
	if !ok {
		return unavailable("caller_error", "it can't be found out who calls")
	}
	c.caller = r.Caller
	return &refusal{status: r.Status, code: r.Code, reason: string(r.Reason), message: r.Message, challenge: r.Challenge}
}

// findOperation finds what the call asks for. What isn't in the table doesn't
// pass.
func (c *call) findOperation() *refusal {
	var r *route.Refusal
	c.match, r = c.set.table.Match(c.r)
	return routed(r)
}

func routed(r *route.Refusal) *refusal {
	if r == nil {
		return nil
	}
	return &refusal{status: r.Status, code: r.Code, reason: r.Reason, message: r.Message, param: r.Param, allow: r.Allow}
}

// operation is how a person names the operation in a message: by the table's
// words, not by the caller's.
func (c *call) operation() string {
	prefix := "/openai/v1"
	switch c.match.Form {
	case route.Deployment:
		prefix = "/openai/deployments/{deployment-id}"
	case route.Resource:
		prefix = "/openai"
	}
	return c.match.Method + " " + prefix + c.match.Path
}

// operationName is the table's name of the operation, or "".
func (c *call) operationName() string {
	if c.match.Operation == nil {
		return ""
	}
	return c.match.Name
}

// findModel says which model is called.
func (c *call) findModel() *refusal {
	switch c.match.ModelFrom() {
	case route.FromPath, route.FromQuery:
		c.model = c.match.Model
	case route.FromBody:
		c.model = c.facts.Model.Value
	case route.FromForm:
		c.model = formModel(c.form)
	case route.FromBodyOrSaid:
		if c.model = c.facts.Model.Value; c.model == "" {
			c.model = c.madeBy
		}
	case route.NoModel, route.FromStored:
		return c.impliedModel()
	}
	if c.model == "" {
		return &refusal{status: http.StatusBadRequest, code: "invalid_request_error", reason: "model_missing", message: "the call names no model", param: "model"}
	}
	if other := c.otherModel(); other != "" && other != c.model {
		return &refusal{status: http.StatusBadRequest, code: "invalid_request_error", reason: "model_mismatch",
			message: "the path and the body name different models", param: "model"}
	}
	return nil
}

// modelHeader names the model of a call that has no other place for it, such as
// the upload of a file: it says at which upstream things are kept.
const modelHeader = "X-Palisade-Model"

// impliedModel is the model by which the thing was made that the call is about,
// that of a file's lines, or the one that the header names. It may be none.
func (c *call) impliedModel() *refusal {
	switch {
	case c.madeBy != "":
		c.model = c.madeBy
		if c.set.node.models[c.model] == nil {
			return notFound("object_unknown", "no such object")
		}
	case c.lines != nil && c.lines.model != "":
		c.model = c.lines.model
	default:
		c.model = c.r.Header.Get(modelHeader)
	}
	return nil
}

// otherModel is the model that the body names, where the path names one too.
func (c *call) otherModel() string {
	if c.form != nil {
		return formModel(c.form)
	}
	return c.facts.Model.Value
}

// decide asks whether the caller may. A call that names no model may be made by
// whoever may make it for one of the models; it is then about the first.
func (c *call) decide() *refusal {
	action := c.match.DataAction()
	now := c.server.now()
	if c.model != "" {
		return c.decideModel(action, now)
	}
	for _, name := range c.set.node.names {
		d := c.set.node.Decide(c.caller, c.from, name, action, now)
		if c.decision.Reasons == nil || d.Verdict > c.decision.Verdict {
			c.decision = d
		}
		if d.Verdict == access.Allow {
			c.model, c.grant = name, c.set.node.grantOf(d)
			return nil
		}
	}
	return refusalFor(c.decision, c.caller, action, c.operation())
}

func (c *call) decideModel(action string, now time.Time) *refusal {
	node := c.set.node
	if node.models[c.model] == nil {
		return c.noSuchModel(action, now)
	}
	c.decision = node.Decide(c.caller, c.from, c.model, action, now)
	if c.decision.Verdict != access.Allow {
		return refusalFor(c.decision, c.caller, action, c.operation())
	}
	if c.grant = node.grantOf(c.decision); c.grant == nil {
		return unavailable("grant_unclear", "the grant of this call can't be found")
	}
	return nil
}

// noSuchModel tells a name that isn't there from one that the caller may not
// use only to those who may use some model: others learn nothing of the names.
func (c *call) noSuchModel(action string, now time.Time) *refusal {
	c.model = ""
	for _, name := range c.set.node.names {
		if c.decision = c.set.node.Decide(c.caller, c.from, name, action, now); c.decision.Verdict == access.Allow {
			return &refusal{status: http.StatusNotFound, code: "DeploymentNotFound", reason: "model_unknown", message: "The API deployment for this resource does not exist."}
		}
	}
	return refusalFor(c.decision, c.caller, action, c.operation())
}

// checkPolicy asks what may pass, and answers what the gateway itself answers.
func (c *call) checkPolicy() *refusal {
	switch {
	case c.match.Name == "models.list" || c.match.Name == "models.get":
		return c.answerModels()
	case c.match.Upgrade:
		return c.checkRealtime()
	}
	if r := c.checkBatch(); r != nil {
		return r
	}
	return c.allowed().check(c.match.Operation, &c.facts)
}

func (c *call) allowed() allowed {
	a := allowed{nil, nil}
	if m := c.set.node.models[c.model]; m != nil {
		a[0] = &m.Allow
	}
	if c.grant != nil {
		a[1] = &c.grant.Allow
	}
	return a
}
