package limit

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is a redis-server of the test's own.
type server struct {
	t    testing.TB
	port int
	args []string
	cmd  *exec.Cmd
}

// startRedis starts a server on loopback, or skips where there is none.
func startRedis(t testing.TB, args ...string) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("SKIPPED: redis-server isn't installed (apt-get install redis-server); the Redis store is NOT tested")
	}
	s := &server{t: t, port: freePort(t), args: args}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *server) addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

func (s *server) start() {
	s.t.Helper()
	args := append([]string{"--port", fmt.Sprint(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.t.TempDir()}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 200 {
		if c, err := net.Dial("tcp", s.waitAddr()); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("redis-server didn't start")
}

// waitAddr is the TLS port where the plain one is off.
func (s *server) waitAddr() string {
	for i, a := range s.args {
		if a == "--tls-port" {
			return "127.0.0.1:" + s.args[i+1]
		}
	}
	return s.addr()
}

func (s *server) stop() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func dial(t testing.TB, s Server) redis.UniversalClient {
	t.Helper()
	c, err := Dial(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// virtual is a clock that moves when the test says so.
type virtual struct{ at time.Time }

func (v *virtual) now() time.Time      { return v.at }
func (v *virtual) add(d time.Duration) { v.at = v.at.Add(d) }
func newVirtual(t time.Time) *virtual  { return &virtual{t} }
func newYear() *virtual                { return newVirtual(time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)) }
func background() context.Context      { return context.Background() }
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const testTTL = time.Minute

// stores runs a test with each store, on a virtual clock.
func stores(t *testing.T, test func(t *testing.T, l Limiter, clock *virtual)) {
	t.Run("memory", func(t *testing.T) {
		clock := newYear()
		test(t, NewMemory(MemoryOptions{TTL: testTTL, Now: clock.now}), clock)
	})
	t.Run("redis", func(t *testing.T) {
		s := startRedis(t)
		clock := newYear()
		test(t, NewRedis(dial(t, Server{Address: s.addr()}), RedisOptions{TTL: testTTL, Now: clock.now}), clock)
	})
}
