package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"palisade/gateway/route"
)

// Echo is a model inside of the process that repeats what it is told, in the
// shapes that Azure answers in. It is for trying out: tokens are reckoned at
// four bytes each, vectors mean nothing.
type Echo struct {
	now    func() time.Time
	serial atomic.Uint64
	stored *stored
}

// NewEcho makes an echo model that has stored nothing.
func NewEcho(now func() time.Time) *Echo { return &Echo{now: now, stored: newStored()} }

// mostEcho is the longest body that the echo model reads.
const mostEcho = 64 << 20

// RoundTrip answers a call. Its error is that of the caller's body.
func (e *Echo) RoundTrip(ctx context.Context, o *Outgoing) (*http.Response, error) {
	body, err := readPayload(o)
	if err != nil {
		return nil, err
	}
	a := &asked{body: body, match: o.Match, model: o.Model}
	resp := e.answer(a)
	resp.Request = (&http.Request{Header: http.Header{}}).WithContext(ctx)
	resp.Proto, resp.ProtoMajor, resp.ProtoMinor = "HTTP/1.1", 1, 1
	resp.Header.Set("X-Ms-Region", "echo")
	resp.Header.Set("Apim-Request-Id", e.id("req-"))
	return resp, nil
}

// asked is a call to the echo model.
type asked struct {
	body  []byte
	match *route.Match
	model string
}

func readPayload(o *Outgoing) ([]byte, error) {
	if o.Payload == nil {
		return nil, nil
	}
	body, _, err := o.Payload.Open("", false)
	if err != nil {
		return nil, failure(http.StatusBadGateway, "upstream_error", "the call can't be sent to the upstream", err)
	}
	defer body.Close()
	b, err := io.ReadAll(io.LimitReader(body, mostEcho+1))
	if err == nil && len(b) > mostEcho {
		err = failure(http.StatusRequestEntityTooLarge, "body_too_large", "the echo model takes no body that long", nil)
	}
	return b, err
}

func (e *Echo) answer(a *asked) *http.Response {
	switch a.match.Name {
	case "chat.completions.create":
		return e.chat(a)
	case "completions.create":
		return e.completion(a)
	case "embeddings.create":
		return e.embeddings(a)
	case "responses.create":
		return e.makeResponse(a)
	case "responses.get", "responses.delete", "responses.cancel", "responses.input_items.list":
		return e.storedResponse(a)
	case "models.list":
		return answerJSON(http.StatusOK, echoList[echoModel]{Object: "list", Data: []echoModel{{a.model, "model", e.created(), "palisade"}}})
	case "models.get":
		return answerJSON(http.StatusOK, echoModel{a.model, "model", e.created(), "palisade"})
	}
	if a.match.Meter != route.NoMeter {
		return answerError(http.StatusBadRequest, "OperationNotSupported", "The operation "+a.match.Name+" does not work with the echo model.", "")
	}
	return answerError(http.StatusNotFound, "404", "Resource not found: the echo model has no "+a.match.Name+".", "")
}

type echoModel struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

type echoList[T any] struct {
	Object  string `json:"object"`
	Data    []T    `json:"data"`
	FirstID string `json:"first_id,omitempty"`
	LastID  string `json:"last_id,omitempty"`
	HasMore bool   `json:"has_more"`
}

func (e *Echo) created() int64 { return e.now().Unix() }

// id is a new ID.
func (e *Echo) id(prefix string) string {
	return fmt.Sprintf("%s%x%08x", prefix, e.now().UnixNano(), e.serial.Add(1))
}

func answerJSON(status int, v any) *http.Response {
	b, err := json.Marshal(v)
	if err != nil {
		return answerError(http.StatusInternalServerError, "500", "the answer can't be written", "")
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(b)), ContentLength: int64(len(b))}
}

// answerError is an error in Azure's shape.
func answerError(status int, code, message, param string) *http.Response {
	type detail struct {
		Code    string  `json:"code"`
		Message string  `json:"message"`
		Param   *string `json:"param"`
		Type    string  `json:"type"`
	}
	d := detail{Code: code, Message: message, Type: "invalid_request_error"}
	if param != "" {
		d.Param = &param
	}
	return answerJSON(status, map[string]detail{"error": d})
}

func malformed() *http.Response {
	return answerError(http.StatusBadRequest, "BadRequest", "The body isn't what this operation takes.", "")
}

// events is an answer as a stream, which gives one event for each Read.
type events struct {
	all  [][]byte
	rest []byte
}

func answerEvents(all [][]byte) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{"Content-Type": {"text/event-stream; charset=utf-8"}},
		Body: &events{all: all}, ContentLength: -1}
}

// Read implements io.Reader.
func (s *events) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		if len(s.all) == 0 {
			return 0, io.EOF
		}
		s.rest, s.all = s.all[0], s.all[1:]
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Close implements io.Closer.
func (s *events) Close() error { return nil }

// event is one event of a stream; name may be "".
func event(name string, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	if name != "" {
		return append(append([]byte("event: "+name+"\ndata: "), b...), "\n\n"...)
	}
	return append(append([]byte("data: "), b...), "\n\n"...)
}
