package upstream

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"palisade/spec"
)

func TestURLs(t *testing.T) {
	azure := &Upstream{kind: spec.AzureUpstream, scheme: "https", host: "a.openai.azure.com", deployment: "gpt/4o"}
	openai := &Upstream{kind: spec.OpenAIUpstream, scheme: "http", host: "llama:8000", path: "/v1", deployment: "llama:3"}
	for _, x := range []struct {
		u                  *Upstream
		method, path, want string
	}{
		{azure, "POST", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "https://a.openai.azure.com/openai/deployments/gpt%2F4o/chat/completions?api-version=2024-10-21"},
		{azure, "POST", "/openai/v1/chat/completions", "https://a.openai.azure.com/openai/v1/chat/completions"},
		{azure, "POST", "/openai/v1/embeddings?api-version=preview", "https://a.openai.azure.com/openai/v1/embeddings?api-version=preview"},
		{azure, "GET", "/openai/responses/resp_1?api-version=2025-03-01-preview&deployment=other", "https://a.openai.azure.com/openai/responses/resp_1?api-version=2025-03-01-preview"},
		{azure, "GET", "/openai/realtime?api-version=2024-10-01-preview&deployment=gpt", "https://a.openai.azure.com/openai/realtime?api-version=2024-10-01-preview&deployment=gpt%2F4o"},
		{azure, "GET", "/openai/v1/realtime?model=gpt", "https://a.openai.azure.com/openai/v1/realtime?model=gpt%2F4o"},
		{openai, "POST", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "http://llama:8000/v1/chat/completions"},
		{openai, "POST", "/openai/v1/responses?api-version=preview", "http://llama:8000/v1/responses"},
		{openai, "GET", "/openai/v1/responses/resp_1/input_items?limit=2&after=x", "http://llama:8000/v1/responses/resp_1/input_items?limit=2&after=x"},
		{openai, "GET", "/openai/realtime?api-version=2024-10-01-preview&deployment=gpt", "http://llama:8000/v1/realtime?model=llama%3A3"},
	} {
		body := ""
		if x.method == "POST" {
			body = `{"model":"gpt"}`
		}
		var more []string
		if strings.Contains(x.path, "realtime") {
			more = upgradeHeader
		}
		if got := x.u.url(call(t, x.method, x.path, body, more...).Match).String(); got != x.want {
			t.Errorf("%s\n got %s\nwant %s", x.path, got, x.want)
		}
	}
}

var upgradeHeader = []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}

// TestModelInBody holds that the body names the upstream's model exactly where
// the upstream looks for it.
func TestModelInBody(t *testing.T) {
	for _, x := range []struct{ kind, path, body, want string }{
		{"openai", "/openai/v1/chat/completions", `{"model":"gpt","messages":[]}`, `{"model":"there","messages":[]}`},
		{"openai", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", `{"messages":[]}`, `{"model":"there","messages":[]}`},
		{"azure", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", `{"messages":[]}`, `{"messages":[]}`},
		{"azure", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", `{"model":"gpt","messages":[]}`, `{"model":"there","messages":[]}`},
		{"azure", "/openai/v1/responses", `{"model":"gpt","input":"x"}`, `{"model":"there","input":"x"}`},
		{"openai", "/openai/v1/vector_stores", `{"name":"x"}`, `{"name":"x"}`},
	} {
		b := newBackend(t, says(200, "{}"))
		url := b.URL
		if x.kind == "openai" {
			url += "/v1"
		}
		p := newPools(t, `{kind: `+x.kind+`, deployment: there, url: "`+url+`"}`, "", Options{Credential: &fakeCredential{life: time.Hour}})
		if d := do(t, p, call(t, "POST", x.path, x.body)); d.status != 200 {
			t.Errorf("%+v", d)
		}
		if _, body := b.seen(); body != x.want {
			t.Errorf("%s %s\n got %s\nwant %s", x.kind, x.path, body, x.want)
		}
	}
}

// TestHeaders holds that of a caller's headers only the listed ones pass, that
// no credential of the caller's does, and that the gateway's own does.
func TestHeaders(t *testing.T) {
	const canary = "canary-7f3a"
	b := newBackend(t, says(200, "{}"))
	f := &fakeCredential{life: time.Hour}
	p := newPools(t, `{kind: azure, url: "`+b.URL+`"}`, "", Options{Credential: f})
	o := call(t, "POST", chatPath, chatBody, "Accept", "text/event-stream", "OpenAI-Beta", "realtime=v1", "X-Ms-Client-Request-Id", "id-1")
	for _, name := range []string{"Authorization", "Api-Key", "Ocp-Apim-Subscription-Key", "Cookie", "Proxy-Authorization", "X-Forwarded-For", "Forwarded",
		"Openai-Organization", "Openai-Project", "X-Ms-Oai-Image-Generation-Deployment", "Connection", "Keep-Alive", "Te", "Trailer", "Upgrade",
		"Expect", "Host", "X-Stainless-Lang", "User-Agent", "Accept-Encoding", "X-Http-Method-Override", "Range", "Referer"} {
		o.Header[name] = []string{canary}
	}
	o.Add = http.Header{"Traceparent": {"00-1-1-01"}}
	if d := do(t, p, o); d.status != 200 {
		t.Fatalf("%+v", d)
	}
	r, _ := b.seen()
	names := slices.Sorted(maps.Keys(r.Header))
	want := []string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Openai-Beta", "Traceparent", "User-Agent", "X-Ms-Client-Request-Id"}
	if !slices.Equal(names, want) {
		t.Errorf("sent %s\nwant %s", names, want)
	}
	if r.Header.Get("Authorization") != "Bearer token-1" || r.Header.Get("User-Agent") != "palisade" {
		t.Error(r.Header)
	}
	for name, values := range r.Header {
		if strings.Contains(strings.Join(values, " "), canary) {
			t.Errorf("%s of the caller's came through", name)
		}
	}
	if len(f.scopes) != 1 || f.scopes[0] != "https://cognitiveservices.azure.com/.default" {
		t.Errorf("token for %s", f.scopes)
	}
}

// TestLocalWithoutCredential holds that no token goes to an upstream that isn't
// Azure's.
func TestLocalWithoutCredential(t *testing.T) {
	b := newBackend(t, says(200, "{}"))
	p := newPools(t, at(b, ""), "", Options{Credential: &fakeCredential{life: time.Hour}})
	o := chat(t)
	o.Header.Set("Authorization", "Bearer canary")
	o.Header.Set("Api-Key", "canary")
	do(t, p, o)
	if r, _ := b.seen(); r.Header.Get("Authorization") != "" || r.Header.Get("Api-Key") != "" {
		t.Error(r.Header)
	}
}

func TestAzureKeyHeader(t *testing.T) {
	b := newBackend(t, says(200, "{}"))
	p := newPools(t, `{kind: azure, url: "`+b.URL+`"`+keyRef+`, because: x, expires: 2099-01-01}`, "", Options{Credential: &fakeCredential{}, vault: (&vault{value: "k1"}).transport()})
	do(t, p, chat(t))
	if r, _ := b.seen(); r == nil || r.Header.Get("Api-Key") != "k1" || r.Header.Get("Authorization") != "" {
		t.Error("not the key alone")
	}
}
