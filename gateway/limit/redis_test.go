package limit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/redis/go-redis/v9"
)

// trips counts what a client sends.
type trips struct{ n atomic.Int64 }

func (h *trips) DialHook(next redis.DialHook) redis.DialHook { return next }
func (h *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		h.n.Add(1)
		return next(ctx, cmd)
	}
}
func (h *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func TestRedisRoundTrips(t *testing.T) {
	s := startRedis(t)
	c := dial(t, Server{Address: s.addr()})
	h := &trips{}
	c.AddHook(h)
	r := NewRedis(c, RedisOptions{})
	settle(t, reserve(t, r, Ask{Tokens: 1}, tpm), Used{}) // loads the scripts
	h.n.Store(0)
	l := reserve(t, r, Ask{Tokens: 1}, tpm)
	if n := h.n.Load(); n != 1 {
		t.Errorf("a reservation took %d round trips", n)
	}
	settle(t, l, Used{Tokens: 1})
	if n := h.n.Load(); n != 2 {
		t.Errorf("a settlement took %d round trips", n-1)
	}
}

// TestRedisSentTwice sends the same reservation and settlement again, as a
// client does after a broken connection.
func TestRedisSentTwice(t *testing.T) {
	s := startRedis(t)
	r := NewRedis(dial(t, Server{Address: s.addr()}), RedisOptions{})
	l := &Lease{settler: r, id: "same", buckets: []Bucket{tpm}, holds: []hold{{}}}
	ask := Ask{Tokens: 300}
	var first string
	for range 3 {
		answer, err := r.run(background(), r.reserve, l, r.reserveArgs(l, &ask)).Text()
		if err != nil || first != "" && answer != first {
			t.Fatalf("answer %q, then %q, %v", first, answer, err)
		}
		first = answer
	}
	if got := left(t, r, tpm); got != 700 {
		t.Fatalf("left after one reservation that was sent three times: %d", got)
	}
	if _, _, err := r.read(l, &ask, first); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := r.settle(background(), l, Used{Tokens: 500}); err != nil {
			t.Fatal(err)
		}
	}
	if got := left(t, r, tpm); got != 500 {
		t.Fatalf("left after one settlement that was sent three times: %d", got)
	}
}

// TestRedisServerClock runs on the server's own clock.
func TestRedisServerClock(t *testing.T) {
	s := startRedis(t)
	r := NewRedis(dial(t, Server{Address: s.addr()}), RedisOptions{})
	month := Bucket{"m", Cost, Month, 100}
	reserve(t, r, Ask{Tokens: 600, Cost: 100}, tpm, month)
	e := refused(t, r, Ask{Tokens: 1, Cost: 1}, tpm, month)
	y, m, _ := time.Now().UTC().Date()
	want := time.Until(time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC))
	if d := e.RetryAfter - want; d > 5*time.Second || d < -5*time.Second {
		t.Errorf("the month ends in %v, want %v", e.RetryAfter, want)
	}
	e = refused(t, r, Ask{Tokens: 600}, tpm)
	if e.RetryAfter < 55*time.Second || e.RetryAfter > 65*time.Second {
		t.Errorf("the minute has room in %v", e.RetryAfter)
	}
}

// TestRedisClean holds that nothing is kept for ever.
func TestRedisClean(t *testing.T) {
	s := startRedis(t)
	c := dial(t, Server{Address: s.addr()})
	r := NewRedis(c, RedisOptions{})
	all := Buckets("x", allLimits)
	settle(t, reserve(t, r, Ask{Requests: 1, Tokens: 5, Cost: 5}, all...), Used{1, 50, 50})
	keys := c.Keys(background(), "*").Val()
	if len(keys) != len(all)+1 {
		t.Fatalf("keys: %q", keys)
	}
	for _, k := range keys {
		if ttl := c.PTTL(background(), k).Val(); ttl <= 0 || ttl > 62*24*time.Hour {
			t.Errorf("%s is kept for %v", k, ttl)
		}
		if !strings.HasPrefix(k, "{palisade}:") {
			t.Errorf("key %s", k)
		}
	}
}

// TestRedisLosesData is a failover to an empty server: what was granted before
// is forgotten, so that at most one more limit can be granted, and leases from
// before give nothing back that isn't there.
func TestRedisLosesData(t *testing.T) {
	s := startRedis(t)
	r := NewRedis(dial(t, Server{Address: s.addr()}), RedisOptions{})
	var granted int64
	fill := func() (leases []*Lease) {
		for {
			l, e, err := r.Reserve(background(), []Bucket{tpm}, Ask{Tokens: 100})
			if err != nil {
				t.Fatal(err)
			}
			if e != nil {
				return leases
			}
			granted += l.Tokens
			leases = append(leases, l)
		}
	}
	before := fill()
	s.stop()
	s.start()
	after := fill()
	for _, l := range before {
		settle(t, l, Used{Tokens: 0})
	}
	if extra := fill(); len(extra) != 0 {
		t.Errorf("%d more leases after settling lost ones", len(extra))
	}
	if len(after) != 10 || granted > 2*tpm.Limit {
		t.Errorf("granted %d of a limit of %d over one loss of data", granted, tpm.Limit)
	}
	t.Logf("granted %d on a limit of %d over one loss of all data (bound: %d)", granted, tpm.Limit, 2*tpm.Limit)
}

