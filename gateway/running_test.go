package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"palisade/gateway/limit"
	records "palisade/usage"
)

func asksFor(tokens int64) limit.Ask { return limit.Ask{Requests: 1, Tokens: tokens} }

// A file with a mistake leaves what runs as it is, and is told in the log, the
// metrics and the readiness; a good one is taken over without a call being lost.
func TestReload(t *testing.T) {
	t.Parallel()
	r := start(t)
	good := r.text()
	r.write(strings.Replace(good, "models: [gpt]", "models: [gpt, nothing]", 1))
	r.until("the bad file is told", func() bool {
		return strings.Contains(r.scrape(), `palisade_reloads_total{result="refused"} 1`) &&
			strings.Contains(r.adminPage("/readyz").body, "palisade.yaml:") && strings.Contains(r.log.String(), "configuration not reloaded")
	})
	r.until("it is ready", func() bool { return r.adminPage("/readyz").status == 200 })
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("with the bad file: %d", a.status)
	}
	release := make(chan bool)
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		if body, _ := io.ReadAll(req.Body); !strings.Contains(string(body), "stream") {
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, chunk("a"))
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, "data: [DONE]\n\n")
	})
	resp := r.open("/openai/v1/chat/completions", streamBody)
	r.write(strings.Replace(good, "access:\n  team:", "access:\n  others:", 1))
	r.until("the good file runs", func() bool { return r.current.Load().node.grants["others"] != nil })
	r.write(strings.Replace(good, "role: Cognitive Services OpenAI Contributor", "role: Cognitive Services OpenAI Contributor\n    from: [10.0.0.0/8]", 1))
	r.until("access is taken away", func() bool { return r.chatStatus() == 401 })
	close(release)
	if rest, err := io.ReadAll(resp.Body); err != nil || !strings.HasSuffix(string(rest), "[DONE]\n\n") {
		t.Errorf("the call that ran: %q %v", rest, err)
	}
	if strings.Contains(r.adminPage("/readyz").body, "isn't the one that runs") {
		t.Error("the mistake is still told")
	}
}

func (r *running) chatStatus() int { return r.chat(r.service()).status }

func (r *running) until(what string, is func() bool) {
	r.t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	r.t.Errorf("not within 20 s: %s", what)
}

