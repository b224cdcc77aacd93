package gateway

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"palisade/gateway/caller/issuertest"
	records "palisade/usage"
)

// recorded stops the gateway and returns its records.
func (r *running) recorded() []*records.Record {
	r.t.Helper()
	r.stop()
	var all []*records.Record
	for e, err := range records.Entries(r.folder) {
		if err != nil {
			r.t.Fatal(err)
		}
		if e.Record != nil {
			all = append(all, e.Record)
		}
	}
	return all
}

// folderText is all that is in the log's folder, but for the private key.
func (r *running) folderText() string {
	r.t.Helper()
	var all strings.Builder
	entries, err := os.ReadDir(r.folder)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(r.folder, e.Name()))
		if err != nil {
			r.t.Fatal(err)
		}
		if e.Name() != records.KeyFile {
			all.Write(text)
		}
	}
	return all.String()
}

func TestEachCallIsRecordedOnce(t *testing.T) {
	r := start(t)
	for range 20 {
		r.chat(r.service())
	}
	r.chat("")
	r.chat(r.issuer.PersonToken("2.0"))
	r.call("GET", "/nothing", r.service(), "")
	r.call("POST", "/openai/v1/chat/completions", r.service(), `{"model":"other","messages":[]}`)
	r.call("POST", "/openai/v1/chat/completions", r.service(), `{"model":"gpt","model":"gpt"}`)
	all := r.recorded()
	reasons, seen := map[string]int{}, map[string]bool{}
	for _, x := range all {
		if seen[x.ID] {
			t.Errorf("%s stands twice", x.ID)
		}
		seen[x.ID] = true
		reasons[string(x.Verdict)+" "+x.Reason]++
	}
	want := map[string]int{"allowed ": 20, "refused token_missing": 1, "refused grant_unknown": 1, "refused model_unknown": 1}
	for reason, n := range want {
		if reasons[reason] != n {
			t.Errorf("%s: %d, want %d of %v", reason, reasons[reason], n, reasons)
		}
	}
	if len(all) != 25 {
		t.Errorf("%d records of 25 calls: %v", len(all), reasons)
	}
	key, err := records.PublicKey(r.folder)
	if err != nil {
		t.Fatal(err)
	}
	v, err := records.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := records.Verify(r.folder, records.VerifyOptions{Keys: note.VerifierList(v)}); err != nil || report.Covered != 25 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestWhatARecordHolds(t *testing.T) {
	r := start(t)
	before := time.Now().Add(-time.Second)
	named := r.chat(r.service()).header.Get(recordHeader)
	all := r.recorded()
	if len(all) != 1 {
		t.Fatalf("%d records", len(all))
	}
	x := all[0]
	if x.ID != named {
		t.Errorf("the answer names record %q; it is %q", named, x.ID)
	}
	if x.Time.Before(before) || x.Verdict != records.Allowed || x.Status != 200 || x.Grant != "team" || x.Model != "gpt" ||
		x.Operation == "" || x.Upstream == "" || x.UpstreamStatus != 200 || x.Who.Kind != "app" || x.Who.Object == "" ||
		x.Who.Tenant != issuertest.Tenant || x.From.Address.String() != "127.0.0.1" || x.From.Listener == "" {
		t.Errorf("%+v", x)
	}
	if x.Tokens.Input != 3 || x.Tokens.Output != 2 || x.Tokens.Estimated || x.Cost != 26 || x.Whole <= 0 || x.FirstByte <= 0 || x.FirstByte > x.Whole+time.Millisecond {
		t.Errorf("%+v %d %s %s", x.Tokens, x.Cost, x.FirstByte, x.Whole)
	}
}

const (
	canary      = "canary-7d2f9c"
	canaryToken = "sk-canary-5e1b"
)

// What a caller sends is in no record, wherever in the call it stands, and
// whatever becomes of the call.
func TestCanariesInRecords(t *testing.T) {
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", canary)
		w.Write([]byte(`{"id":"` + canary + `","model":"` + canary + `","choices":[{"message":{"content":"` + canary + `"},"content_filter_results":{"` + canary + `":{"filtered":true}}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`))
	})
	token := r.service()
	body := strings.Replace(chatBody, "hi", canary, 1)
	r.call("POST", "/openai/v1/chat/completions", token, body)
	r.call("POST", "/openai/v1/chat/completions", canaryToken, body)
	r.call("POST", "/openai/v1/chat/completions?x="+canary, token, body)
	r.call("POST", "/openai/deployments/"+canary+"/chat/completions?api-version=2024-10-21", token, body)
	r.call("POST", "/openai/v1/chat/completions", token, strings.Replace(body, `"gpt"`, `"`+canary+`"`, 1))
	r.call("GET", "/openai/v1/responses/"+canary, token, "")
	r.call("POST", "/"+canary, token, body)
	r.call(canary, "/openai/v1/models", token, "")
	n := len(r.recorded())
	text := r.folderText()
	for _, secret := range []string{canary, canaryToken, token, token[strings.LastIndexByte(token, '.')+1:], "Bearer", "Authorization"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q", secret[:min(len(secret), 20)])
		}
	}
	if n != 8 {
		t.Errorf("%d records of 8 calls", n)
	}
}

