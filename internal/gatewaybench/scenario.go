package main

import (
	"fmt"
	"strings"
)

// scenario is one kind of call. All targets get the same bytes, but for the
// model's name.
type scenario struct {
	name   string
	calls  int // in one round
	prompt string
	stream bool
	goal   float64 // CPU of Palisade, as a multiple of the bare proxy's
	ahead  float64 // throughput of Palisade, as a multiple of a peer's
}

var scenarios = []scenario{
	{name: "small chat", calls: 2000, prompt: "What is a private endpoint?", goal: 1.3, ahead: 2},
	{name: "100 KB prompt", calls: 1000, prompt: prose(100_000), goal: 1.5, ahead: 5},
	{name: "200-chunk stream", calls: 1000, prompt: "Explain private endpoints.", stream: true, goal: 1.5, ahead: 5},
}

// prose is n bytes of text.
func prose(n int) string {
	const sentence = "A private endpoint gives a service an address in a virtual network; its name resolves through a private zone. "
	return strings.Repeat(sentence, n/len(sentence)+1)[:n]
}

// body is the request for a model.
func (s *scenario) body(model string) string {
	tail := ""
	if s.stream {
		tail = `,"stream":true,"stream_options":{"include_usage":true}`
	}
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"system","content":"You are brief."},{"role":"user","content":%q}],"max_tokens":400%s}`, model, s.prompt, tail)
}

// Answers of the mock.
const (
	chatAnswer = `{"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,"model":"gpt-4o-2024-11-20","system_fingerprint":"fp_bench",` +
		`"choices":[{"index":0,"message":{"role":"assistant","content":"A private endpoint is a network interface with an address of your virtual network, through which a service is reached without the internet.","refusal":null},` +
		`"logprobs":null,"finish_reason":"stop","content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}}],` +
		`"usage":{"prompt_tokens":22,"completion_tokens":27,"total_tokens":49,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}`
	chunkHead = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-2024-11-20","system_fingerprint":"fp_bench",`
	chunkText = chunkHead + `"choices":[{"index":0,"delta":{"content":" endpoint"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n"
	chunkStop = chunkHead + `"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}` + "\n\n"
	chunkUsed = chunkHead + `"choices":[],"usage":{"prompt_tokens":22,"completion_tokens":200,"total_tokens":222}}` + "\n\n"
	chunkDone = "data: [DONE]\n\n"
	chunks    = 200
)
