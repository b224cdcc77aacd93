package route

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func operation(t testing.TB, name string) *Operation {
	t.Helper()
	list := Operations()
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}

func TestAnswerDocument(t *testing.T) {
	cases := []struct {
		op, body string
		want     Answer
	}{
		{"chat.completions.create", `{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024","choices":[{"index":0,"finish_reason":"stop",
		  "message":{"role":"assistant","content":"say \"usage\":{\"prompt_tokens\":9} \\"},"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"protected_material_text":{"filtered":false,"detected":true}}}],
		  "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"jailbreak":{"detected":true,"filtered":false}}}],
		  "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":3}}}`,
			Answer{ID: "chatcmpl-1", Model: "gpt-4o-2024", Usage: Usage{Known: true, Input: 10, Output: 5, Total: 15, Cached: 4, Reasoning: 2, AudioIn: 1, AudioOut: 3},
				Filter: Filter{Prompt: Verdict{Detected: []string{"jailbreak"}}, Completion: Verdict{Detected: []string{"protected_material_text"}}}}},
		{"responses.create", `{"id":"resp_1","status":"incomplete","model":"m","incomplete_details":{"reason":"content_filter"},"output":[{"id":"msg_1","status":"completed"}],
		  "content_filters":[{"blocked":true,"source_type":"prompt","content_filter_results":{"violence":{"filtered":true}}}],
		  "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":1},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":5}}`,
			Answer{ID: "resp_1", Items: []string{"msg_1"}, Model: "m", Status: "incomplete", Usage: Usage{Known: true, Input: 3, Output: 2, Total: 5, Cached: 1, Reasoning: 1},
				Filter: Filter{Blocked: true, Prompt: Verdict{Filtered: []string{"violence"}}}}},
		{"chat.completions.create", `{"error":{"message":"filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":false},"jailbreak":{"filtered":true,"detected":true}}}}}`,
			Answer{Error: "content_filter", Filter: Filter{Blocked: true, Prompt: Verdict{Filtered: []string{"jailbreak"}, Detected: []string{"jailbreak"}}}}},
		{"embeddings.create", `{"object":"list","data":[{"embedding":[0.1,-2e-5,3],"index":0}],"model":"ada","usage":{"prompt_tokens":7,"total_tokens":7}}`,
			Answer{Model: "ada", Usage: Usage{Known: true, Input: 7, Total: 7}}},
		{"chat.completions.create", `{"id":"x","choices":[{"content_filter_results":{"error":{"code":"content_filter_error","message":"x"}}}]}`,
			Answer{ID: "x", Filter: Filter{Failed: true}}},
		{"uploads.complete", `{"id":"upload_1","file":{"id":"file-1"}}`, Answer{ID: "file-1"}},
		{"threads.create_and_run", `{"id":"run_1","thread_id":"thread_1","status":"queued","usage":null}`, Answer{ID: "thread_1", Status: "queued"}},
		{"audio.transcriptions.create", `{"text":"x","usage":{"type":"duration","seconds":2.5}}`, Answer{Usage: Usage{Known: true, Seconds: 2.5}}},
		{"chat.completions.create", `{"usage":{"prompt_tokens":-1,"completion_tokens":1e9,"total_tokens":"x"},"custom":{"usage":{"prompt_tokens":5}}}`, Answer{Usage: Usage{Known: true}}},
		{"chat.completions.create", `}}]][[{{"usage":`, Answer{}},
	}
	for _, c := range cases {
		for _, step := range []int{1, 7, 10_000} {
			a := NewAnswer(operation(t, c.op))
			for b := []byte(c.body); len(b) > 0; {
				n := min(step, len(b))
				a.Bytes(b[:n])
				b = b[n:]
			}
			c.want.idName, c.want.idIn, c.want.watch, c.want.meter = a.idName, a.idIn, a.watch, a.meter
			if !reflect.DeepEqual(*a, c.want) {
				t.Errorf("%s by %d:\n%+v, not\n%+v", c.body, step, *a, c.want)
			}
		}
	}
}

func chunk(data string) string { return "data: " + data + "\n\n" }

func watchStream(t testing.TB, op, stream string) *Answer {
	a := NewAnswer(operation(t, op))
	var e Events
	each := func(v Event) { a.Event(v) }
	e.Feed([]byte(stream), each)
	e.End(each)
	return a
}

func TestAnswerChatStream(t *testing.T) {
	stream := chunk(`{"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false},"jailbreak":{"detected":true}}}]}`) +
		chunk(`{"id":"c1","model":"gpt","choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}`) +
		": ping\r\n\r\n" +
		chunk(`{"id":"c1","choices":[{"delta":{"content":"Hello \"usage\": {"},"content_filter_results":{"hate":{"filtered":false}}}],"usage":null}`) +
		chunk(`{"id":"c1","choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\"a\""}}]}}]}`) +
		chunk(`{"id":"c1","choices":[{"delta":{},"finish_reason":"content_filter","content_filter_results":{"sexual":{"filtered":true,"severity":"high"}}}]}`) +
		chunk(`{"id":"c1","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14}}`) +
		"data: [DONE]\n\n"
	a := watchStream(t, "chat.completions.create", stream)
	if a.Usage != (Usage{Known: true, Input: 11, Output: 3, Total: 14}) || !a.Finished || a.Events != 6 || a.Deltas != 2 {
		t.Errorf("%+v", a)
	}
	want := Filter{Blocked: true, Prompt: Verdict{Detected: []string{"jailbreak"}}, Completion: Verdict{Filtered: []string{"sexual"}}}
	if !reflect.DeepEqual(a.Filter, want) {
		t.Errorf("%+v", a.Filter)
	}
	if a.Text != len(`Hello \"usage\": {`)+len(`{\"a\"`) {
		t.Errorf("%d bytes of text", a.Text)
	}
}