func TestRedisPassword(t *testing.T) {
	s := startRedis(t, "--requirepass", "first")
	password := "wrong"
	c := dial(t, Server{Address: s.addr(), Password: func(context.Context) (string, error) { return password, nil }})
	r := NewRedis(c, RedisOptions{})
	_, _, err := r.Reserve(background(), []Bucket{tpm}, Ask{Tokens: 1})
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("wrong password: %v", err)
	}
	if strings.Contains(err.Error(), "wrong pass") {
		t.Logf("server says: %v", err)
	}
	password = "first"
	settle(t, reserve(t, r, Ask{Tokens: 1}, tpm), Used{})
}

// tokens is a token source that counts.
type tokens struct {
	n     atomic.Int64
	lives time.Duration
}

func (f *tokens) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Scopes[0] != redisScope {
		return azcore.AccessToken{}, fmt.Errorf("scopes %v", o.Scopes)
	}
	return azcore.AccessToken{Token: fmt.Sprintf("token-%d", f.n.Add(1)), ExpiresOn: time.Now().Add(f.lives)}, nil
}

// TestRedisEntra has a server whose user may sign in with tokens 1 to 9, and
// sees a connection that is in use sign in with the next one before the last
// ends.
func TestRedisEntra(t *testing.T) {
	passwords := ""
	for i := range 9 {
		passwords += fmt.Sprintf(" >token-%d", i+1)
	}
	acl := file(t, "users.acl", "user default off\nuser object-id on"+passwords+" ~* &* +@all\n")
	s := startRedis(t, "--aclfile", acl)
	source := &tokens{lives: 2 * time.Second}
	r := NewRedis(dial(t, Server{Address: s.addr(), User: "object-id", Entra: source}), RedisOptions{})
	settle(t, reserve(t, r, Ask{Tokens: 1}, tpm), Used{})
	first := source.n.Load()
	for range 30 {
		time.Sleep(100 * time.Millisecond)
		settle(t, reserve(t, r, Ask{Tokens: 1}, tpm), Used{})
	}
	if n := source.n.Load(); n <= first || n > 9 {
		t.Errorf("%d tokens at first, %d in the end", first, n)
	}
}

// TestRedisClientLog has a server that isn't there, and sees what the client
// says of it.
func TestRedisClientLog(t *testing.T) {
	var said lines
	c := dial(t, Server{Address: fmt.Sprintf("127.0.0.1:%d", freePort(t)), Log: slog.New(slog.NewJSONHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	defer redis.SetLogger(clientLog{})
	if _, _, err := NewRedis(c, RedisOptions{}).Reserve(background(), []Bucket{tpm}, Ask{Tokens: 1}); !errors.Is(err, ErrUnavailable) {
		t.Fatal(err)
	}
	if text := said.text(); !strings.Contains(text, `"level":"DEBUG","msg":"redis client","text":"`) {
		t.Errorf("logged %s", text)
	}
}

// lines is a log that is safe for concurrent use.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestDialRefuses(t *testing.T) {
	if _, err := Dial(Server{Address: "x:1", Entra: &tokens{}}); err == nil {
		t.Error("Entra without a user")
	}
	if _, err := Dial(Server{Address: "x:1", Entra: &tokens{}, User: "u", Password: func(context.Context) (string, error) { return "", nil }}); err == nil {
		t.Error("Entra and a password")
	}
}

func TestRedisTLS(t *testing.T) {
	cert, key, pool := certificate(t)
	port := freePort(t)
	startRedis(t, "--tls-port", fmt.Sprint(port), "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no")
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	r := NewRedis(dial(t, Server{Address: addr, TLS: &tls.Config{RootCAs: pool}}), RedisOptions{})
	settle(t, reserve(t, r, Ask{Tokens: 1}, tpm), Used{})
	wrong := NewRedis(dial(t, Server{Address: addr, TLS: &tls.Config{RootCAs: x509.NewCertPool()}}), RedisOptions{})
	if _, _, err := wrong.Reserve(background(), []Bucket{tpm}, Ask{Tokens: 1}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("unknown certificate: %v", err)
	}
}

func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	cert = file(t, "cert.pem", string(certPEM))
	key = file(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: kder})))
	return filepath.Clean(cert), filepath.Clean(key), pool
}

func TestReadAnswer(t *testing.T) {
	r := &Redis{}
	for _, bad := range []string{"", "settled", "ok", "ok 1 2", "ok 1 2 3 x", "maybe 1 2 3 4", "ok 1 2 3 4 5"} {
		l := &Lease{buckets: []Bucket{tpm}, holds: []hold{{}}}
		if _, _, err := r.read(l, &Ask{}, bad); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
