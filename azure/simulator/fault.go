package simulator

import (
	"net/http"
	"time"
)

// Faults are probabilities, from 0 to 1, of what goes wrong.
type Faults struct {
	// Of each request.
	Throttle float64 // 429 with Retry-After
	Broken   float64 // 500 or 503
	Reset    float64 // the connection ends before the request is looked at
	Lost     float64 // … after it was carried out: the answer is lost
	Slow     float64 // takes a minute
	Hidden   float64 // what was just created isn't found yet

	// Of each resource that a deployment writes.
	Conflict float64 // 409 RequestConflict
	Lag      float64 // an account is ready, but other services don't know yet
	Outage   float64 // 429 or 500 of the resource provider
	Crash    float64 // the whole deployment stops

	// Most is how many faults there are at most; 0 is any number.
	Most int
}

// chance decides whether a fault of that probability happens now.
func (s *Simulator) chance(p float64) bool {
	if p <= 0 || s.options.Faults.Most > 0 && s.faults >= s.options.Faults.Most {
		return false
	}
	if s.random.Float64() >= p {
		return false
	}
	s.faults++
	return true
}

// requestFault is the fault that answers a request instead of the simulator.
func (s *Simulator) requestFault() *Failure {
	f := s.options.Faults
	switch {
	case s.chance(f.Slow):
		s.clock.advance(time.Minute)
	case s.chance(f.Throttle):
		fault := failf(http.StatusTooManyRequests, "SubscriptionRequestsThrottled", "Number of requests for the subscription exceeded the limit. Please try again after '17' seconds.")
		fault.RetryAfter = 17 * time.Second
		return fault
	case s.chance(f.Broken):
		if s.random.IntN(2) == 0 {
			return failf(http.StatusInternalServerError, "InternalServerError", "Encountered internal server error. Diagnostic information: timestamp '%s'.", s.now.Format(time.RFC3339))
		}
		return failf(http.StatusServiceUnavailable, "ServerTimeout", "The request timed out. Please try again.")
	}
	return nil
}

// writeFault is the fault that a resource provider answers a deployment with.
func (s *Simulator) writeFault(p path) *Failure {
	f := s.options.Faults
	switch {
	case s.chance(f.Conflict):
		return requestConflict(p)
	case s.chance(f.Outage):
		if s.random.IntN(2) == 0 {
			return failf(http.StatusTooManyRequests, "TooManyRequests", "The request is being throttled by the resource provider %s.", p.namespace)
		}
		return failf(http.StatusInternalServerError, "InternalServerError", "An error has occurred in subscription %s.", p.subscription)
	}
	return nil
}

// CutAfter ends all connections once n more requests were made: the client has
// lost its network. Calm ends it.
func (s *Simulator) CutAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cutAfter = s.requests + n
}

func (s *Simulator) cut() bool { return s.cutAfter > 0 && s.requests > s.cutAfter }

// Break begins to inject faults.
func (s *Simulator) Break(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Faults = f
}

// Injected is how many faults there were.
func (s *Simulator) Injected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// Running is how many template deployments haven't ended.
func (s *Simulator) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, d := range s.deployments {
		if d.state == "Running" {
			n++
		}
	}
	return n
}

// Names are the IDs of all resources that are there, in the order of creation.
func (s *Simulator) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, key := range s.keys {
		out = append(out, s.resources[key].id)
	}
	return out
}
