package safety

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"palisade/spec"
)

// identity is a credential.
type identity struct{ err error }

func (x identity) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Scopes[0] != "https://cognitiveservices.azure.com/.default" {
		return azcore.AccessToken{}, fmt.Errorf("scopes %v", o.Scopes)
	}
	return azcore.AccessToken{Token: "tok", ExpiresOn: time.Now().Add(time.Hour)}, x.err
}

// fake is Content Safety, as its documentation shows it: a prompt with
// "ATTACK" in it is an attack, and an answer with "INVENTED" isn't grounded.
func fake(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer tok" || r.Method != http.MethodPost {
			t.Errorf("%s with %q", r.Method, r.Header.Get("Authorization"))
		}
		switch r.URL.Path {
		case "/contentsafety/text:shieldPrompt":
			shieldAnswer(t, w, r)
		case "/contentsafety/text:detectGroundedness":
			groundAnswer(t, w, r)
		default:
			t.Error("path", r.URL.Path)
		}
	}
}

func shieldAnswer(t *testing.T, w http.ResponseWriter, r *http.Request) {
	var q struct {
		UserPrompt string   `json:"userPrompt"`
		Documents  []string `json:"documents"`
	}
	if r.URL.Query().Get("api-version") != "2024-09-01" {
		t.Error("question", r.URL)
	}
	// A question that isn't whole is one that was given up after a find.
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.UserPrompt) > 10_000 || len(q.Documents) > 5 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	documents := []any{}
	for _, d := range q.Documents {
		documents = append(documents, map[string]any{"attackDetected": strings.Contains(d, "ATTACK")})
	}
	writeJSON(w, map[string]any{
		"userPromptAnalysis": map[string]any{"attackDetected": strings.Contains(q.UserPrompt, "ATTACK")}, "documentsAnalysis": documents})
}

func groundAnswer(t *testing.T, w http.ResponseWriter, r *http.Request) {
	var q struct {
		Task, Text       string
		QnA              struct{ Query string }
		GroundingSources []string
	}
	if r.URL.Query().Get("api-version") == "" {
		t.Error("question", r.URL)
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if q.Task != "QnA" || q.QnA.Query != "U" || len(q.GroundingSources) != 1 || len(q.Text) > 7_500 {
		t.Errorf("question %+v", q)
	}
	writeJSON(w, map[string]any{"ungroundedDetected": strings.Contains(q.Text, "INVENTED"), "ungroundedPercentage": 1, "ungroundedDetails": []any{}})
}

func writeJSON(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

func checker(t *testing.T, on spec.OnError, h http.HandlerFunc) *Checker {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s := &spec.Safety{URL: spec.URL(server.URL), PromptShields: true, Groundedness: true, Timeout: spec.Duration(5 * time.Second), OnError: on}
	return New(s, identity{}, Options{Transport: server.Client().Transport})
}

func chat(user, tool string) []byte {
	b, _ := json.Marshal(map[string]any{"messages": []any{map[string]string{"role": "user", "content": user}, map[string]string{"role": "tool", "content": tool}}})
	return b
}

func TestPrompt(t *testing.T) {
	c := checker(t, spec.DenyOnError, fake(t))
	long := strings.Repeat("word ", 10_000)
	for _, x := range []struct {
		name, user, tool, reason string
	}{
		{"no attack", "hello", "world", ""},
		{"prompt", "ATTACK", "world", PromptAttack},
		{"document", "hello", "ATTACK", DocumentAttack},
		{"end of a long prompt", long + "ATTACK", "", PromptAttack},
		{"across pieces", strings.Repeat("x", maxPrompt-3) + "ATTACK" + long, "", PromptAttack},
		{"end of a long document", "hello", long + "ATTACK", DocumentAttack},
		{"long and clean", long, long, ""},
	} {
		r := c.Prompt(t.Context(), chat(x.user, x.tool))
		if r.Allowed != (x.reason == "") || r.Reason != x.reason || r.Err != nil || r.Asked == 0 {
			t.Errorf("%s: %+v", x.name, r)
		}
		if r.AttackInPrompt != (x.reason == PromptAttack) || r.AttackInDocuments != (x.reason == DocumentAttack) {
			t.Errorf("%s: %+v", x.name, r)
		}
	}
}

func TestAnswer(t *testing.T) {
	c := checker(t, spec.DenyOnError, fake(t))
	answer := func(text string) []byte {
		return []byte(`{"choices":[{"message":{"content":"` + text + `"}}]}`)
	}
	if r := c.Answer(t.Context(), chat("U", "T"), answer("supported")); !r.Allowed || r.Asked != 1 {
		t.Errorf("a supported answer: %+v", r)
	}
	if r := c.Answer(t.Context(), chat("U", "T"), answer(strings.Repeat("long ", 3000)+"INVENTED")); r.Allowed || !r.Ungrounded || r.Reason != NotGrounded {
		t.Errorf("an invented answer: %+v", r)
	}
	if r := c.Answer(t.Context(), chat("U", ""), answer("INVENTED")); !r.Allowed || r.Asked != 0 {
		t.Errorf("an answer without documents: %+v", r)
	}
	if r := c.Answer(t.Context(), chat("U", strings.Repeat("s", maxSources+1)), answer("x")); r.Allowed || r.Reason != TooLong {
		t.Errorf("too many documents: %+v", r)
	}
}

// TestFailures holds that each way to fail denies a call, or lets it through if
// the spec says so, and that the reason is said either way.
func TestFailures(t *testing.T) {
	status := func(n int) http.HandlerFunc { return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) } }
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
	}
	for _, x := range []struct {
		name   string
		h      http.HandlerFunc
		body   []byte
		reason string
	}{
		{"slow", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.ReadAll(r.Body); <-r.Context().Done() }, nil, TimedOut},
		{"429", status(429), nil, Busy},
		{"500", status(500), nil, Unavailable},
		{"401", status(401), nil, Unavailable},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, nil, Unavailable},
		{"no JSON", text("<html>"), nil, Unavailable},
		{"empty object", text("{}"), nil, Unavailable},
		{"no documents", text(`{"userPromptAnalysis":{"attackDetected":false},"documentsAnalysis":[]}`), nil, Unavailable},
		{"null", text(`{"userPromptAnalysis":{"attackDetected":null},"documentsAnalysis":[{"attackDetected":false}]}`), nil, Unavailable},
		{"endless", text(strings.Repeat(" ", maxReply+1) + "{}"), nil, Unavailable},
		{"unreadable", fake(t), []byte(`{"prompt":[1,2]}`), Unreadable},
		{"too long", fake(t), chat(strings.Repeat("a", maxAsks*maxPrompt), ""), TooLong},
	} {
		for _, on := range []spec.OnError{spec.DenyOnError, spec.AllowOnError} {
			c := checker(t, on, x.h)
			c.timeout = 5 * time.Second
			if x.reason == TimedOut {
				c.timeout = 50 * time.Millisecond
			}
			body := x.body
			if body == nil {
				body = chat("CANARY user", "CANARY tool")
			}
			r := c.Prompt(t.Context(), body)
			if r.Allowed != (on == spec.AllowOnError) || r.Reason != x.reason || r.Err == nil {
				t.Errorf("%s, %s: %+v", x.name, on, r)
			}
			if strings.Contains(fmt.Sprintf("%+v %v", r, r.Err), "CANARY") {
				t.Errorf("%s: the result holds text", x.name)
			}
		}
	}
}

