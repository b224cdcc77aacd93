package gateway

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// speak makes the backend a realtime model: it answers each message with a
// turn of 30 tokens.
func speak(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"realtime"}})
	if err != nil {
		return
	}
	defer c.CloseNow()
	for {
		_, text, err := c.Read(r.Context())
		if err != nil {
			return
		}
		for _, answer := range []string{
			`{"type":"response.created","response":{"id":"r1"}}`,
			`{"type":"response.text.delta","delta":` + string(text) + `}`,
			`{"type":"response.done","response":{"id":"r1","status":"completed","usage":{"total_tokens":30,"input_tokens":10,"output_tokens":20}}}`,
		} {
			if c.Write(r.Context(), websocket.MessageText, []byte(answer)) != nil {
				return
			}
		}
	}
}

func (r *running) connect(path string, header http.Header, protocols ...string) (*websocket.Conn, *http.Response, error) {
	if header == nil {
		header = http.Header{"Authorization": {"Bearer " + r.service()}}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return websocket.Dial(ctx, strings.Replace(r.url, "http", "ws", 1)+path, &websocket.DialOptions{HTTPHeader: header, Subprotocols: protocols})
}

const realtimePath = "/openai/v1/realtime?model=gpt"

// turn says something and reads the answer to its end.
func turn(t *testing.T, c *websocket.Conn) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := c.Write(ctx, websocket.MessageText, []byte(`"hello"`)); err != nil {
		return err
	}
	for {
		_, text, err := c.Read(ctx)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), "response.done") {
			return nil
		}
	}
}

// A realtime session passes in both forms of the path, each turn counts by its
// usage, and its connection is given free at the end.
func TestRealtime(t *testing.T) {
	t.Parallel()
	r := start(t, "{model}", "    limits: {tokensPerMinute: 10k, concurrent: 1}")
	r.backend.answers(speak)
	for _, path := range []string{realtimePath, "/openai/realtime?api-version=2024-10-01-preview&deployment=gpt"} {
		r.until("the session before is over", func() bool { return r.metrics.running.Load() == 0 })
		c, _, err := r.connect(path, nil, "realtime")
		if err != nil {
			t.Fatal(path, err)
		}
		if c.Subprotocol() != "realtime" {
			t.Errorf("subprotocol %q", c.Subprotocol())
		}
		for range 2 {
			if err := turn(t, c); err != nil {
				t.Fatal(err)
			}
		}
		c.Close(websocket.StatusNormalClosure, "")
	}
	if n := r.used(); n != 120 {
		t.Errorf("%d tokens count, not 120", n)
	}
	r.client.CloseIdleConnections()
	for range 100 {
		if r.connections.count() == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d connections count as open", r.connections.count())
}

// A session ends when a turn doesn't fit any more.
func TestRealtimeIsUnderTheLimits(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMinute: 100}")
	r.backend.answers(speak)
	c, _, err := r.connect(realtimePath, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	turns := 0
	for turns < 20 && turn(t, c) == nil {
		turns++
	}
	if turns != 4 { // 30 tokens each; the fourth begins with 10 left
		t.Errorf("%d turns of 30 tokens with a limit of 100", turns)
	}
	for range 100 {
		if strings.Contains(r.scrape(), `palisade_refusals_total{reason="limit_tokens_per_minute"} 1`) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("the end of the session isn't counted: %s", r.scrape()[:1500])
}

// scrape is the page of metrics.
func (r *running) scrape() string { return r.adminPage("/metrics").body }

func (r *running) adminPage(path string) answered {
	r.t.Helper()
	req, _ := http.NewRequest("GET", r.admin+path, nil)
	return r.do(req)
}

// A key in a subprotocol, as browsers send it, is refused; so is a session
// without a token, or where policy would have to read what is said.
func TestRealtimeRefusals(t *testing.T) {
	r := start(t)
	r.backend.answers(speak)
	for name, c := range map[string]struct {
		path      string
		header    http.Header
		protocols []string
		reason    string
	}{
		"a key in a subprotocol":     {realtimePath, nil, []string{"realtime", "openai-insecure-api-key.sk-canary"}, "credential_subprotocol"},
		"only a key in one":          {realtimePath, http.Header{}, []string{"realtime", "openai-insecure-api-key.sk-canary"}, "token_missing"},
		"a token in the query":       {realtimePath + "&Authorization=Bearer%20x", nil, nil, "query_credential"},
		"an unknown model":           {"/openai/v1/realtime?model=other", nil, nil, "model_unknown"},
		"no model":                   {"/openai/v1/realtime", nil, nil, "model_missing"},
		"the other form's parameter": {"/openai/v1/realtime?deployment=gpt", nil, nil, "query_model"},
	} {
		_, resp, err := r.connect(c.path, c.header, c.protocols...)
		if err == nil || resp == nil || resp.Header.Get(reasonHeader) != c.reason {
			t.Errorf("%s: %v %v", name, resp, err)
		}
	}
	strict := start(t, "{model}", "    allow: {tools: [function]}")
	if _, resp, err := strict.connect(realtimePath, nil); err == nil || resp.Header.Get(reasonHeader) != "realtime_policy" {
		t.Error(resp, err)
	}
	if n := r.backend.count(); n != 0 {
		t.Errorf("the upstream was asked %d times", n)
	}
}

// A stop doesn't wait for sessions longer than for other calls.
func TestRealtimeAtTheStop(t *testing.T) {
	t.Parallel()
	r := start(t, "{gateway}", "  timeouts: {drain: 1s}")
	r.backend.answers(speak)
	c, _, err := r.connect(realtimePath, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := turn(t, c); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r.stop()
	if took := time.Since(began); took < 900*time.Millisecond || took > 4*time.Second {
		t.Errorf("the stop took %v", took)
	}
}