// A stop lets running calls end, and takes no new ones.
func TestStopDrains(t *testing.T) {
	t.Parallel()
	r := start(t)
	began := make(chan bool)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		time.Sleep(300 * time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"late"}`)
	})
	token := r.service()
	got := make(chan answered)
	go func() { got <- r.chat(token) }()
	<-began
	r.stop()
	if a := <-got; a.status != 200 || !strings.Contains(a.body, "late") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if _, err := http.Get(r.url); err == nil {
		t.Error("it still listens")
	}
}

// A gateway that stops, and has an issuer that can't be reached, doesn't ask it
// once more.
func TestStopIsQuiet(t *testing.T) {
	t.Parallel()
	r := startWith(t, testYAML, func(o *Options) {
		o.IssuerClient = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no way there")
		}}}
		o.OpenRecords = func(path string) (records.File, error) {
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			return slowFile{f}, err
		}
	})
	const told = "signing keys not read yet"
	r.until("it is told", func() bool { return strings.Contains(r.log.String(), told) })
	r.stop()
	if all := r.log.String(); strings.Count(all, told) != 1 || !strings.HasSuffix(all, "msg=stopped\n") {
		t.Error(all)
	}
}

// slowFile takes its time to close, and with it the gateway.
type slowFile struct{ *os.File }

func (f slowFile) Close() error {
	time.Sleep(100 * time.Millisecond)
	return f.File.Close()
}

// Starts and stops, reloads and calls leave nothing behind.
func TestNothingIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("run", func(t *testing.T) {
		r := start(t, "{model}", "    limits: {tokensPerMinute: 10k}")
		for i := range 5 {
			r.chat(r.service())
			r.write(strings.Replace(r.text(), "tokensPerMinute: 1", fmt.Sprint("tokensPerMinute: 1", i), 1))
			if err := r.Reload(); err != nil {
				t.Fatal(err)
			}
		}
		r.client.CloseIdleConnections()
	})
	goroutines(t, before)
}

// Health, readiness and metrics are on the admin listener only, for those that
// the file names.
func TestAdmin(t *testing.T) {
	r := start(t)
	r.until("it is ready", func() bool { return r.adminPage("/readyz").status == 200 })
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": `"ready":true`, "/metrics": "# TYPE palisade_calls_total counter"} {
		if a := r.adminPage(path); a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if a := r.call("GET", path, r.service(), ""); a.status != 404 || strings.Contains(a.body, want) {
			t.Errorf("%s of callers: %d %s", path, a.status, a.body)
		}
	}
	if a := r.do(mustRequest("POST", r.admin+"/healthz")); a.status != 405 {
		t.Errorf("POST: %d", a.status)
	}
	other := startYAML(t, strings.Replace(testYAML, `admin: {address: "{admin}"}`, `admin: {address: "{admin}", from: [10.9.9.9]}`, 1))
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/"} {
		if a := other.adminPage(path); a.status != 403 {
			t.Errorf("%s from elsewhere: %d %s", path, a.status, a.body)
		}
	}
}

func mustRequest(method, url string) *http.Request {
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err)
	}
	return r
}

// Without anybody who could sign in it doesn't start, nor with an open listener
// that isn't an accepted exception.
func TestItDoesNotStartOpen(t *testing.T) {
	for name, change := range map[string][2]string{
		"nobody could sign in": {"tenant: ", "# tenant: "},
		"a plain listener":     {`address: "{listen}"`, `address: "0.0.0.0:0"`},
		"another kind":         {"kind: palisade", "kind: none"},
		"no such certificate":  {`address: "{listen}"`, `address: "{listen}", tls: {files: {certificate: /nowhere/a, key: /nowhere/b}}`},
	} {
		yaml := strings.NewReplacer("{listen}", freeAddress(t), "{admin}", freeAddress(t), "{backend}", "http://127.0.0.1:1", "{folder}", t.TempDir()+"/usage", "{model}", "", "{grant}", "", "{gateway}", "").
			Replace(strings.Replace(testYAML, change[0], change[1], 1))
		if name == "nobody could sign in" {
			yaml = yaml[:strings.Index(yaml, "issuers:")] + yaml[strings.Index(yaml, "access:"):]
		}
		s, err := New(Options{Text: []byte(yaml)})
		if err == nil {
			err = s.Start()
			s.Close()
		}
		if err == nil {
			t.Errorf("%s: it starts", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

// Tokens, keys and prompts show up nowhere: not in the log, which is at its most
// talkative, nor in metrics, readiness, records or errors.
func TestCanaries(t *testing.T) {
	t.Parallel()
	const prompt, answer, key = "canary-prompt-4711", "canary-answer-4711", "canary0key0canary0key0canary0key0"
	r := start(t, "{grant}", "    limits: {requestsPerMinute: 1000}")
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		switch {
		case strings.Contains(string(body), "reset"):
			panic(http.ErrAbortHandler)
		case strings.Contains(string(body), "deny"):
			w.WriteHeader(401)
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"c","choices":[{"message":{"content":"`+answer+`"}}]}`)
	})
	body := func(more string) string {
		return `{"model":"gpt","messages":[{"role":"user","content":"` + prompt + more + `"}]}`
	}
	token := r.service()
	var errs []answered
	for _, b := range []string{body(""), body("reset"), body("deny"), body("")[1:], strings.Replace(body(""), "gpt", prompt, 1), strings.Replace(body(""), "model", prompt, 1)} {
		a := r.call("POST", "/openai/v1/chat/completions", token, b)
		if a.status != 200 {
			errs = append(errs, a)
		}
	}
	errs = append(errs, r.call("GET", "/openai/v1/"+prompt, token, ""), r.call("GET", "/openai/v1/responses/"+prompt, token, ""),
		r.call("GET", "/openai/v1/models?api-key="+key, token, ""), r.call("POST", "/openai/v1/chat/completions", token[:len(token)-9]+"canaryabc", body("")))
	req := mustRequest("GET", r.url+"/openai/v1/models")
	req.Header.Set("Api-Key", key)
	errs = append(errs, r.do(req))
	pages := map[string]string{"metrics": r.scrape(), "readyz": r.adminPage("/readyz").body}
	r.stop()
	pages["log"] = r.log.String()
	for i, a := range errs {
		pages[fmt.Sprint("error ", i)] = a.body + fmt.Sprint(a.header)
		if a.status < 400 {
			t.Errorf("error %d: %d", i, a.status)
		}
	}
	err := readFolder(r.folder, pages)
	if err == nil {
		err = readFolder(r.folder+".state", pages)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		for _, canary := range []string{prompt, answer, key, token, token[len(token)-40:], strings.Split(token, ".")[1], "canaryabc"} {
			if strings.Contains(text, canary) {
				t.Errorf("%s holds %.20s", name, canary)
			}
		}
	}
	t.Logf("%d pages", len(pages))
}

// readFolder reads all files of a folder.
func readFolder(folder string, into map[string]string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := os.ReadFile(folder + "/" + f.Name())
		if err != nil {
			return err
		}
		into[f.Name()] = string(text)
	}
	return nil
}

// goroutines waits until no more run than before, and tells the rest.
func goroutines(t testing.TB, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 1<<20)
	t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}
