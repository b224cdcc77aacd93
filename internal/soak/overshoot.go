package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// overshootLimit is the limit that is measured, in tokens a minute.
const overshootLimit = 1000

// overshoot is what 64 connections get out of a limit of 1,000 tokens a minute
// by calling as fast as they can.
type overshoot struct {
	store    string
	kind     string
	served   int64
	calls    int
	refused  int
	largest  int64 // call
	problems []string
}

// kinds of calls. With a firm max_tokens nothing can be exceeded. Without, a
// call may take all that is left and use more. Where both come at once, what
// firm calls give back may let no second one of those in.
var overshootKinds = []string{"max_tokens given", "max_tokens not given", "both"}

// measureOvershoot runs a gateway for that.
func measureOvershoot(p plan, kind string, d time.Duration) (*overshoot, error) {
	p.tpm = overshootLimit
	r, err := p.setUp()
	if r != nil && r.load != nil {
		defer r.tearDown()
	}
	if err != nil {
		return nil, err
	}
	r.mock.mood.Store(&mood{})
	r.rush(64, kind, d)
	o := &overshoot{store: "memory", kind: kind}
	if p.redis {
		o.store = "Redis"
	}
	_, o.calls, o.refused, _, _ = r.ledger.counts()
	for _, c := range r.mock.calls {
		o.served += c.tokens
		o.largest = max(o.largest, c.tokens)
	}
	o.problems = r.ledger.found()
	return o, r.subject.stop()
}

// rush has clients call with no pause.
func (r *run) rush(clients int, kind string, d time.Duration) {
	end := time.Now().Add(d)
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			c := &caller{load: r.load}
			c.freshen()
			for time.Now().Before(end) {
				s := script{call: r.numbers.Add(1), model: cappedModel, prompt: 1 + rand.Int64N(20), output: 1 + rand.Int64N(120), delay: time.Duration(rand.IntN(50)) * time.Millisecond}
				if kind == overshootKinds[0] || kind == overshootKinds[2] && rand.IntN(2) == 0 {
					s.most = 120
				}
				c.send(&s)
			}
		})
	}
	wait.Wait()
}

// over is how far the limit was exceeded, in tokens.
func (o *overshoot) over() int64 { return max(0, o.served-overshootLimit) }

// holds reports whether it was by at most one call's error.
func (o *overshoot) holds() bool { return o.over() <= o.largest && len(o.problems) == 0 }

func (o *overshoot) report(out io.Writer) {
	verdict := "goal: at most one call's error: reached"
	if !o.holds() {
		verdict = "goal: at most one call's error: MISSED"
	}
	fmt.Fprintf(out, "overshoot, %-7s 64 connections on %d tokens a minute, %s: %d tokens served, %.2f × the limit; %d calls passed, %d refused (%s)\n",
		o.store+":", overshootLimit, o.kind, o.served, float64(o.served)/overshootLimit, o.calls, o.refused, verdict)
	for _, p := range o.problems {
		fmt.Fprintln(out, "  PROBLEM", p)
	}
}
