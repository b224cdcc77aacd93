package route

import (
	"net/http"
	"strconv"
)

// Refusal is a request that can't be understood in one way only. It is an
// error, with all that an answer in Azure's shape needs. Message never repeats
// what the caller sent, except for names of the API.
type Refusal struct {
	Status  int
	Code    string // of Azure: "404", "DeploymentNotFound", "invalid_request_error"
	Reason  string // for x-palisade-reason
	Message string
	Param   string // the name in the body or query, or ""
	Allow   string // for the Allow header of a 405
}

// Error is the reason and the message.
func (r *Refusal) Error() string { return r.Reason + ": " + r.Message }

// Body is the refusal as Azure writes errors.
func (r *Refusal) Body() []byte {
	b := append(make([]byte, 0, 160), `{"error":{"code":`...)
	b = appendJSONString(b, r.Code)
	b = append(b, `,"message":`...)
	b = appendJSONString(b, r.Message)
	if r.Param != "" {
		b = append(b, `,"param":`...)
		b = appendJSONString(b, r.Param)
	}
	return append(b, "}}"...)
}

// Write answers with the refusal.
func (r *Refusal) Write(w http.ResponseWriter) {
	body := r.Body()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Palisade-Reason", r.Reason)
	if r.Allow != "" {
		h.Set("Allow", r.Allow)
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(body)
}

// badRequest is a 400. Code is the one that OpenAI's API gives.
func badRequest(reason, message, param string) *Refusal {
	return &Refusal{Status: http.StatusBadRequest, Code: "invalid_request_error", Reason: reason, Message: message, Param: param}
}

func notFound(reason, message string) *Refusal {
	return &Refusal{Status: http.StatusNotFound, Code: "404", Reason: reason, Message: message}
}

func tooLarge(message string) *Refusal {
	return &Refusal{Status: http.StatusRequestEntityTooLarge, Code: "413", Reason: "body_too_large", Message: message}
}

// appendJSONString quotes s. It is for short texts: names and messages.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
