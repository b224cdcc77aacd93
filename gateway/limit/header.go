package limit

import (
	"net/http"
	"strconv"
	"time"
)

// Status is what callers are told about their limits by the minute, as Azure
// OpenAI tells it: of the tightest bucket of each unit.
type Status struct {
	Requests, Tokens Room
}

// Room is what a bucket has left. Its zero value says that nothing is limited.
type Room struct {
	Limit     int64
	Remaining int64
}

// status finds the tightest buckets.
func status(buckets []Bucket, looks []look) (s Status) {
	for i := range buckets {
		s.see(&buckets[i], looks[i].left)
	}
	return s
}

func (s *Status) see(b *Bucket, left int64) {
	if b.Period != Minute {
		return
	}
	room := &s.Tokens
	if b.Unit == Requests {
		room = &s.Requests
	}
	left = max(left, 0)
	if room.Limit == 0 || left < room.Remaining || left == room.Remaining && b.Limit < room.Limit {
		*room = Room{Limit: b.Limit, Remaining: left}
	}
}

// Set writes the x-ratelimit headers. The form of reset is that of OpenAI's
// documentation of rate limits ("1m5s"): the time after which all that is
// counted now has left the window if nothing more is used.
func (s Status) Set(h http.Header) {
	s.Requests.set(h, "requests")
	s.Tokens.set(h, "tokens")
}

func (r Room) set(h http.Header, unit string) {
	if r.Limit == 0 {
		return
	}
	reset := "0s"
	if r.Remaining < r.Limit {
		reset = (ring * minuteSlot).String()
	}
	h.Set("x-ratelimit-limit-"+unit, strconv.FormatInt(r.Limit, 10))
	h.Set("x-ratelimit-remaining-"+unit, strconv.FormatInt(r.Remaining, 10))
	h.Set("x-ratelimit-reset-"+unit, reset)
}

// Set writes the headers of a refusal: Retry-After in whole seconds, rounded
// up, retry-after-ms, and those of the status. A call that can never fit has
// no Retry-After.
func (e *Exceeded) Set(h http.Header) {
	e.Status.Set(h)
	if e.Never {
		return
	}
	ms := int64((e.RetryAfter + time.Millisecond - 1) / time.Millisecond)
	h.Set("Retry-After", strconv.FormatInt((ms+999)/1000, 10))
	h.Set("retry-after-ms", strconv.FormatInt(ms, 10))
}