func TestAnswerResponsesStream(t *testing.T) {
	event := func(name, data string) string { return "event: " + name + "\r\ndata: " + data + "\r\n\r\n" }
	stream := event("response.created", `{"type":"response.created","response":{"id":"resp_1","status":"in_progress","usage":null}}`) +
		event("response.output_text.delta", `{"type":"response.output_text.delta","item_id":"msg_1","delta":"Hel"}`) +
		event("response.output_text.delta", `{"type":"response.output_text.delta","item_id":"msg_1","delta":"lo"}`) +
		event("response.completed", `{"type":"response.completed","response":{"id":"resp_1","status":"completed","model":"m","output":[{"id":"msg_1"}],"usage":{"input_tokens":4,"output_tokens":2,"total_tokens":6,"output_tokens_details":{"reasoning_tokens":1}}}}`)
	a := watchStream(t, "responses.create", stream)
	if a.ID != "resp_1" || a.Status != "completed" || !a.Finished || a.Text != 5 || a.Deltas != 2 || a.Usage != (Usage{Known: true, Input: 4, Output: 2, Total: 6, Reasoning: 1}) {
		t.Errorf("%+v", a)
	}
	cut := watchStream(t, "responses.create", stream[:strings.Index(stream, "response.completed")])
	if cut.Finished || cut.Usage.Known || cut.Deltas != 2 {
		t.Errorf("a cut stream: %+v", cut)
	}
	failed := watchStream(t, "responses.create", event("error", `{"type":"error","error":{"code":"rate_limit_exceeded"}}`))
	if failed.Error != "rate_limit_exceeded" {
		t.Errorf("%+v", failed)
	}
}

func TestUsageOnly(t *testing.T) {
	cases := map[string]bool{
		`{"choices":[],"usage":{"prompt_tokens":1}}`:                                  true,
		`{"choices" : [ ], "usage" : {"prompt_tokens":1}}`:                            true,
		`{"choices":[],"usage":null}`:                                                 false,
		`{"choices":[],"prompt_filter_results":[]}`:                                   false,
		`{"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}`:                      false,
		`{"choices":[{"delta":{"content":"\"choices\":[] \"usage\":{"}}]}`:            false,
		`{"choices":[{"delta":{"content":"usage"}},{"delta":{"content":"choices"}}]}`: false,
		`{"usage":{"input_tokens":1}}`:                                                false,
		`[DONE]`:                                                                      false,
	}
	for data, want := range cases {
		if got := NewAnswer(operation(t, "chat.completions.create")).Event(Event{Data: []byte(data)}); got != want {
			t.Errorf("%s: %v", data, got)
		}
	}
}

// FuzzAnswer holds that nothing that an upstream sends does harm, and that
// pieces don't matter.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"a","usage":{"prompt_tokens":1},"x":["\"",{"filtered":true}]}`), 3)
	f.Fuzz(func(t *testing.T, body []byte, step int) {
		op := operation(t, "responses.create")
		whole, pieces := NewAnswer(op), NewAnswer(op)
		whole.Bytes(body)
		for b := body; len(b) > 0; {
			n := min(1+step&7, len(b))
			pieces.Bytes(b[:n])
			b = b[n:]
		}
		if whole.Usage != pieces.Usage || whole.ID != pieces.ID || !reflect.DeepEqual(whole.Filter, pieces.Filter) {
			t.Errorf("%q: %+v whole, %+v in pieces", body, whole, pieces)
		}
		var e Events
		each := func(v Event) { whole.Event(v) }
		e.Feed(append([]byte("data: "), body...), each)
		e.End(each)
	})
}

func BenchmarkAnswerStream(b *testing.B) {
	var s strings.Builder
	for i := range 200 {
		s.WriteString(chunk(fmt.Sprintf(`{"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}},"delta":{"content":" word%d"},"finish_reason":null,"index":0,"logprobs":null}],"created":1700000000,"id":"chatcmpl-abcdef","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk","system_fingerprint":"fp_1","usage":null}`, i)))
	}
	s.WriteString(chunk(`{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14}}`) + "data: [DONE]\n\n")
	stream := []byte(s.String())
	op := operation(b, "chat.completions.create")
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		a := NewAnswer(op)
		var e Events
		for rest := stream; len(rest) > 0; {
			n := min(4<<10, len(rest))
			e.Feed(rest[:n], func(v Event) { a.Event(v) })
			rest = rest[n:]
		}
		if !a.Usage.Known {
			b.Fatal("no usage")
		}
	}
}
