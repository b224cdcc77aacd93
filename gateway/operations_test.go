package gateway

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
	"palisade/gateway/route"
)

// serviceID is the caller of service's token.
func (r *running) serviceID() string {
	r.t.Helper()
	var id string
	req, _ := http.NewRequest("GET", r.url+"/openai/v1/models", nil)
	req.Header.Set("Authorization", "Bearer "+r.service())
	req.RemoteAddr = "127.0.0.1:1"
	c, _, err := r.current.Load().doors[r.listener()].Pass(req)
	if err != nil {
		r.t.Fatal(err)
	}
	id = c.ID
	return id
}

func (r *running) listener() string {
	return string(r.current.Load().spec.Gateway.Listeners[0].Address)
}

// place is where the backend's things are.
func (r *running) place() string { return strings.TrimPrefix(r.backend.URL, "http://") + "/v1" }

// owns makes an id one of the service's stored things.
func (r *running) owns(id string, s Stored) {
	r.t.Helper()
	if s.Owner == "" {
		s.Owner = r.serviceID()
	}
	s.Model, s.Upstream, s.Made = "gpt", r.place(), time.Now()
	if err := r.objects.Put(context.Background(), id, s); err != nil {
		r.t.Fatal(err)
	}
}

// request is a good request of an operation.
func (r *running) request(op *route.Operation, path string) *http.Request {
	r.t.Helper()
	var body bytes.Buffer
	kind := ""
	switch op.Body {
	case route.JSONBody:
		kind = "application/json"
		switch op.Name {
		case "batches.create":
			body.WriteString(`{"input_file_id":"x2","endpoint":"/v1/chat/completions","completion_window":"24h"}`)
		case "threads.create_and_run", "threads.runs.create":
			body.WriteString(`{"model":"gpt","assistant_id":"x1"}`)
		default:
			body.WriteString(`{"model":"gpt","messages":[{"role":"user","content":"hi"}],"input":"hi"}`)
		}
	case route.FormBody:
		form := multipart.NewWriter(&body)
		form.WriteField("model", "gpt")
		form.WriteField("purpose", "assistants")
		file, _ := form.CreateFormFile("file", "a.bin")
		file.Write([]byte("\x00\x01file\r\n"))
		form.Close()
		kind = form.FormDataContentType()
	}
	req, err := http.NewRequest(op.Method, r.url+path, &body)
	if err != nil {
		r.t.Fatal(err)
	}
	if body.Len() == 0 {
		req.Body, req.ContentLength = nil, 0
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Authorization", "Bearer "+r.service())
	return req
}

// Every operation of the table passes in each of its forms, and whoever names
// another caller's thing gets the answer for one that isn't there.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"object":"thing"}`))
	})
	r.owns("x1", Stored{})
	r.owns("x2", Stored{Endpoint: "chat.completions.create", Tokens: 10})
	tried := 0
	for _, op := range route.Operations() {
		if op.Upgrade || strings.HasPrefix(op.Name, "models.") {
			continue
		}
		for _, path := range paths(&op) {
			r.owns("x1", Stored{}) // a test before may have deleted it
			before := r.backend.count()
			a := r.do(r.request(&op, path))
			if a.status != 200 || r.backend.count() != before+1 {
				t.Errorf("%s %s: %d %s %s", op.Method, path, a.status, a.reason(), a.body)
			}
			tried++
		}
	}
	_ = r.objects.Delete(context.Background(), "x1")
	r.owns("x1", Stored{Owner: "entra:somebody/else"})
	before := r.backend.count()
	for _, op := range route.Operations() {
		if op.Stored == route.NotStored || op.Lists {
			continue
		}
		for _, path := range paths(&op) {
			if a := r.do(r.request(&op, path)); a.status != 404 || a.reason() != "object_unknown" {
				t.Errorf("another's: %s %s: %d %s", op.Method, path, a.status, a.reason())
			}
		}
	}
	if r.backend.count() != before {
		t.Error("the upstream was asked for another's thing")
	}
	t.Logf("%d calls passed", tried)
}

