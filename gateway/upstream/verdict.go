package upstream

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// verdict is what an attempt showed.
type verdict uint8

const (
	good     verdict = iota // an answer to pass on, even if it is an error of the caller's
	busy                    // 429: not done, and the upstream works
	undone                  // a failure before anything was done
	unsure                  // a failure, and the upstream may have done it
	ended                   // the call's own context is over: it says nothing of the upstream
	hopeless                // the call can't be sent at all
)

// judge says what an answer or an error shows. What was done is taken from the
// status: 401, 403, 429 and 503 are given by what stands in front of a model;
// a 5xx else, or a connection that broke, may come after it.
func judge(ctx context.Context, resp *http.Response, err error) verdict {
	if err != nil {
		return judgeError(ctx, err)
	}
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests:
		return busy
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusServiceUnavailable, s >= 300 && s < 400:
		return undone
	case s == http.StatusRequestTimeout, s >= 500:
		return unsure
	}
	return good
}

func judgeError(ctx context.Context, err error) verdict {
	var c *credentialError
	var f *Failure
	switch {
	case errors.As(err, &f):
		return hopeless
	case ctx.Err() != nil:
		return ended
	case errors.As(err, &c), isConnect(err):
		return undone
	}
	return unsure
}

// mayRetry reports whether an attempt that ended so may be followed by another.
func (v verdict) mayRetry(o *Outgoing) bool {
	switch v {
	case busy, undone:
		return o.again()
	case unsure:
		return o.again() && !o.changes()
	}
	return false
}

// retryAfter is how long an upstream wants to be left alone, or 0.
// retry-after-ms is Azure's, and finer.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := number(h["Retry-After-Ms"]); err == nil && ms > 0 {
		return bounded(ms / 1000)
	}
	text := h.Get("Retry-After")
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds > 0 {
		return bounded(seconds)
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

var errNothing = errors.New("no number")

// number is the first of the values.
func number(values []string) (float64, error) {
	if len(values) == 0 {
		return 0, errNothing
	}
	return strconv.ParseFloat(values[0], 64)
}

// bounded is a number of seconds as a duration that can be reckoned with.
func bounded(seconds float64) time.Duration {
	const most = 365 * 24 * 3600
	return time.Duration(min(seconds, most) * float64(time.Second))
}
