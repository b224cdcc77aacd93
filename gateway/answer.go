package gateway

import (
	"net/http"
	"time"

	"palisade/spec"
)

// answer is the way back to the caller. It counts what is sent, and gives up a
// caller who takes nothing for too long.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	idle    time.Duration
	status  int
	bytes   int64
	done    bool // the gateway itself has answered
	failed  bool // the caller is gone
}

func newAnswer(w http.ResponseWriter, t spec.Timeouts) *answer {
	return &answer{ResponseWriter: w, control: http.NewResponseController(w), idle: time.Duration(t.Idle)}
}

// WriteHeader sends the status once.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write sends bytes, within the idle time.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	_ = a.control.SetWriteDeadline(time.Now().Add(a.idle))
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	a.failed = a.failed || err != nil
	return n, err
}

// FlushError sends what is buffered.
func (a *answer) FlushError() error {
	err := a.control.Flush()
	a.failed = a.failed || err != nil
	return err
}

// Flush is FlushError for those who don't ask.
func (a *answer) Flush() { _ = a.FlushError() }

// Unwrap lets a ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
