package upstream

import (
	"encoding/json"
	"net/http"
)

// chatAsked is what the echo model heeds of a chat or a completion.
type chatAsked struct {
	Messages            []message       `json:"messages"`
	Prompt              json.RawMessage `json:"prompt"`
	N                   int             `json:"n"`
	MaxTokens           int             `json:"max_tokens"`
	MaxCompletionTokens int             `json:"max_completion_tokens"`
	Stream              bool            `json:"stream"`
	StreamOptions       struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

const mostChoices = 128

// severity, detected and filters are results of Azure's content filter that
// found nothing.
type severity struct {
	Filtered bool   `json:"filtered"`
	Severity string `json:"severity"`
}

type detected struct {
	Filtered bool `json:"filtered"`
	Detected bool `json:"detected"`
}

type filters struct {
	Hate      severity  `json:"hate"`
	Jailbreak *detected `json:"jailbreak,omitempty"`
	SelfHarm  severity  `json:"self_harm"`
	Sexual    severity  `json:"sexual"`
	Violence  severity  `json:"violence"`
}

func safe(prompt bool) *filters {
	s := severity{Severity: "safe"}
	f := &filters{Hate: s, SelfHarm: s, Sexual: s, Violence: s}
	if prompt {
		f.Jailbreak = &detected{}
	}
	return f
}

type promptFilter struct {
	Index   int      `json:"prompt_index"`
	Results *filters `json:"content_filter_results"`
}

type chatUsage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

type chatMessage struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
	Refusal *string `json:"refusal"`
}

type chatChoice struct {
	Index    int          `json:"index"`
	Message  *chatMessage `json:"message,omitempty"`
	Delta    *chatDelta   `json:"delta,omitempty"`
	Text     *string      `json:"text,omitempty"`
	Logprobs *struct{}    `json:"logprobs"`
	Finish   *string      `json:"finish_reason"`
	Filters  *filters     `json:"content_filter_results,omitempty"`
}

type chatDelta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
}

type chatAnswer struct {
	Choices []chatChoice   `json:"choices"`
	Created int64          `json:"created"`
	ID      string         `json:"id"`
	Model   string         `json:"model"`
	Object  string         `json:"object"`
	Prompt  []promptFilter `json:"prompt_filter_results,omitempty"`
	Usage   *chatUsage     `json:"usage,omitempty"`
}

// reply is what is answered to a chat or completion.
type reply struct {
	text    string
	finish  string
	choices int
	usage   chatUsage
	head    chatAnswer // without choices
}

func (e *Echo) chat(a *asked) *http.Response {
	var q chatAsked
	if json.Unmarshal(a.body, &q) != nil || len(q.Messages) == 0 {
		return malformed()
	}
	text, tokens := said(q.Messages)
	r := e.reply(a, &q, text, tokens)
	if q.Stream {
		r.head.Object = "chat.completion.chunk"
		return r.stream(&q, chatPiece)
	}
	r.head.Object = "chat.completion"
	return r.whole(func(i int) chatChoice {
		return chatChoice{Index: i, Message: &chatMessage{Role: "assistant", Content: &r.text}, Finish: &r.finish, Filters: safe(false)}
	})
}

func (e *Echo) completion(a *asked) *http.Response {
	var q chatAsked
	if json.Unmarshal(a.body, &q) != nil {
		return malformed()
	}
	prompts, ok := texts(q.Prompt)
	if !ok || len(prompts) != 1 {
		return answerError(http.StatusBadRequest, "BadRequest", "The echo model takes one prompt, as text.", "prompt")
	}
	r := e.reply(a, &q, prompts[0].text, prompts[0].tokens)
	r.head.ID, r.head.Object = e.id("cmpl-"), "text_completion"
	if q.Stream {
		return r.stream(&q, textPiece)
	}
	return r.whole(func(i int) chatChoice {
		return chatChoice{Index: i, Text: &r.text, Finish: &r.finish, Filters: safe(false)}
	})
}

func (e *Echo) reply(a *asked, q *chatAsked, text string, tokens int) *reply {
	r := &reply{finish: "stop", choices: min(max(1, q.N), mostChoices)}
	var short bool
	if r.text, short = cut(text, q.MaxTokens, q.MaxCompletionTokens); short {
		r.finish = "length"
	}
	n := tokensOf(r.text) * r.choices
	r.usage = chatUsage{Prompt: tokens, Completion: n, Total: tokens + n}
	r.head = chatAnswer{Created: e.created(), ID: e.id("chatcmpl-"), Model: a.model}
	return r
}

func (r *reply) whole(choice func(i int) chatChoice) *http.Response {
	answer := r.head
	answer.Prompt, answer.Usage = []promptFilter{{0, safe(true)}}, &r.usage
	for i := range r.choices {
		answer.Choices = append(answer.Choices, choice(i))
	}
	return answerJSON(http.StatusOK, answer)
}

// chatPiece and textPiece are a piece of a stream's text.
func chatPiece(i int, first bool, text string) chatChoice {
	c := chatChoice{Index: i, Delta: &chatDelta{Content: &text}, Filters: safe(false)}
	if first {
		c.Delta.Role, c.Filters = "assistant", nil
	}
	return c
}

func textPiece(i int, _ bool, text string) chatChoice { return chatChoice{Index: i, Text: &text} }

// stream gives the answer as Azure does: the filter's results on the prompt
// first, with no choices, and the usage last, if it was asked for.
func (r *reply) stream(q *chatAsked, piece func(i int, first bool, text string) chatChoice) *http.Response {
	all := [][]byte{event("", chatAnswer{Choices: []chatChoice{}, Prompt: []promptFilter{{0, safe(true)}}})}
	chunk := func(c chatChoice) {
		answer := r.head
		answer.Choices = []chatChoice{c}
		all = append(all, event("", answer))
	}
	for i := range r.choices {
		chunk(piece(i, true, ""))
		for _, text := range pieces(r.text) {
			chunk(piece(i, false, text))
		}
		last := piece(i, false, "")
		if last.Delta != nil {
			last.Delta = &chatDelta{}
		}
		last.Finish, last.Filters = &r.finish, nil
		chunk(last)
	}
	if q.StreamOptions.IncludeUsage {
		answer := r.head
		answer.Choices, answer.Usage = []chatChoice{}, &r.usage
		all = append(all, event("", answer))
	}
	return answerEvents(append(all, []byte("data: [DONE]\n\n")))
}
