package gateway

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// identityOf is an identity whose token is a text.
type identityOf string

func (i identityOf) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(i), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// shield is Content Safety as its documentation shows it: ATTACK is an attack,
// INVENTED isn't grounded.
type shield struct {
	*httptest.Server
	mu    sync.Mutex
	down  bool
	asked []string
}

func newShield(t testing.TB) *shield {
	s := &shield{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *shield) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.Path)
	if s.down || r.Header.Get("Authorization") != "Bearer canary-identity" {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var q struct {
		UserPrompt string   `json:"userPrompt"`
		Documents  []string `json:"documents"`
		Text       string   `json:"text"`
	}
	_ = json.Unmarshal(body, &q)
	if strings.HasSuffix(r.URL.Path, "text:detectGroundedness") {
		_ = json.NewEncoder(w).Encode(map[string]any{"ungroundedDetected": strings.Contains(q.Text, "INVENTED"), "ungroundedPercentage": 1})
		return
	}
	found := []any{}
	for _, d := range q.Documents {
		found = append(found, map[string]bool{"attackDetected": strings.Contains(d, "ATTACK")})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"userPromptAnalysis": map[string]bool{"attackDetected": strings.Contains(q.UserPrompt, "ATTACK")}, "documentsAnalysis": found})
}

func (s *shield) fail(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func startShielded(t testing.TB, s *shield, more string) *running {
	return startWith(t, testYAML, func(o *Options) { o.Upstreams.Credential = identityOf("canary-identity") },
		"{gateway}", `  safety: {url: "`+s.URL+`", promptShields: true, groundedness: true, timeout: 5s`+more+`}`)
}

// said is a chat with a question, what a tool found, and perhaps a stream.
func said(question, tool string, stream bool) string {
	body, _ := json.Marshal(map[string]any{"model": "gpt", "stream": stream, "max_tokens": 10, "messages": []any{
		map[string]string{"role": "user", "content": question}, map[string]string{"role": "tool", "tool_call_id": "c", "content": tool}}})
	return string(body)
}

// An attack never reaches the model; what the service says is the reason, in the
// answer, the metrics and the record.
func TestContentSafety(t *testing.T) {
	t.Parallel()
	s := newShield(t)
	r := startShielded(t, s, "")
	for _, c := range []struct{ question, tool, reason string }{
		{"hello", "a result", ""},
		{"ATTACK", "a result", "prompt_attack"},
		{"hello", "ATTACK", "document_attack"},
	} {
		asked := r.backend.count()
		a := r.call("POST", "/openai/v1/chat/completions", r.service(), said(c.question, c.tool, false))
		if c.reason == "" {
			if a.status != 200 || r.backend.count() != asked+1 {
				t.Errorf("no attack: %d %s", a.status, a.body)
			}
			continue
		}
		if a.status != 400 || a.reason() != c.reason || !strings.Contains(a.body, `"content_filter"`) || r.backend.count() != asked {
			t.Errorf("%s: %d %s %s", c.reason, a.status, a.reason(), a.body)
		}
	}
	page := r.scrape()
	for _, line := range []string{`palisade_content_safety_total{result="prompt_attack"} 1`, `palisade_refusals_total{reason="document_attack"} 1`} {
		if !strings.Contains(page, line) {
			t.Errorf("no %s", line)
		}
	}
	for _, x := range r.recorded() {
		if x.Reason == "prompt_attack" && x.Status == 400 {
			return
		}
	}
	t.Error("no record of the attack")
}

// An answer that the tools' results don't support is withheld whole, a stream
// too; one that they support comes as it was.
func TestGroundedness(t *testing.T) {
	t.Parallel()
	s := newShield(t)
	r := startShielded(t, s, "")
	answer := "supported"
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		if body, _ := io.ReadAll(req.Body); strings.Contains(string(body), `"stream":true`) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, chunk(answer[:4])+chunk(answer[4:])+"data: [DONE]\n\n")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"c","choices":[{"message":{"content":"`+answer+`"}}]}`)
	})
	for _, stream := range []bool{false, true} {
		answer = "supported"
		if a := r.call("POST", "/openai/v1/chat/completions", r.service(), said("hello", "a result", stream)); a.status != 200 || !strings.Contains(a.body, "orted") {
			t.Errorf("supported, stream %t: %d %s", stream, a.status, a.body)
		}
		answer = "INVENTED"
		if a := r.call("POST", "/openai/v1/chat/completions", r.service(), said("hello", "a result", stream)); a.status != 400 || a.reason() != "ungrounded" || strings.Contains(a.body, "NTED") {
			t.Errorf("invented, stream %t: %d %s %s", stream, a.status, a.reason(), a.body)
		}
	}
}

// A service that is down refuses calls, or lets them pass where the file says so.
func TestContentSafetyIsDown(t *testing.T) {
	t.Parallel()
	for more, status := range map[string]int{"": 503, ", onError: allow, because: a test, expires: 2099-01-01": 200} {
		s := newShield(t)
		s.fail(true)
		r := startShielded(t, s, more)
		a := r.call("POST", "/openai/v1/chat/completions", r.service(), said("ATTACK", "x", false))
		if a.status != status || status == 503 && (a.reason() != "safety_unavailable" || r.backend.count() > 0) {
			t.Errorf("%q: %d %s %s", more, a.status, a.reason(), a.body)
		}
		if !strings.Contains(r.scrape(), `palisade_content_safety_total{result="safety_unavailable"}`) || !strings.Contains(r.log.String(), "content safety not asked") {
			t.Errorf("%q: nothing tells it", more)
		}
		r.stop()
		if strings.Contains(r.log.String()+r.folderText(), "canary-identity") {
			t.Error("the identity's token is in the log")
		}
	}
}

const someSecret = "ghp_016C7MvqJZsfO8sbKXjQx2hZpVdQ4f1GyLkR"

// redact.sent takes out of a request what the model must not get, and nothing
// else; redact.blocked refuses; logging.keep: redacted keeps the rest.
func TestRedaction(t *testing.T) {
	t.Parallel()
	r := startYAML(t, testYAML+"  keep: redacted\n", "{gateway}", "  redact: {sent: [emails, secrets], blocked: [creditCards], logged: [emails, phones]}")
	chat := func(text string) answered {
		return r.call("POST", "/openai/v1/chat/completions", r.service(), strings.Replace(chatBody, "hi", text, 1))
	}
	if a := chat(`to ada\u0040example.org, key ` + someSecret + `, call +49 30 901820, \"x\"`); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	if got := r.backend.last(); !strings.Contains(got, `to [emails], key [secrets], call +49 30 901820, \"x\"`) {
		t.Errorf("the model got %s", got)
	}
	asked := r.backend.count()
	a := chat("the card is 4111 1111 1111 1111")
	if a.status != 403 || a.reason() != "redact_blocked" || !strings.Contains(a.body, "creditCards") || strings.Contains(a.body, "1111") || r.backend.count() != asked {
		t.Errorf("%d %s %s", a.status, a.reason(), a.body)
	}
	page := r.scrape()
	for _, line := range []string{`palisade_redacted_total{kind="emails",result="removed"} 1`, `palisade_redacted_total{kind="creditCards",result="blocked"} 1`} {
		if !strings.Contains(page, line) {
			t.Errorf("no %s", line)
		}
	}
	all := r.recorded()
	if len(all) != 2 || !strings.Contains(all[0].Prompt.Clear, "call [phones]") {
		t.Fatalf("%+v", all)
	}
	for _, text := range []string{someSecret, "ada@", `ada\u0040`, "901820", "4111 1111"} {
		if strings.Contains(r.folderText(), text) || strings.Contains(r.log.String(), text) {
			t.Errorf("%q is kept", text)
		}
	}
}
