package gateway

import (
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// redisServer is a redis-server of the test's own.
type redisServer struct {
	t       testing.TB
	address string
	cmd     *exec.Cmd
}

func startRedis(t testing.TB) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("SKIPPED: redis-server isn't installed (apt-get install redis-server); gateways that share a Redis are NOT tested")
	}
	s := &redisServer{t: t, address: freeAddress(t)}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *redisServer) start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.address)
	s.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 300 {
		if c, err := net.Dial("tcp", s.address); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("redis-server didn't start")
}

// signal has it stand still, or go on.
func (s *redisServer) signal(name string) {
	if out, err := exec.Command("kill", "-"+name, strconv.Itoa(s.cmd.Process.Pid)).CombinedOutput(); err != nil {
		s.t.Errorf("%v %s", err, out)
	}
}

func (s *redisServer) stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// startOnRedis runs a gateway that counts and remembers there.
func startOnRedis(t testing.TB, s *redisServer, more string) *running {
	return start(t, "{gateway}", `  limitStore: {kind: redis, redis: {address: "`+s.address+`", tls: false}`+more+`}`, "{model}", "    limits: {tokensPerDay: 60}")
}

// Two gateways on one Redis share a limit, and what callers stored.
func TestSharedRedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := startOnRedis(t, redis, ""), startOnRedis(t, redis, "")
	for _, r := range []*running{a, b} {
		r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"id":"resp_shared","object":"response","status":"completed","usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}`)
		})
	}
	if x := a.call("POST", "/openai/v1/responses", a.service(), `{"model":"gpt","input":"hi","max_output_tokens":5}`); x.status != 200 {
		t.Fatal(x.status, x.body)
	}
	// The other gateway knows whose it is, and that it is at an upstream which it
	// hasn't got: that of another file.
	if x := b.call("GET", "/openai/v1/responses/resp_shared", b.service(), ""); x.reason() == "object_unknown" {
		t.Errorf("the other gateway: %d %s", x.status, x.body)
	}
	if x := b.call("GET", "/openai/v1/responses/resp_other", b.service(), ""); x.reason() != "object_unknown" {
		t.Errorf("a response that isn't there: %d %s", x.status, x.body)
	}
	served := 0
	for range 40 {
		if a.chat(a.service()).status == 200 {
			served++
		}
	}
	if x := b.chat(b.service()); x.status != 429 || x.reason() != "limit_tokens_per_day" {
		t.Errorf("the other gateway: %d %s", x.status, x.body)
	}
	if used := 2*served + 2; used > 60 || served < 2 {
		t.Errorf("%d calls, %d tokens of 60 a day", served, used)
	}
}

// An answer doesn't wait for what it used to be settled.
func TestSettledBehindTheAnswer(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	r := startOnRedis(t, redis, "")
	if a := r.chat(r.service()); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		redis.signal("STOP")
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`)
	})
	const late = "limits not settled"
	a := r.chat(r.service())
	if log := r.log.String(); a.status != 200 || !strings.HasSuffix(a.body, "}") || strings.Contains(log, late) {
		t.Errorf("%d %s\n%s", a.status, a.body, log)
	}
	r.until("it is told that it wasn't settled", func() bool { return strings.Contains(r.log.String(), late) })
	redis.signal("CONT")
}

// Without its Redis a gateway refuses, or counts alone where the file says so;
// it goes on by itself when Redis is there again.
func TestRedisIsDown(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	deny := startOnRedis(t, redis, "")
	allow := startOnRedis(t, redis, ", onError: allow, because: a test, expires: 2099-01-01")
	for _, r := range []*running{deny, allow} {
		if a := r.chat(r.service()); a.status != 200 {
			t.Fatal(a.status, a.body)
		}
	}
	redis.stop()
	asked := deny.backend.count()
	if a := deny.chat(deny.service()); a.status != 503 || a.reason() != "limits_unavailable" || deny.backend.count() != asked {
		t.Errorf("deny: %d %s", a.status, a.body)
	}
	if a := deny.call("GET", "/openai/v1/responses/resp_1", deny.service(), ""); a.status != 503 || a.reason() != "objects_unavailable" {
		t.Errorf("stored things: %d %s", a.status, a.body)
	}
	if a := allow.chat(allow.service()); a.status != 200 {
		t.Errorf("allow: %d %s", a.status, a.body)
	}
	redis.start()
	for name, r := range map[string]*running{"deny": deny, "allow": allow} {
		r.until(name+" uses Redis again", func() bool { return r.chatStatus() == 200 })
		if strings.Contains(r.adminPage("/readyz").body, `"ready":false`) {
			t.Errorf("%s isn't ready", name)
		}
	}
}