func TestKeepNothing(t *testing.T) {
	r := startYAML(t, testYAML+"  keep: none\n  because: a test\n  expires: 2099-01-01\n")
	r.chat(r.service())
	r.stop()
	if _, err := os.Stat(r.folder); !os.IsNotExist(err) {
		t.Errorf("there is a log: %v", err)
	}
}

// Redacted text holds what was said, without what the detectors find, also
// where it is spread over the chunks of a stream.
func TestKeepRedacted(t *testing.T) {
	r := startYAML(t, testYAML+"  keep: redacted\n", "{gateway}", "  redact: {logged: [emails, creditCards]}")
	r.chat(r.service())
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, part := range []string{"write to ada@exa", "mple.org, good", "bye"} {
			w.Write([]byte(`data: {"choices":[{"index":0,"delta":{"content":"` + part + `"}}]}` + "\n\n"))
		}
		w.Write([]byte("data: [DONE]\n\n"))
	})
	body := `{"model":"gpt","stream":true,"messages":[{"role":"user","content":"the card is 4111 1111 1111 1111, and hello"}],"max_tokens":10}`
	r.call("POST", "/openai/v1/chat/completions", r.service(), body)
	r.call("POST", "/openai/v1/chat/completions", "", strings.Replace(body, "hello", canary, 1))
	all := r.recorded()
	if len(all) != 3 {
		t.Fatalf("%d records", len(all))
	}
	if all[0].Prompt.Clear != chatBody || !strings.Contains(all[0].Answer.Clear, "chatcmpl-1") {
		t.Errorf("%+v %+v", all[0].Prompt, all[0].Answer)
	}
	x := all[1]
	if !strings.Contains(x.Prompt.Clear, "and hello") || strings.Contains(x.Prompt.Clear, "1111") {
		t.Errorf("prompt %q", x.Prompt.Clear)
	}
	if !strings.Contains(x.Answer.Clear, "goodbye") || strings.Contains(x.Answer.Clear, "ada@") {
		t.Errorf("answer %q", x.Answer.Clear)
	}
	if len(x.Redacted) != 2 || x.Redacted[0].N != 1 {
		t.Errorf("counts %v", x.Redacted)
	}
	if strings.Contains(r.folderText(), canary) {
		t.Error("text of somebody who may not call is kept")
	}
}

// A call that can't be recorded isn't let through.
func TestNoCallWithoutARecord(t *testing.T) {
	r := start(t)
	r.chat(r.service())
	if err := r.journal.log.Close(); err != nil {
		t.Fatal(err)
	}
	asked := r.backend.count()
	if a := r.chat(r.service()); a.status != 503 || a.reason() != "records_unavailable" {
		t.Errorf("%d %s", a.status, a.reason())
	}
	if r.backend.count() != asked {
		t.Error("the upstream was asked")
	}
	if r.metrics.lost.Load() == 0 {
		t.Error("nothing tells that a record was lost")
	}
}

// A record says where the call went in the end, and how often it was sent.
func TestARecordTellsTheWay(t *testing.T) {
	t.Parallel()
	second := newBackend(t)
	r := startYAML(t, strings.Replace(testYAML, `[{kind: openai, url: "{backend}/v1"}]`,
		`[{kind: openai, url: "{backend}/v1"}, {kind: openai, url: "`+second.URL+`/v1", region: westeurope, priority: 2}]`, 1))
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	if a := r.chat(r.service()); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	all := r.recorded()
	if len(all) != 1 || all[0].Region != "westeurope" || all[0].Attempts != 2 || all[0].Hedged {
		t.Errorf("%+v", all[0])
	}
}
