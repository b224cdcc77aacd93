package route

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// request is one as a server reads it from a connection.
func request(t testing.TB, line string, header ...string) *http.Request {
	t.Helper()
	text := line + " HTTP/1.1\r\nHost: gateway\r\n" + strings.Join(header, "\r\n")
	if len(header) > 0 {
		text += "\r\n"
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text + "\r\n")))
	if err != nil {
		t.Skipf("the server itself refuses it: %v", err)
	}
	return r
}

const (
	asJSON = "Content-Type: application/json"
	asForm = "Content-Type: multipart/form-data; boundary=xyz"
	aBody  = "Content-Length: 2"
)

var socket = []string{"Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="}

func TestTable(t *testing.T) {
	if err := NewTable(Options{}).check(); err != nil {
		t.Error(err)
	}
}

func TestMatch(t *testing.T) {
	cases := []struct {
		line, header string
		name, model  string
		form         Form
		id           string
	}{
		{"POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", asJSON, "chat.completions.create", "gpt-4o", Deployment, ""},
		{"POST /openai/v1/chat/completions", asJSON, "chat.completions.create", "", V1, ""},
		{"POST /openai/v1/chat/completions?api-version=preview", asJSON + "; charset=UTF-8", "chat.completions.create", "", V1, ""},
		{"POST /openai/responses?api-version=2025-03-01-preview", asJSON, "responses.create", "", Resource, ""},
		{"GET /openai/v1/responses/resp_1/input_items?limit=3&include[]=a&include[]=b", "", "responses.input_items.list", "", V1, "resp_1"},
		{"DELETE /openai/v1/responses/resp_1", "", "responses.delete", "", V1, "resp_1"},
		{"POST /openai/v1/responses/resp_1/cancel", "", "responses.cancel", "", V1, "resp_1"},
		{"POST /openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21", asForm, "audio.transcriptions.create", "whisper", Deployment, ""},
		{"POST /openai/v1/files", asForm, "files.create", "", V1, ""},
		{"POST /openai/deployments/d/batches?api-version=2024-10-21", asJSON, "batches.create", "d", Deployment, ""},
		{"GET /openai/v1/models/gpt-4o", "", "models.get", "gpt-4o", V1, ""},
		{"GET /openai/threads/thread_1/runs/run_1/steps/step_1?api-version=2024-05-01-preview", "", "threads.runs.steps.get", "", Resource, "thread_1"},
		{"POST /openai/v1/threads/runs", asJSON, "threads.create_and_run", "", V1, ""},
		{"GET /openai/realtime?api-version=2025-04-01-preview&deployment=rt", strings.Join(socket, "\r\n"), "realtime.connect", "rt", Resource, ""},
		{"GET /openai/v1/realtime?model=rt", strings.Join(socket, "\r\n"), "realtime.connect", "rt", V1, ""},
	}
	table := NewTable(Options{})
	for _, c := range cases {
		r := request(t, c.line, nonEmpty(c.header)...)
		m, refusal := table.Match(r)
		if refusal != nil {
			t.Errorf("%s: %v", c.line, refusal)
			continue
		}
		if m.Name != c.name || m.Model != c.model || m.Form != c.form || m.StoredID() != c.id {
			t.Errorf("%s: %s, model %q, form %v, id %q", c.line, m.Name, m.Model, m.Form, m.StoredID())
		}
	}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func TestMatchRefuses(t *testing.T) {
	const v1 = "POST /openai/v1/chat/completions"
	cases := []struct{ line, header, reason string }{
		{"POST /openai/v1/chat%2fcompletions", asJSON, "path_encoded"},
		{"POST /openai/v1/%63hat/completions", asJSON, "path_encoded"},
		{"POST /openai/v1/../v1/chat/completions", asJSON, "path_dots"},
		{"POST /openai/v1/%2e%2e/v1/chat/completions", asJSON, "path_encoded"},
		{"POST /openai/v1/./chat/completions", asJSON, "path_dots"},
		{"POST /openai//v1/chat/completions", asJSON, "path_slashes"},
		{"POST //openai/v1/chat/completions", asJSON, "path_slashes"},
		{"POST /openai/v1/chat/completions/", asJSON, "path_trailing_slash"},
		{"POST /openai/v1/chat;x=1/completions", asJSON, "path_characters"},
		{`POST /openai/v1/chat\completions`, asJSON, "path_encoded path_characters"},
		{"POST /openai/v1/chät/completions", asJSON, "path_encoded path_characters"},
		{"POST http://other/openai/v1/chat/completions", asJSON, "path_target"},
		{"POST /OpenAI/v1/chat/completions", asJSON, "route_unknown"},
		{"POST /openai/V1/chat/completions", asJSON, "route_unknown"},
		{"POST /v1/chat/completions", asJSON, "route_unknown"},
		{"POST /openai/chat/completions?api-version=2024-10-21", asJSON, "route_unknown"},
		{"POST /openai/deployments/d/responses?api-version=2024-10-21", asJSON, "route_unknown"},
		{"POST /openai/deployments/d?api-version=2024-10-21", asJSON, "route_unknown"},
		{"POST /openai/deployments/-d/embeddings?api-version=2024-10-21", asJSON, "path_model"},
		{"GET /openai/v1/files/-x", "", "path_id"},
		{"GET /", "", "path_trailing_slash"},
		{"GET /openai", "", "route_unknown"},
		{"GET /openai/v1", "", "route_unknown"},
		{"PUT /openai/v1/chat/completions", asJSON, "method_not_allowed"},
		{"HEAD /openai/v1/models", "", "method_not_allowed"},
		{"OPTIONS /openai/v1/models", "", "method_not_allowed"},
		{"OPTIONS *", "", "path_malformed path_target"},
		{"POST /openai/deployments/d/chat/completions", asJSON, "api_version_missing"},
		{"POST /openai/deployments/d/chat/completions?api-version=v1", asJSON, "api_version_malformed"},
		{v1 + "?api-version=2024-13", asJSON, "api_version_malformed"},
		{v1 + "?api-version=v1&api-version=v1", asJSON, "query_duplicate"},
		{v1 + "?api-version=v1&api%2Dversion=v1", asJSON, "query_duplicate"},
		{v1 + "?Api-Version=v1", asJSON, "query_name_case"},
		{v1 + "?a=1;b=2", asJSON, "query_malformed"},
		{v1 + "?a=%zz", asJSON, "query_malformed"},
		{v1 + "?=1", asJSON, "query_malformed"},
		{v1 + "?a=%0d%0a", asJSON, "query_malformed"},
		{v1 + "?api-key=canary", asJSON, "query_credential"},
		{v1 + "?Subscription-Key=canary", asJSON, "query_credential"},
		{v1, "Content-Type: text/plain", "content_type"},
		{v1, "Content-Type: application/json; charset=utf-16", "content_type"},
		{v1, asJSON + "\r\n" + asJSON, "content_type"},
		{v1, "", "content_type"},
		{v1, asJSON + "\r\nContent-Encoding: gzip", "body_encoded"},
		{v1, asJSON + "\r\nUpgrade: websocket", "upgrade_unexpected"},
		{"POST /openai/v1/files", asJSON, "content_type"},
		{"POST /openai/v1/files", "Content-Type: multipart/form-data", "content_type"},
		{"GET /openai/v1/models", aBody, "body_unexpected"},
		{"GET /openai/v1/models", "Transfer-Encoding: chunked", "body_unexpected"},
		{"GET /openai/v1/realtime?model=rt", "", "upgrade_required"},
		{"GET /openai/v1/realtime", strings.Join(socket, "\r\n"), "model_missing"},
		{"GET /openai/v1/realtime?deployment=rt", strings.Join(socket, "\r\n"), "query_model"},
		{"GET /openai/v1/realtime?model=rt&Model=rt", strings.Join(socket, "\r\n"), "query_name_case"},
	}
	table := NewTable(Options{})
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			m, refusal := table.Match(request(t, c.line, nonEmpty(c.header)...))
			switch {
			case refusal == nil:
				t.Errorf("passes as %s", m.Name)
			case !strings.Contains(c.reason, refusal.Reason):
				t.Errorf("reason is %s, not %s", refusal.Reason, c.reason)
			}
		})
	}
}

