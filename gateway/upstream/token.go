package upstream

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Times of tokens.
const (
	ahead       = 15 * time.Minute // a token is asked for anew so long before it ends, or a quarter of its life
	spare       = 30 * time.Second // a token that ends so soon isn't sent
	tokenWait   = 30 * time.Second // for one answer of the issuer
	tryAgain    = time.Minute      // if the same token came back
	firstPause  = time.Second      // after a failure, doubled each time
	longPause   = time.Minute
	pausesKnown = 6
)

// tokens keeps a token of Entra. It is asked for anew well before it ends, in
// the background and once at a time; the old one is used meanwhile, and as long
// as it is valid.
type tokens struct {
	credential azcore.TokenCredential
	scope      string
	now        func() time.Time
	log        *slog.Logger

	held       atomic.Pointer[token]
	mu         sync.Mutex
	fetch      *fetch // under way, or nil
	fails      int
	after      time.Time // no other attempt before this, after a failure
	challenged time.Time // when claims were last asked for
}

// token is one that can be sent.
type token struct {
	header  []string // "Bearer …"
	due     time.Time
	expires time.Time
}

// fetch is one question to the issuer, which any number of calls wait for.
type fetch struct {
	done chan struct{}
	err  error
}

func newTokens(c azcore.TokenCredential, scope string, now func() time.Time) *tokens {
	return &tokens{credential: c, scope: scope, now: now, log: slog.New(slog.DiscardHandler)}
}

func (t *tokens) set(ctx context.Context, h http.Header) error {
	v, err := t.get(ctx)
	if err == nil {
		h["Authorization"] = v.header
	}
	return err
}

// refused asks for another token if the answer says which claims it lacks:
// continuous access evaluation. Without claims a token that was refused isn't
// better if it is asked for again, as it comes from a cache until shortly before
// it ends. Claims are asked for once a minute at most.
func (t *tokens) refused(ctx context.Context, answer *http.Response) bool {
	claims := claimsOf(answer)
	if claims == "" {
		return false
	}
	sent := answer.Request.Header.Get("Authorization")
	f := t.challenge(ctx, sent, claims)
	if f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
			return false
		}
	}
	held := t.held.Load()
	return held != nil && held.header[0] != sent
}

// challenge asks for a token with claims, unless that was just done: then it
// gives what is under way, or nil.
func (t *tokens) challenge(ctx context.Context, sent, claims string) *fetch {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if held := t.held.Load(); held != nil && held.header[0] != sent {
		return nil // another call has done so
	}
	if t.fetch != nil || now.Before(t.after) || now.Before(t.challenged.Add(tryAgain)) {
		return t.fetch
	}
	t.challenged = now
	t.log.Warn("an upstream wants a newer token of the gateway's identity")
	return t.ask(ctx, claims)
}

// get is a token that is valid. It waits only if there is none.
func (t *tokens) get(ctx context.Context) (*token, error) {
	now := t.now()
	held := t.held.Load()
	if held != nil && now.Before(held.due) {
		return held, nil
	}
	f := t.begin(ctx, now)
	if held = t.held.Load(); held != nil && now.Add(spare).Before(held.expires) {
		return held, nil
	}
	if f == nil {
		return nil, errNotYet
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if held = t.held.Load(); f.err != nil || held == nil {
		return nil, f.err
	}
	return held, nil
}

// refreshIfDue is for a background loop.
func (t *tokens) refreshIfDue(ctx context.Context) {
	t.begin(ctx, t.now())
}

// begin asks the issuer, unless that is being done, was done since the caller
// looked, or failed a moment ago: then it gives what is under way, or nil.
func (t *tokens) begin(ctx context.Context, now time.Time) *fetch {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fetch != nil || now.Before(t.after) {
		return t.fetch
	}
	if held := t.held.Load(); held != nil && now.Before(held.due) {
		return nil
	}
	return t.ask(ctx, "")
}

// ask begins a question to the issuer. The tokens that it gives can be recalled
// before they end, and live longer for it: whoever asks answers challenges.
func (t *tokens) ask(ctx context.Context, claims string) *fetch {
	f := &fetch{done: make(chan struct{})}
	t.fetch = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenWait)
	go func() {
		defer cancel()
		got, err := t.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{t.scope}, Claims: claims, EnableCAE: true})
		t.end(f, got, err)
	}()
	return f
}

func (t *tokens) end(f *fetch, got azcore.AccessToken, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.fetch = nil
	if err != nil {
		f.err = cause(err)
		t.after = now.Add(min(longPause, firstPause<<min(t.fails, pausesKnown)))
		t.fails++
		t.log.Error("no token of the gateway's identity", "error", f.err, "failures", t.fails)
	} else {
		t.fails, t.after = 0, time.Time{}
		t.held.Store(t.newToken(got, now))
	}
	close(f.done)
}

func (t *tokens) newToken(got azcore.AccessToken, now time.Time) *token {
	v := &token{header: []string{"Bearer " + got.Token}, expires: got.ExpiresOn}
	life := got.ExpiresOn.Sub(now)
	v.due = got.ExpiresOn.Add(-min(ahead, life/4))
	if !got.RefreshOn.IsZero() && got.RefreshOn.Before(v.due) {
		v.due = got.RefreshOn
	}
	if held := t.held.Load(); held != nil && held.header[0] == v.header[0] {
		v.due = now.Add(tryAgain) // the library still keeps the old one
	}
	return v
}
