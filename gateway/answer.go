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
	whole   bool // all of the answer is written, and it can be sent before the call has ended
	failed  bool // the caller is gone
	began   time.Time
	first   time.Time // when the answer began
	renewed time.Time // when the caller was last given time
	copy    *textCopy // of what is sent, or nil
}

func newAnswer(w http.ResponseWriter, t spec.Timeouts) *answer {
	return &answer{ResponseWriter: w, control: http.NewResponseController(w), idle: time.Duration(t.Idle), began: time.Now()}
}

// WriteHeader sends the status once.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.first = status, time.Now()
	}
	a.ResponseWriter.WriteHeader(status)
}

// renewEvery is how often the deadline of writes is moved, which takes longer
// than a small write. The idle time can last that much longer.
const renewEvery = time.Second

// Write sends bytes, within the idle time.
func (a *answer) Write(p []byte) (int, error) {
	now := time.Now()
	if a.status == 0 {
		a.status, a.first = http.StatusOK, now
	}
	if now.Sub(a.renewed) > renewEvery {
		a.renewed = now
		_ = a.control.SetWriteDeadline(now.Add(a.idle + renewEvery))
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	if a.copy != nil {
		a.copy.add(p[:n])
	}
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
