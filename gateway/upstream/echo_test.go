package upstream

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"palisade/gateway/route"
)

func echoPools(t testing.TB) *Pools { return newPools(t, "{kind: echo}", "", Options{}) }

// watched is what the gateway sees of an answer.
func watched(o *Outgoing, d did) *route.Answer {
	a := route.NewAnswer(o.Match.Operation)
	if strings.HasPrefix(d.header.Get("Content-Type"), "text/event-stream") {
		var e route.Events
		e.Feed([]byte(d.body), func(e route.Event) { a.Event(e) })
		e.End(func(e route.Event) { a.Event(e) })
		return a
	}
	a.Bytes([]byte(d.body))
	return a
}

func TestEchoChat(t *testing.T) {
	p := echoPools(t)
	o := call(t, "POST", chatPath, `{"model":"gpt","messages":[{"role":"system","content":"x"},{"role":"user","content":[{"type":"text","text":"hello there"}]}],"n":2}`)
	d := do(t, p, o)
	var got chatAnswer
	if err := json.Unmarshal([]byte(d.body), &got); err != nil || d.status != 200 {
		t.Fatal(err, d)
	}
	if len(got.Choices) != 2 || *got.Choices[1].Message.Content != "hello there" || *got.Choices[0].Finish != "stop" || got.Model != "gpt" || got.Object != "chat.completion" {
		t.Error(d.body)
	}
	a := watched(o, d)
	if !a.Usage.Known || a.Usage.Output != 6 || a.Usage.Input == 0 || a.ID != got.ID {
		t.Errorf("%+v", a.Usage)
	}
	if got.Usage.Total != got.Usage.Prompt+got.Usage.Completion || got.Prompt[0].Results.Jailbreak == nil {
		t.Error(d.body)
	}
	d = do(t, p, call(t, "POST", chatPath, `{"model":"gpt","messages":[{"role":"user","content":"hello there"}],"max_tokens":1}`))
	if !strings.Contains(d.body, `"content":"hell"`) || !strings.Contains(d.body, `"finish_reason":"length"`) {
		t.Error(d.body)
	}
}

func TestEchoChatStream(t *testing.T) {
	p := echoPools(t)
	for _, asked := range []bool{false, true} {
		body := `{"model":"gpt","stream":true,"messages":[{"role":"user","content":"one two three"}]`
		if asked {
			body += `,"stream_options":{"include_usage":true}`
		}
		o := call(t, "POST", chatPath, body+"}")
		d := do(t, p, o)
		if !strings.HasSuffix(d.body, "data: [DONE]\n\n") || strings.Contains(d.body, `"usage"`) != asked {
			t.Error(d.body)
		}
		a := watched(o, d)
		if a.Usage.Known != asked || !a.Finished || a.Deltas < 3 {
			t.Errorf("%+v", a)
		}
		var text strings.Builder
		for line := range strings.SplitSeq(d.body, "\n\n") {
			var c chatAnswer
			if json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &c) == nil && len(c.Choices) > 0 && c.Choices[0].Delta.Content != nil {
				text.WriteString(*c.Choices[0].Delta.Content)
			}
		}
		if text.String() != "one two three" {
			t.Errorf("%q", text.String())
		}
	}
}

func TestEchoCompletion(t *testing.T) {
	o := call(t, "POST", "/openai/v1/completions", `{"model":"gpt","prompt":"abc def"}`)
	d := do(t, echoPools(t), o)
	if !strings.Contains(d.body, `"text":"abc def"`) || !watched(o, d).Usage.Known {
		t.Error(d.body)
	}
}

func TestEchoEmbeddings(t *testing.T) {
	p := echoPools(t)
	o := call(t, "POST", "/openai/v1/embeddings", `{"model":"gpt","input":["a","b","a"],"dimensions":8}`)
	d := do(t, p, o)
	var got struct {
		Data []struct {
			Index     int
			Embedding []float64
		}
	}
	if err := json.Unmarshal([]byte(d.body), &got); err != nil || len(got.Data) != 3 {
		t.Fatal(err, d)
	}
	if !slices.Equal(got.Data[0].Embedding, got.Data[2].Embedding) || slices.Equal(got.Data[0].Embedding, got.Data[1].Embedding) || len(got.Data[0].Embedding) != 8 {
		t.Error(d.body)
	}
	if u := watched(o, d).Usage; !u.Known || u.Input != 3 {
		t.Errorf("%+v", u)
	}
	d = do(t, p, call(t, "POST", "/openai/v1/embeddings", `{"model":"gpt","input":[1,2,3],"encoding_format":"base64"}`))
	var coded struct{ Data []struct{ Embedding string } }
	if err := json.Unmarshal([]byte(d.body), &coded); err != nil || len(coded.Data) != 1 {
		t.Fatal(err, d.body)
	}
	if b, err := base64.StdEncoding.DecodeString(coded.Data[0].Embedding); err != nil || len(b) != 4*usualDimensions {
		t.Error(err, len(b))
	}
	for _, body := range []string{`{"model":"gpt"}`, `{"model":"gpt","input":[]}`, `{"model":"gpt","input":{"a":1}}`, `{"model":"gpt","input":"x","dimensions":99999}`, `{"model":"gpt","input":["a",1]}`} {
		if d := do(t, p, call(t, "POST", "/openai/v1/embeddings", body)); d.status != 400 || !strings.Contains(d.body, `"error":{"code":"BadRequest"`) {
			t.Errorf("%s: %+v", body, d)
		}
	}
}

