package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Canaries stand in all prompts and answers, and may be in no log, metric or
// record.
const (
	promptCanary = "canary-prompt-9b1c"
	answerCanary = "canary-answer-4e7d"
)

// script is what a call asks the mock to do. It stands in the prompt, so that
// client and mock know the right answer without talking to each other.
type script struct {
	call   int64
	model  string
	prompt int64 // tokens that the mock says the prompt had
	output int64 // and the answer; of a stream, also its chunks
	stream bool
	usage  bool // the client asked for the usage of a stream
	delay  time.Duration
	most   int64 // max_tokens, 0 where it isn't said
	pad    int   // bytes of more prompt
}

func (s *script) String() string {
	return fmt.Sprintf("call=%d prompt=%d output=%d delay=%d", s.call, s.prompt, s.output, s.delay.Milliseconds())
}

// body is the request.
func (s *script) body() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"model":%q,"messages":[{"role":"user","content":"%s %s`, s.model, s.String(), promptCanary)
	const filler = " And a private endpoint is an address in the network."
	b.WriteString(strings.Repeat(filler, s.pad/len(filler)))
	b.WriteString(`"}]`)
	if s.most > 0 {
		fmt.Fprintf(&b, `,"max_tokens":%d`, s.most)
	}
	if s.stream {
		b.WriteString(`,"stream":true`)
	}
	if s.usage {
		b.WriteString(`,"stream_options":{"include_usage":true}`)
	}
	return []byte(b.String() + "}")
}

// asked reads a script from a request, as the mock gets it.
func asked(body []byte) (script, error) {
	var r struct {
		Model    string
		Stream   bool
		Messages []struct{ Content string }
		Most     int64 `json:"max_tokens"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return script{}, err
	}
	if len(r.Messages) != 1 || !strings.Contains(r.Messages[0].Content, promptCanary) {
		return script{}, fmt.Errorf("not a prompt of the soak")
	}
	s := script{model: r.Model, stream: r.Stream, most: r.Most}
	var delay int64
	_, err := fmt.Sscanf(r.Messages[0].Content, "call=%d prompt=%d output=%d delay=%d", &s.call, &s.prompt, &s.output, &delay)
	s.delay = time.Duration(delay) * time.Millisecond
	return s, err
}

func (s *script) used() string {
	return fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}`, s.prompt, s.output, s.prompt+s.output)
}

// document is the answer that isn't a stream.
func (s *script) document() string {
	text := strings.Repeat(" word", int(s.output))
	return fmt.Sprintf(`{"id":"chatcmpl-%d","object":"chat.completion","created":1760000000,"model":"soak","choices":[{"index":0,"message":{"role":"assistant","content":"%s%s"},"finish_reason":"stop"}],"usage":%s}`,
		s.call, answerCanary, text, s.used())
}

// chunk is one of a stream's.
func (s *script) chunk(n int64) string {
	return `data: {"id":"chatcmpl-` + strconv.FormatInt(s.call, 10) + `","object":"chat.completion.chunk","created":1760000000,"model":"soak","choices":[{"index":0,"delta":{"content":"` +
		answerCanary + ` ` + strconv.FormatInt(n, 10) + `"},"finish_reason":null}]}` + "\n\n"
}

func (s *script) usageChunk() string {
	return fmt.Sprintf(`data: {"id":"chatcmpl-%d","object":"chat.completion.chunk","created":1760000000,"model":"soak","choices":[],"usage":%s}`, s.call, s.used()) + "\n\n"
}

const done = "data: [DONE]\n\n"

// whole is all of the answer that the client is to get.
func (s *script) whole() string {
	if !s.stream {
		return s.document()
	}
	var b strings.Builder
	for n := range s.output {
		b.WriteString(s.chunk(n))
	}
	if s.usage {
		b.WriteString(s.usageChunk())
	}
	b.WriteString(done)
	return b.String()
}

// mockError is the mock's own error. The client gets it as it is where the
// gateway has nothing better.
func mockError(status int) string {
	return fmt.Sprintf(`{"error":{"code":"%d","message":"the mock answers %d"}}`, status, status)
}
