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
	s.Requests.set(h, &requestHeaders)
	s.Tokens.set(h, &tokenHeaders)
}

// roomHeaders are the names for one unit, as http.Header keeps them.
type roomHeaders struct{ limit, remaining, reset string }

var (
	requestHeaders = roomHeaders{"X-Ratelimit-Limit-Requests", "X-Ratelimit-Remaining-Requests", "X-Ratelimit-Reset-Requests"}
	tokenHeaders   = roomHeaders{"X-Ratelimit-Limit-Tokens", "X-Ratelimit-Remaining-Tokens", "X-Ratelimit-Reset-Tokens"}
	wholeWindow    = (ring * minuteSlot).String()
)

// set allocates twice, since each call does it.
func (r Room) set(h http.Header, names *roomHeaders) {
	if r.Limit == 0 {
		return
	}
	var digits [40]byte
	b := strconv.AppendInt(digits[:0], r.Limit, 10)
	n := len(b)
	both := string(strconv.AppendInt(b, r.Remaining, 10))
	values := []string{both[:n], both[n:], "0s"}
	if r.Remaining < r.Limit {
		values[2] = wholeWindow
	}
	h[names.limit], h[names.remaining], h[names.reset] = values[0:1:1], values[1:2:2], values[2:3:3]
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