func TestEchoResponses(t *testing.T) {
	p := echoPools(t)
	create := func(body string) (did, response) {
		t.Helper()
		d := do(t, p, call(t, "POST", "/openai/v1/responses", body))
		var r response
		json.Unmarshal([]byte(d.body), &r)
		return d, r
	}
	_, r := create(`{"model":"gpt","input":"hi there"}`)
	if r.Status != "completed" || r.Output[0].Content[0].Text != "hi there" || r.Usage.Total == 0 {
		t.Fatalf("%+v", r)
	}
	ask := func(method, path string) did {
		o := call(t, method, "/openai/v1/responses/"+path, "")
		o.Place = "echo"
		return do(t, p, o)
	}
	if d := ask("GET", r.ID); d.status != 200 || !strings.Contains(d.body, r.ID) {
		t.Error(d)
	}
	if d := ask("GET", r.ID+"/input_items"); !strings.Contains(d.body, `"type":"input_text","text":"hi there"`) {
		t.Error(d)
	}
	if _, next := create(`{"model":"gpt","input":[{"role":"user","content":"more"}],"previous_response_id":"` + r.ID + `"}`); next.Status != "completed" || *next.Previous != r.ID {
		t.Errorf("%+v", next)
	}
	if d, _ := create(`{"model":"gpt","input":"x","previous_response_id":"resp_none"}`); d.status != 400 {
		t.Error(d)
	}
	if d := ask("POST", r.ID+"/cancel"); d.status != 400 {
		t.Error(d)
	}
	if d := ask("DELETE", r.ID); !strings.Contains(d.body, `"deleted":true`) {
		t.Error(d)
	}
	if d := ask("GET", r.ID); d.status != 404 {
		t.Error(d)
	}
	if _, unkept := create(`{"model":"gpt","input":"x","store":false}`); ask("GET", unkept.ID).status != 404 {
		t.Error("kept although it was asked not to")
	}
	if _, bg := create(`{"model":"gpt","input":"x","background":true}`); bg.Status != "queued" || !strings.Contains(ask("POST", bg.ID+"/cancel").body, `"cancelled"`) {
		t.Errorf("%+v", bg)
	}
	if _, bg := create(`{"model":"gpt","input":"x","background":true}`); !strings.Contains(ask("GET", bg.ID).body, `"completed"`) {
		t.Errorf("%+v", bg)
	}
}

func TestEchoResponseStream(t *testing.T) {
	o := call(t, "POST", "/openai/v1/responses", `{"model":"gpt","input":"one two","stream":true}`)
	d := do(t, echoPools(t), o)
	a := watched(o, d)
	if !a.Usage.Known || a.ID == "" || !a.Finished || a.Status != "completed" {
		t.Errorf("%+v\n%s", a, d.body)
	}
	for i, name := range []string{"created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed"} {
		event := strings.Split(d.body, "\n\n")[i]
		if !strings.HasPrefix(event, "event: response."+name+"\n") {
			t.Errorf("event %d is %s", i, event)
		}
	}
}

func TestEchoRefuses(t *testing.T) {
	p := echoPools(t)
	for _, x := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/openai/v1/images/generations", `{"model":"gpt","prompt":"x"}`, 400},
		{"POST", "/openai/v1/audio/speech", `{"model":"gpt","input":"x"}`, 400},
		{"GET", "/openai/v1/files", "", 404},
		{"POST", chatPath, `{"model":"gpt","messages":[]}`, 400},
		{"POST", chatPath, `{"model":"gpt","messages":[{"role":"user","content":[1]}]}`, 400},
	} {
		d := do(t, p, call(t, x.method, x.path, x.body))
		if d.status != x.status || !strings.HasPrefix(d.body, `{"error":{"code":"`) {
			t.Errorf("%s: %+v", x.path, d)
		}
	}
	if s := p.Status()[0]; s.Failures != 0 {
		t.Errorf("a caller's mistake counts against the model: %+v", s)
	}
}

func TestEchoStoreIsBounded(t *testing.T) {
	s := newStored()
	for i := range 3 * mostStored {
		s.put(strconv.Itoa(i), storedResponse{size: 100 << 10})
	}
	if s.order.Len() > mostStored || s.bytes > mostStoredBytes || len(s.byID) != s.order.Len() {
		t.Errorf("%d responses, %d bytes", s.order.Len(), s.bytes)
	}
}

func FuzzEcho(f *testing.F) {
	for _, body := range []string{chatBody, `{"input":"x"}`, `{"input":[{"role":"user","content":"x"}]}`, `{"prompt":["a"]}`, `{"input":[[1],[2]]}`, `{"messages":[{"content":[{"text":"a"}]}]}`, `{"max_tokens":-1,"messages":[{}],"n":-5}`} {
		f.Add(body)
	}
	p := echoPools(f)
	names := []string{"chat.completions.create", "completions.create", "embeddings.create", "responses.create"}
	f.Fuzz(func(t *testing.T, body string) {
		for _, name := range names {
			for _, op := range table.Operations() {
				if op.Name != name {
					continue
				}
				resp := p.echo.answer(&asked{[]byte(body), &route.Match{Operation: &op}, "m"})
				if resp.StatusCode != 200 && resp.StatusCode != 400 || resp.Body == nil {
					t.Errorf("%s: %d", name, resp.StatusCode)
				}
			}
		}
	})
}
