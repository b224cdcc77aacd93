package caller

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
)

func TestRemembered(t *testing.T) {
	w := newWorld(t, file())
	text := w.server.PersonToken("2.0")
	first := w.mustPass(t, text)
	if again := w.mustPass(t, text); again != first {
		t.Error("the token was verified again")
	}
	w.server.Down(true)
	w.clock.step(time.Hour - time.Second)
	w.mustPass(t, text)
	w.clock.step(time.Second) // over, but for the skew: not remembered any more
	if again := w.mustPass(t, text); again == first {
		t.Error("the token is remembered longer than it is valid")
	}
	w.clock.step(time.Minute)
	_, err := w.token(text)
	wantRefusal(t, err, TokenExpired)
	if n := w.memory.len(); n != 0 {
		t.Errorf("%d tokens are remembered", n)
	}
}

// TestRememberedIsExact: one letter more or less is another token.
func TestRememberedIsExact(t *testing.T) {
	w := newWorld(t, file())
	text := w.server.PersonToken("2.0")
	w.mustPass(t, text)
	for _, other := range []string{text[:len(text)-1], text + "A", text[1:], "A" + text} {
		if _, err := w.token(other); err == nil {
			t.Error("another text passed as the token")
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(64 << 10)
	key := &signingKey{}
	for i := range 10_000 {
		hash := sha256.Sum256([]byte(fmt.Sprint(i)))
		m.put(&hash, &verified{caller: &Caller{ID: fmt.Sprint(i)}, key: key, expires: time.Unix(100, 0)})
	}
	if n := m.len(); n == 0 || n > 64 {
		t.Errorf("%d tokens in 64 KiB", n)
	}
	huge := sha256.Sum256([]byte("huge"))
	m.put(&huge, &verified{caller: &Caller{Groups: make([]string, 1000)}, key: key, expires: time.Unix(100, 0)})
	if m.get(&huge, time.Unix(1, 0), 0) != nil {
		t.Error("a token that is larger than the memory is remembered")
	}
}

func TestLeastRecentGoesFirst(t *testing.T) {
	s := newMemory(shards * 4 << 10)
	hash := func(i byte) *[32]byte { return &[32]byte{0, i} } // all in one shard
	put := func(i byte) {
		s.put(hash(i), &verified{caller: &Caller{}, key: &signingKey{}, expires: time.Unix(100, 0)})
	}
	for i := range byte(4) {
		put(i)
	}
	if s.get(hash(0), time.Unix(1, 0), 0) == nil {
		t.Fatal("forgotten too early")
	}
	put(4)
	if s.get(hash(0), time.Unix(1, 0), 0) == nil || s.get(hash(1), time.Unix(1, 0), 0) != nil {
		t.Error("the wrong one was forgotten")
	}
}

func TestMemoryIsConcurrent(t *testing.T) {
	m := newMemory(64 << 10)
	key := &signingKey{}
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 2000 {
				hash := sha256.Sum256([]byte(fmt.Sprint(i % 200)))
				if m.get(&hash, time.Unix(int64(g), 0), 0) == nil {
					m.put(&hash, &verified{caller: &Caller{}, key: key, expires: time.Unix(4, 0)})
				}
			}
		})
	}
	wait.Wait()
}

// entraSized is a token as long as those of Entra are, about 1.6 KB.
func entraSized(w *world) string {
	groups := make([]string, 12)
	for i := range groups {
		groups[i] = fmt.Sprintf("22222222-2222-4222-8222-%012d", i)
	}
	return w.server.Token(w.server.PersonClaims("2.0").With(issuertest.Claims{"groups": groups}))
}

func BenchmarkRemembered(b *testing.B) {
	w := newWorld(b, file())
	w.Authenticator.now = time.Now
	w.server.Now = time.Now
	r := call("Authorization", "Bearer "+entraSized(w))
	if _, err := w.Authenticate(r, home); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Authenticate(r, home); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRememberedParallel(b *testing.B) {
	w := newWorld(b, file())
	r := call("Authorization", "Bearer "+entraSized(w))
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := w.Authenticate(r, home); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, alg := range algorithms {
		b.Run(alg, func(b *testing.B) {
			w := newWorld(b, file())
			w.server.Publish(issuertest.NewKey(b, alg))
			text := entraSized(w)
			b.ReportAllocs()
			for b.Loop() {
				if _, refusal := w.verify(background(), text); refusal != nil {
					b.Fatal(refusal)
				}
			}
		})
	}
}