// The models that a caller sees are those that it may use.
func TestModelsAreTheCallers(t *testing.T) {
	r := startYAML(t, strings.Replace(testYAML, "issuers:", "  secret:\n    upstreams: [{kind: echo}]\nissuers:", 1))
	if a := r.call("GET", "/openai/v1/models", r.service(), ""); a.status != 200 || !strings.Contains(a.body, `"gpt"`) || strings.Contains(a.body, "secret") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.call("GET", "/openai/v1/models/secret", r.service(), ""); a.status == 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.call("GET", "/openai/v1/models/gpt", r.service(), ""); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A response belongs to its maker: the next call may build on it, its items and
// its pages; a stranger's may not.
func TestResponsesBelongToTheirMaker(t *testing.T) {
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","id":"msg_1"}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}`))
	})
	person := r.issuer.Token(r.issuer.PersonClaims("2.0").With(issuertest.Claims{"groups": []string{issuertest.Team}}))
	const path, next = "/openai/v1/responses", `{"model":"gpt","input":"more","previous_response_id":"resp_1"}`
	if a := r.call("POST", path, r.service(), next); a.status != 404 {
		t.Errorf("before it was made: %d", a.status)
	}
	if a := r.call("POST", path, r.service(), `{"model":"gpt","input":"hi"}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	item := `{"model":"gpt","input":[{"type":"item_reference","id":"msg_1"},{"role":"user","content":"x"}]}`
	for _, body := range []string{next, item} {
		if a := r.call("POST", path, r.service(), body); a.status != 200 {
			t.Errorf("its maker, %s: %d %s", body, a.status, a.body)
		}
		if a := r.call("POST", path, person, body); a.status != 404 {
			t.Errorf("another, %s: %d %s", body, a.status, a.body)
		}
	}
	for _, tail := range []string{"/resp_1", "/resp_1/input_items"} {
		if a := r.call("GET", path+tail, person, ""); a.status != 404 {
			t.Errorf("another reads %s: %d", tail, a.status)
		}
		if a := r.call("GET", path+tail, r.service(), ""); a.status != 200 {
			t.Errorf("its maker reads %s: %d", tail, a.status)
		}
	}
	if a := r.call("DELETE", path+"/resp_1", r.service(), ""); a.status != 200 {
		t.Errorf("delete: %d", a.status)
	}
	if a := r.call("GET", path+"/resp_1", r.service(), ""); a.status != 404 {
		t.Errorf("deleted: %d", a.status)
	}
	if a := r.call("POST", path, r.service(), `{"model":"gpt","input":"hi","store":false}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := r.call("GET", path+"/resp_1", r.service(), ""); a.status != 404 {
		t.Errorf("one that isn't stored: %d", a.status)
	}
}

// Lists hold what is the caller's.
func TestListsAreTheCallers(t *testing.T) {
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"object":"list","data":[{"id":"file-1","n":1.50},{"id":"file-2"},{"id":"file-3"}],"has_more":false}`))
	})
	r.owns("file-1", Stored{})
	r.owns("file-3", Stored{Owner: "entra:somebody/else"})
	a := r.call("GET", "/openai/v1/files", r.service(), "")
	if a.status != 200 || !strings.Contains(a.body, `{"id":"file-1","n":1.50}`) || strings.Contains(a.body, "file-2") || strings.Contains(a.body, "file-3") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// What the gateway remembers of stored things outlives it.
func TestObjectsOutliveTheProcess(t *testing.T) {
	folder := t.TempDir()
	ctx := context.Background()
	o, err := OpenObjects(folder, 3000)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for i := range 2000 {
			id := "resp_" + itoa(i)
			if err := o.Put(ctx, id, Stored{Owner: "me", Owed: 5}); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				o.Delete(ctx, id)
			}
		}
	}
	if tokens, _, err := o.Paid(ctx, "resp_1"); tokens != 5 || err != nil {
		t.Error(tokens, err)
	}
	f := o.(*fileObjects)
	f.out.Write([]byte(`{"id":"half`))
	f.Close()
	again, err := OpenObjects(folder, 3000)
	if err != nil {
		t.Fatal(err)
	}
	defer again.(*fileObjects).Close()
	if n := again.(*fileObjects).len(); n != 1000 {
		t.Errorf("%d things", n)
	}
	if s, ok, _ := again.Get(ctx, "resp_1999"); !ok || s.Owner != "me" {
		t.Error(s, ok)
	}
	if tokens, _, _ := again.Paid(ctx, "resp_1"); tokens != 0 {
		t.Error("paid twice")
	}
}

// A call that names no model goes by the header: to that model if its caller may
// use it, and nowhere if not.
func TestModelHeader(t *testing.T) {
	t.Parallel()
	second := newBackend(t)
	r := start(t, "{model}", "  second:\n    upstreams: [{kind: openai, url: \""+second.URL+"/v1\"}]\n  closed:\n    upstreams: [{kind: openai, url: \""+second.URL+"/v1\"}]",
		"models: [gpt]", "models: [gpt, second]")
	for _, b := range []*backend{r.backend, second} {
		b.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"id":"file-1","object":"file"}`))
		})
	}
	upload := func(model string) answered {
		req := r.request(operationOf(t, "files.create"), "/openai/v1/files")
		if model != "" {
			req.Header.Set(modelHeader, model)
		}
		return r.do(req)
	}
	if a := upload(""); a.status != 200 || r.backend.count() != 1 {
		t.Errorf("without the header: %d %s", a.status, a.body)
	}
	if a := upload("second"); a.status != 200 || second.count() != 1 {
		t.Errorf("with it: %d %s", a.status, a.body)
	}
	if a := upload("closed"); a.status != 401 || a.reason() != "grant_missing" && a.reason() != "grant_unknown" {
		t.Errorf("a model that isn't the caller's: %d %s", a.status, a.reason())
	}
	if a := upload(canary); a.status != 404 || a.reason() != "model_unknown" {
		t.Errorf("no model: %d %s", a.status, a.reason())
	}
	if second.count() != 1 || r.backend.count() != 1 {
		t.Error("a refused call reached an upstream")
	}
	// What it made stays where it was made, whatever the header says later.
	req := r.request(operationOf(t, "files.get"), "/openai/v1/files/file-1")
	req.Header.Set(modelHeader, "second")
	if a := r.do(req); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if r.backend.count() != 2 {
		t.Error("the file wasn't asked for where it is")
	}
}

func operationOf(t testing.TB, name string) *route.Operation {
	t.Helper()
	all := route.Operations()
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}