func TestOff(t *testing.T) {
	r := request(t, "GET /openai/v1/fine_tuning/jobs")
	if _, refusal := NewTable(Options{Off: []string{FineTuning}}).Match(r); refusal == nil || refusal.Reason != "route_unknown" {
		t.Errorf("a group that is off: %v", refusal)
	}
	if m, refusal := NewTable(Options{}).Match(r); refusal != nil || m.Name != "fine_tuning.jobs.list" {
		t.Errorf("a group that is on: %v", refusal)
	}
}

func TestRefusalWrite(t *testing.T) {
	w := httptest.NewRecorder()
	(&Refusal{Status: 405, Code: "405", Reason: "x", Message: "a \"b\"\n", Param: "p", Allow: "GET"}).Write(w)
	want := `{"error":{"code":"405","message":"a \"b\"\u000a","param":"p"}}`
	if w.Code != 405 || w.Body.String() != want || w.Header().Get("Allow") != "GET" || w.Header().Get("X-Palisade-Reason") != "x" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}

// TestEveryOperation asks for each operation in each of its forms, by each
// method, and holds that only its own passes.
func TestEveryOperation(t *testing.T) {
	table := NewTable(Options{})
	for _, op := range table.Operations() {
		for _, f := range []Form{Deployment, Resource, V1} {
			path := map[Form]string{Deployment: "/openai/deployments/d", Resource: "/openai", V1: "/openai/v1"}[f] + op.Path
			path = strings.NewReplacer("{", "", "}", "").Replace(path) + "?api-version=2025-03-01-preview"
			if op.Upgrade {
				path += map[bool]string{true: "&deployment=d", false: "&model=d"}[f == Resource]
			}
			header := map[BodyKind][]string{JSONBody: {asJSON}, OptionalJSON: {asJSON, aBody}, FormBody: {asForm}}[op.Body]
			if op.Upgrade {
				header = socket
			}
			m, refusal := table.Match(request(t, op.Method+" "+path, header...))
			if (refusal == nil) != (op.Forms&f != 0) {
				t.Errorf("%s %s: %v", op.Method, path, refusal)
			}
			if refusal == nil && m.Name != op.Name {
				t.Errorf("%s %s is %s, not %s", op.Method, path, m.Name, op.Name)
			}
		}
	}
}

