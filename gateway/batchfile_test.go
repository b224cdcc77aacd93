package gateway

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

const goodLine = `{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}}` + "\n"

// uploads sends a file, with its purpose before or behind it.
func (r *running) uploads(purpose, text string, purposeLast bool) answered {
	r.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if !purposeLast {
		form.WriteField("purpose", purpose)
	}
	file, _ := form.CreateFormFile("file", "lines.jsonl")
	io.WriteString(file, text)
	if purposeLast {
		form.WriteField("purpose", purpose)
	}
	form.Close()
	req, _ := http.NewRequest("POST", r.url+"/openai/v1/files", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+r.service())
	return r.do(req)
}

const newBatch = `{"input_file_id":"file-9","endpoint":"/v1/chat/completions","completion_window":"24h"}`

// A batch can do what its caller could do call by call, and no more.
func TestBatches(t *testing.T) {
	t.Parallel()
	r := startYAML(t, strings.Replace(testYAML, "issuers:", "  secret:\n    upstreams: [{kind: echo}]\nissuers:", 1), "{model}", "    limits: {tokensPerMinute: 1000, tokensPerDay: 1000k}\n    allow: {tools: [function]}")
	whole := 0
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		if body, err := io.ReadAll(req.Body); err == nil && bytes.Contains(body, []byte("--\r\n")) {
			whole++
		}
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(req.URL.Path, "/batches") {
			io.WriteString(w, `{"id":"batch_1"}`)
			return
		}
		io.WriteString(w, `{"id":"file-9"}`)
	})
	for name, c := range map[string]struct{ lines, reason string }{
		"a model that the caller may not use": {strings.Replace(goodLine, "gpt", "secret", 1), "batch_model"},
		"no such model":                       {strings.Replace(goodLine, "gpt", "none", 1), "batch_model"},
		"two models":                          {goodLine + strings.Replace(goodLine, "gpt", "secret", 1), "batch_models"},
		"two operations":                      {goodLine + strings.Replace(goodLine, "chat/completions", "responses", 1), "batch_models"},
		"another url":                         {strings.Replace(goodLine, "/v1/chat/completions", "/v1/files", 1), "batch_url"},
		"another method":                      {strings.Replace(goodLine, "POST", "DELETE", 1), "batch_url"},
		"url twice":                           {strings.Replace(goodLine, `"method"`, `"URL":"/v1/files","method"`, 1), "batch_line"},
		"model twice":                         {strings.Replace(goodLine, `"max_tokens"`, `"model":"secret","max_tokens"`, 1), "body_name_duplicate"},
		"a tool that isn't allowed":           {strings.Replace(goodLine, `"max_tokens"`, `"tools":[{"type":"web_search"}],"max_tokens"`, 1), "tool_denied"},
		"another's file":                      {strings.Replace(goodLine, `"content":"hi"`, `"content":[{"type":"file","file":{"file_id":"file-x"}}]`, 1), "object_unknown"},
		"no JSON":                             {"hello\n", "batch_line"},
		"nothing":                             {"\n\n", "batch_line"},
		"the last of many":                    {strings.Repeat(goodLine, 9000) + "x", "batch_line"},
	} {
		for _, last := range []bool{false, true} {
			if a := r.uploads("batch", c.lines, last); a.status != 400 || a.reason() != c.reason {
				t.Errorf("%s: %d %s %s", name, a.status, a.reason(), a.body)
			}
		}
	}
	if whole != 0 {
		t.Errorf("%d files reached the upstream whole", whole)
	}
	if a := r.call("POST", "/openai/v1/batches", r.service(), newBatch); a.status != 404 {
		t.Errorf("a file that isn't there: %d", a.status)
	}
	if a := r.uploads("assistants", "no lines at all", true); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := r.call("POST", "/openai/v1/batches", r.service(), newBatch); a.status != 403 || a.reason() != "batch_file" {
		t.Errorf("a file for something else: %d %s", a.status, a.reason())
	}
	_ = r.objects.Delete(t.Context(), "file-9")
	if a := r.uploads("batch", strings.Repeat(goodLine, 100), true); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := r.call("POST", "/openai/v1/batches", r.service(), strings.Replace(newBatch, "chat/completions", "responses", 1)); a.reason() != "batch_url" {
		t.Errorf("another endpoint: %d %s", a.status, a.reason())
	}
	if a := r.call("POST", "/openai/v1/batches", r.service(), newBatch); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"batch_1","status":"completed","output_file_id":"file-out","error_file_id":null}`)
	})
	if a := r.call("GET", "/openai/v1/files/file-out/content", r.service(), ""); a.status != 404 {
		t.Errorf("the output before it is known: %d", a.status)
	}
	if a := r.call("GET", "/openai/v1/batches/batch_1", r.service(), ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := r.call("GET", "/openai/v1/files/file-out/content", r.service(), ""); a.status != 200 {
		t.Errorf("the output: %d %s", a.status, a.reason())
	}
	lease, over, err := r.limiter.Reserve(t.Context(), r.current.Load().budgets.of("gpt", "team", "x"), asksFor(999_000))
	if lease != nil || over == nil || err != nil || over.Left > 1_000_000-1000 {
		t.Errorf("the batch doesn't count for the day: %+v %v", over, err)
	}
}
