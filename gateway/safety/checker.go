package safety

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"palisade/spec"
)

// Reasons of a Result, as machines read them.
const (
	PromptAttack   = "prompt_attack"
	DocumentAttack = "document_attack"
	NotGrounded    = "ungrounded"
	Unavailable    = "safety_unavailable" // the service couldn't be asked, or its answer not be read
	TimedOut       = "safety_timeout"
	Busy           = "safety_busy" // it refused for too many calls
	TooLong        = "safety_too_long"
	Unreadable     = "safety_unreadable" // the body isn't understood, or its prompt is given as numbers
)

// Result is what is known about a call. Its zero value lets nothing pass.
type Result struct {
	// The call may go on.
	Allowed bool
	// What the service found.
	AttackInPrompt, AttackInDocuments, Ungrounded bool
	// Why the call may not go on; or, for a call that is allowed though the
	// service couldn't be asked, why that was so. Empty without either.
	Reason string
	// How often the service was asked, and for how long.
	Asked int
	Took  time.Duration
	// Why the service couldn't be asked, for the log. It holds no text.
	Err error
}

// Options are what a Checker needs beside the spec.
type Options struct {
	// Scope of the token: that of Cognitive Services in the cloud of the
	// resource.
	Scope string
	// For tests; a transport of the Checker's own without it.
	Transport http.RoundTripper
}

// Checker asks. It may be used by many goroutines at a time.
type Checker struct {
	prompts, grounded bool
	open              bool
	timeout           time.Duration
	service           service
}

// Bounds of a Checker.
const (
	perCheck = 4  // questions of one check at a time
	inAll    = 64 // questions of all checks at a time
	maxAsks  = 64 // questions of one check; 640,000 characters of prompt
)

// New makes a Checker that asks as the identity of that credential.
func New(s *spec.Safety, credential azcore.TokenCredential, o Options) *Checker {
	if o.Scope == "" {
		o.Scope = "https://cognitiveservices.azure.com/.default"
	}
	if o.Transport == nil {
		o.Transport = transport()
	}
	return &Checker{
		prompts: s.PromptShields, grounded: s.Groundedness, open: s.OnError == spec.AllowOnError, timeout: time.Duration(s.Timeout),
		service: service{
			url:        strings.TrimSuffix(string(s.URL), "/"),
			credential: credential,
			scope:      o.Scope,
			client:     &http.Client{Transport: o.Transport, CheckRedirect: stay},
			slots:      make(chan struct{}, inAll),
		},
	}
}

// transport keeps as many connections as there are questions. It uses no proxy
// that the environment names: nobody is called whom palisade.yaml doesn't name.
func transport() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: inAll, MaxConnsPerHost: inAll, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true}
}

// stay follows no redirect, since texts and a token would follow it.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// HoldsAnswers says that answers are to be given to Answer before a caller gets
// them.
func (c *Checker) HoldsAnswers() bool { return c != nil && c.grounded }

// Prompt checks the JSON body of a request before it is sent. A nil Checker
// allows all.
func (c *Checker) Prompt(ctx context.Context, body []byte) Result {
	if c == nil || !c.prompts {
		return Result{Allowed: true}
	}
	t, err := Read(body)
	if err != nil {
		return c.failed(err, Result{})
	}
	return c.check(ctx, func(ctx context.Context, r *Result) error { return c.service.shield(ctx, t, r) })
}

// Answer checks the JSON body of an answer, which isn't a stream, against the
// documents of its request. Without documents there is nothing to check
// against, and it is allowed.
func (c *Checker) Answer(ctx context.Context, request, answer []byte) Result {
	if !c.HoldsAnswers() {
		return Result{Allowed: true}
	}
	t, err := Read(request)
	if err != nil {
		return c.failed(err, Result{})
	}
	text, err := ReadAnswer(answer)
	if err != nil {
		return c.failed(err, Result{})
	}
	if len(t.Documents) == 0 || text == "" {
		return Result{Allowed: true}
	}
	return c.check(ctx, func(ctx context.Context, r *Result) error { return c.service.ground(ctx, t, text, r) })
}

// check asks within the deadline and judges.
func (c *Checker) check(ctx context.Context, ask func(context.Context, *Result) error) Result {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var r Result
	err := ask(ctx, &r)
	r.Took = time.Since(began)
	switch {
	case r.AttackInPrompt:
		r.Reason = PromptAttack
	case r.AttackInDocuments:
		r.Reason = DocumentAttack
	case r.Ungrounded:
		r.Reason = NotGrounded
	case err != nil:
		return c.failed(err, r)
	default:
		r.Allowed = true
	}
	return r
}

// failed is the Result of a call about which the service couldn't be asked.
func (c *Checker) failed(err error, r Result) Result {
	r.Allowed, r.Err = c.open, err
	r.Reason = Unavailable
	for _, x := range []struct {
		err    error
		reason string
	}{
		{context.DeadlineExceeded, TimedOut}, {context.Canceled, TimedOut}, {errBusy, Busy}, {ErrTooLong, TooLong}, {ErrUnreadable, Unreadable},
	} {
		if errors.Is(err, x.err) {
			r.Reason = x.reason
			break
		}
	}
	return r
}
