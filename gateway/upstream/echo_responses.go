package upstream

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// responseAsked is what the echo model heeds of a response.
type responseAsked struct {
	Input        json.RawMessage `json:"input"`
	Instructions *string         `json:"instructions"`
	Previous     *string         `json:"previous_response_id"`
	MaxOutput    *int            `json:"max_output_tokens"`
	Store        *bool           `json:"store"`
	Background   bool            `json:"background"`
	Stream       bool            `json:"stream"`
	Metadata     json.RawMessage `json:"metadata"`
}

type outputText struct {
	Type        string   `json:"type"`
	Text        string   `json:"text"`
	Annotations []string `json:"annotations"`
	Logprobs    []string `json:"logprobs"`
}

type outputItem struct {
	ID      string       `json:"id"`
	Type    string       `json:"type"`
	Status  string       `json:"status"`
	Role    string       `json:"role"`
	Content []outputText `json:"content"`
}

type inputItem struct {
	ID      string      `json:"id"`
	Type    string      `json:"type"`
	Status  string      `json:"status,omitempty"`
	Role    string      `json:"role"`
	Content []inputText `json:"content"`
}

type inputText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type responseUsage struct {
	Input        int `json:"input_tokens"`
	InputDetails struct {
		Cached int `json:"cached_tokens"`
	} `json:"input_tokens_details"`
	Output        int `json:"output_tokens"`
	OutputDetails struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	Total int `json:"total_tokens"`
}

type responseFilter struct {
	Blocked bool     `json:"blocked"`
	Source  string   `json:"source_type"`
	Results *filters `json:"content_filter_results"`
}

type incomplete struct {
	Reason string `json:"reason"`
}

// response is a response as the API gives it.
type response struct {
	ID           string           `json:"id"`
	Object       string           `json:"object"`
	CreatedAt    int64            `json:"created_at"`
	Status       string           `json:"status"`
	Background   bool             `json:"background"`
	Error        *struct{}        `json:"error"`
	Incomplete   *incomplete      `json:"incomplete_details"`
	Instructions *string          `json:"instructions"`
	MaxOutput    *int             `json:"max_output_tokens"`
	Model        string           `json:"model"`
	Output       []outputItem     `json:"output"`
	Parallel     bool             `json:"parallel_tool_calls"`
	Previous     *string          `json:"previous_response_id"`
	Store        bool             `json:"store"`
	Temperature  float64          `json:"temperature"`
	ToolChoice   string           `json:"tool_choice"`
	Tools        []struct{}       `json:"tools"`
	TopP         float64          `json:"top_p"`
	Filters      []responseFilter `json:"content_filters,omitempty"`
	Usage        *responseUsage   `json:"usage"`
	Metadata     json.RawMessage  `json:"metadata"`
}

func (e *Echo) makeResponse(a *asked) *http.Response {
	var q responseAsked
	if json.Unmarshal(a.body, &q) != nil {
		return malformed()
	}
	messages, ok := conversation(q.Input)
	if !ok {
		return answerError(http.StatusBadRequest, "invalid_request_error", "input has to be text or a list of items.", "input")
	}
	if q.Previous != nil && !e.stored.has(*q.Previous) {
		return answerError(http.StatusBadRequest, "previous_response_not_found", "Previous response with that id not found.", "previous_response_id")
	}
	r := e.newResponse(a, &q, messages)
	if r.Store {
		e.stored.put(r.ID, storedResponse{response: *r, input: e.inputItems(messages), size: 2*len(a.body) + 1024})
	}
	if q.Stream {
		return answerEvents(r.events())
	}
	if q.Background {
		return answerJSON(http.StatusOK, r.queued())
	}
	return answerJSON(http.StatusOK, r)
}

// conversation reads the input of a response.
func conversation(b json.RawMessage) ([]message, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return nil, false
	}
	var text string
	if json.Unmarshal(b, &text) == nil {
		return []message{{"user", content(text)}}, true
	}
	var all []message
	if json.Unmarshal(b, &all) != nil || len(all) == 0 {
		return nil, false
	}
	return all, true
}

func (e *Echo) newResponse(a *asked, q *responseAsked, messages []message) *response {
	text, tokens := said(messages)
	r := &response{ID: e.id("resp_"), Object: "response", CreatedAt: e.created(), Status: "completed", Background: q.Background,
		Instructions: q.Instructions, MaxOutput: q.MaxOutput, Model: a.model, Parallel: true, Previous: q.Previous,
		Store: q.Store == nil || *q.Store, Temperature: 1, ToolChoice: "auto", Tools: []struct{}{}, TopP: 1, Metadata: q.Metadata}
	if r.Metadata == nil {
		r.Metadata = json.RawMessage("{}")
	}
	if q.MaxOutput != nil {
		var short bool
		if text, short = cut(text, *q.MaxOutput); short {
			r.Status, r.Incomplete = "incomplete", &incomplete{"max_output_tokens"}
		}
	}
	r.Output = []outputItem{{e.id("msg_"), "message", r.Status, "assistant", []outputText{{"output_text", text, []string{}, []string{}}}}}
	r.Filters = []responseFilter{{Source: "prompt", Results: safe(true)}, {Source: "completion", Results: safe(false)}}
	n := tokensOf(text)
	r.Usage = &responseUsage{Input: tokens, Output: n, Total: tokens + n}
	return r
}

// queued is a response that works in the background, as it is at first.
func (r *response) queued() *response {
	early := *r
	early.Status, early.Output, early.Usage, early.Filters, early.Incomplete = "queued", []outputItem{}, nil, nil, nil
	return &early
}

func (e *Echo) inputItems(messages []message) []inputItem {
	items := make([]inputItem, 0, len(messages))
	for _, m := range messages {
		items = append(items, inputItem{e.id("msg_"), "message", "completed", m.Role, []inputText{{"input_text", string(m.Content)}}})
	}
	return items
}

// storedResponse answers what is asked of a response that is kept. One in the
// background is queued until it is asked for, so that it can be cancelled.
func (e *Echo) storedResponse(a *asked) *http.Response {
	id := a.match.StoredID()
	kept, ok := e.stored.get(id)
	if !ok {
		return answerError(http.StatusNotFound, "404", "Response with that id not found.", "")
	}
	switch a.match.Name {
	case "responses.delete":
		e.stored.remove(id)
		return answerJSON(http.StatusOK, struct {
			ID      string `json:"id"`
			Object  string `json:"object"`
			Deleted bool   `json:"deleted"`
		}{id, "response", true})
	case "responses.input_items.list":
		list := echoList[inputItem]{Object: "list", Data: kept.input}
		if n := len(kept.input); n > 0 {
			list.FirstID, list.LastID = kept.input[0].ID, kept.input[n-1].ID
		}
		return answerJSON(http.StatusOK, list)
	case "responses.cancel":
		return e.cancel(id, kept)
	}
	return e.getResponse(a, id, kept)
}

func (e *Echo) cancel(id string, kept storedResponse) *http.Response {
	if !kept.Background || kept.seen {
		return answerError(http.StatusBadRequest, "invalid_request_error", "Cannot cancel a completed response.", "")
	}
	kept.response = *kept.queued()
	kept.Status, kept.seen = "cancelled", true
	e.stored.put(id, kept)
	return answerJSON(http.StatusOK, kept.response)
}

func (e *Echo) getResponse(a *asked, id string, kept storedResponse) *http.Response {
	if kept.Background && !kept.seen {
		kept.seen = true
		e.stored.put(id, kept)
	}
	if a.match.Stream {
		return answerEvents(kept.events())
	}
	return answerJSON(http.StatusOK, kept.response)
}
