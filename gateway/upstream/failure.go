package upstream

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Failure is a call without an answer that could be passed on.
type Failure struct {
	// Reason is a word for x-palisade-reason.
	Reason string
	// Status is what the caller is answered.
	Status int
	// Message is for the caller. It names no host.
	Message string
	// Wait is when it may be tried again; 0 where that isn't known.
	Wait time.Duration
	// Err is the cause, for the log; nil if there is no more to say. It holds no
	// credential and nothing of a body.
	Err error
}

func (f *Failure) Error() string {
	if f.Err != nil {
		return f.Reason + ": " + f.Err.Error()
	}
	return f.Reason + ": " + f.Message
}

func (f *Failure) Unwrap() error { return f.Err }

func failure(status int, reason, message string, err error) *Failure {
	return &Failure{Reason: reason, Status: status, Message: message, Err: err}
}

// credentialError is a credential of the gateway's that isn't there.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return "credential: " + e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }

// failureOf says what an error of an attempt is to the caller.
func failureOf(ctx context.Context, err error) *Failure {
	var f *Failure
	var c *credentialError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failure(http.StatusGatewayTimeout, "upstream_timeout", "the call took too long", err)
	case ctx.Err() != nil:
		return failure(499, "client_closed", "the caller hung up", nil)
	case errors.As(err, &c):
		return failure(http.StatusServiceUnavailable, "upstream_credential", "the gateway has no credential for the upstream at the moment", err)
	case errors.As(err, &timeout) && timeout.Timeout() && !isConnect(err):
		return failure(http.StatusGatewayTimeout, "upstream_timeout", "the upstream didn't answer in time", err)
	}
	return failure(http.StatusBadGateway, "upstream_unreachable", "the upstream can't be reached", err)
}

func isConnect(err error) bool {
	var c *connectError
	return errors.As(err, &c)
}