// TestAttackBeatsFailure holds that a find denies also where failures allow.
func TestAttackBeatsFailure(t *testing.T) {
	var n atomic.Int32
	c := checker(t, spec.AllowOnError, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) > 1 {
			w.WriteHeader(500)
			return
		}
		fake(t)(w, r)
	})
	c.service.slots = make(chan struct{}, 1)
	if r := c.Prompt(t.Context(), chat(strings.Repeat("ATTACK ", 6_000), "")); r.Allowed || !r.AttackInPrompt {
		t.Errorf("%+v", r)
	}
}

func TestNoToken(t *testing.T) {
	c := checker(t, spec.DenyOnError, fake(t))
	c.service.credential = identity{errors.New("no identity here")}
	if r := c.Prompt(t.Context(), chat("hello", "")); r.Allowed || r.Reason != Unavailable || !strings.Contains(r.Err.Error(), "no identity here") {
		t.Errorf("%+v", r)
	}
}

func TestOff(t *testing.T) {
	var c *Checker
	if !c.Prompt(t.Context(), []byte("{")).Allowed || c.HoldsAnswers() || !c.Answer(t.Context(), nil, nil).Allowed {
		t.Error("no Checker denies")
	}
	c = New(&spec.Safety{URL: "http://127.0.0.1:1"}, identity{}, Options{})
	if !c.Prompt(t.Context(), chat("ATTACK", "")).Allowed || c.HoldsAnswers() {
		t.Error("a Checker of nothing asks")
	}
}

// TestConcurrency holds that one check asks few questions at a time, on
// connections that are used again.
func TestConcurrency(t *testing.T) {
	var running, most, connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		fake(t)(w, r)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c := New(&spec.Safety{URL: spec.URL(server.URL), PromptShields: true, Timeout: spec.Duration(10 * time.Second)}, identity{}, Options{})
	if r := c.Prompt(t.Context(), chat(strings.Repeat("x", 200_000), "")); !r.Allowed || r.Asked < 20 {
		t.Errorf("%+v", r)
	}
	if most.Load() > perCheck || connections.Load() > 2*perCheck {
		t.Errorf("%d questions at a time on %d connections", most.Load(), connections.Load())
	}
}