// FuzzMatch holds that a path that passes is the one that the upstream is sent.
func FuzzMatch(f *testing.F) {
	f.Add("POST", "/openai/v1/chat/completions?api-version=v1")
	f.Add("GET", "/openai/v1/responses/resp_1?include[]=a")
	f.Add("POST", "/openai/deployments/d/%2e%2e/embeddings")
	table := NewTable(Options{})
	f.Fuzz(func(t *testing.T, method, target string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n\r\n")))
		if err != nil {
			return
		}
		m, refusal := table.Match(r)
		if refusal != nil {
			return
		}
		path, _, _ := strings.Cut(target, "?")
		prefix := map[Form]string{Deployment: "/openai/deployments/" + m.Model, Resource: "/openai", V1: "/openai/v1"}[m.Form]
		if path != prefix+m.Suffix || strings.ContainsAny(path, "%\\;") || strings.Contains(path, "..") && strings.Contains(path, "/.") {
			t.Errorf("%q passes as %s%s", target, prefix, m.Suffix)
		}
	})
}

// TestQueryWithSpace holds that a query which HTTP/2 carries and HTTP/1.1 can't
// isn't passed on.
func TestQueryWithSpace(t *testing.T) {
	r := httptest.NewRequest("POST", "/openai/v1/chat/completions", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	r.URL.RawQuery = "a=b HTTP/1.1"
	if _, refusal := NewTable(Options{}).Match(r); refusal == nil || refusal.Reason != "query_malformed" {
		t.Errorf("%+v", refusal)
	}
}
