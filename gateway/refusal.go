package gateway

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// refusal is a call that doesn't pass: an answer in Azure's error shape. No
// field ever holds what the caller sent.
type refusal struct {
	status    int
	code      string // of Azure: "PermissionDenied", "429"
	reason    string // for x-palisade-reason
	message   string
	param     string
	challenge string // WWW-Authenticate, or ""
	allow     string // Allow, or ""
	wait      time.Duration
	header    http.Header // other headers, or nil
}

// Error is the reason and the message.
func (r *refusal) Error() string { return r.reason + ": " + r.message }

// reasonHeader says in one word why a call was refused.
const reasonHeader = "X-Palisade-Reason"

type errorBody struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Param   string `json:"param,omitempty"`
}

// body is the refusal as JSON.
func (r *refusal) body() []byte {
	body, err := json.Marshal(errorBody{errorDetail{r.code, r.message, r.param}})
	if err != nil {
		return []byte(`{"error":{"code":"500","message":"the error can't be written"}}`)
	}
	return body
}

func itoa(n int) string { return strconv.Itoa(n) }

// write answers with the refusal.
func (r *refusal) write(w http.ResponseWriter) {
	body := r.body()
	h := w.Header()
	for name, values := range r.header {
		h[name] = values
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set(reasonHeader, r.reason)
	if r.challenge != "" {
		h.Set("Www-Authenticate", r.challenge)
	}
	if r.allow != "" {
		h.Set("Allow", r.allow)
	}
	if r.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(r.wait.Seconds()))))
		h.Set("Retry-After-Ms", strconv.FormatInt(max(1, r.wait.Milliseconds()), 10))
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(body)
}

// unavailable is a refusal for what isn't the caller's fault.
func unavailable(reason, message string) *refusal {
	return &refusal{status: http.StatusServiceUnavailable, code: "503", reason: reason, message: message}
}

// notFound is Azure's answer for a thing that isn't there, or isn't the
// caller's: the two can't be told apart.
func notFound(reason, message string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "404", reason: reason, message: message}
}

// blocked is a call that policy doesn't let pass.
func blocked(reason, message, param string) *refusal {
	return &refusal{status: http.StatusForbidden, code: "Forbidden", reason: reason, message: message, param: param}
}
