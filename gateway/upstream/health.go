package upstream

import (
	"sync"
	"sync/atomic"
	"time"
)

// longestRest is how long an upstream is left alone at most because it said so.
// A Retry-After of a day is rather asked again before.
const longestRest = 10 * time.Minute

// shortRest is for an upstream that says it is busy, and not until when.
const shortRest = time.Second

// health is what is known of an upstream by the calls that were sent to it.
//
// After so many failures in a row it is open: no call passes until the pause is
// over. Then one passes, and its result closes it or opens it again. Apart from
// that, an upstream that says when to come back (429) rests until then, and
// takes any number of calls after it.
type health struct {
	limit int
	pause time.Duration

	troubled atomic.Bool // false: healthy, and nothing below is set
	mu       sync.Mutex
	failures int
	open     time.Time // until then; zero is closed
	probing  bool      // a call is under way that shows whether it works again
	rest     time.Time // until then it is throttled
}

// ready reports whether a call may be sent now, and else when.
func (h *health) ready(now time.Time) (bool, time.Time) {
	if !h.troubled.Load() {
		return true, time.Time{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rested(now)
	switch {
	case now.Before(h.rest) && h.rest.After(h.open):
		return false, h.rest
	case now.Before(h.open):
		return false, h.open
	case h.probing:
		return false, now.Add(h.pause)
	}
	return true, time.Time{}
}

// rested forgets a rest that is over.
func (h *health) rested(now time.Time) {
	if !h.rest.IsZero() && !now.Before(h.rest) {
		h.rest = time.Time{}
		h.troubled.Store(h.failures > 0 || !h.open.IsZero())
	}
}

// take is asked by the call that is going to be sent. Of many that found an
// open upstream ready, one gets it.
func (h *health) take(now time.Time) bool {
	if !h.troubled.Load() {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.rest) || now.Before(h.open) || h.probing {
		return false
	}
	h.probing = !h.open.IsZero()
	return true
}

// worked notes an answer.
func (h *health) worked() {
	if !h.troubled.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.open.IsZero() && !h.probing {
		return // an answer from before it was opened
	}
	h.failures, h.open, h.probing = 0, time.Time{}, false
	h.troubled.Store(!h.rest.IsZero())
}

// failed notes a failure, with how long the upstream wants to be left alone, or
// 0. It reports whether the upstream is open because of it.
func (h *health) failed(now time.Time, wait time.Duration) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.troubled.Store(true)
	h.failures++
	wasProbe := h.probing
	h.probing = false
	if h.failures < h.limit && !wasProbe {
		if wait > 0 {
			h.setRest(now, wait)
		}
		return false
	}
	h.open = now.Add(max(h.pause, min(wait, longestRest)))
	return true
}

// throttled notes that the upstream has too much to do.
func (h *health) throttled(now time.Time, wait time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.troubled.Store(true)
	h.failures, h.open, h.probing = 0, time.Time{}, false // it does answer
	if wait <= 0 {
		wait = shortRest
	}
	h.setRest(now, wait)
}

func (h *health) setRest(now time.Time, wait time.Duration) {
	if until := now.Add(min(wait, longestRest)); until.After(h.rest) {
		h.rest = until
	}
}

// gaveUp notes that a call ended without showing anything, such as one whose
// caller went away.
func (h *health) gaveUp() {
	if !h.troubled.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.probing = false
}

func (h *health) status(now time.Time) (state string, until time.Time, failures int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.open.IsZero():
		return "open", h.open, h.failures
	case now.Before(h.rest):
		return "throttled", h.rest, h.failures
	}
	return "closed", time.Time{}, h.failures
}
