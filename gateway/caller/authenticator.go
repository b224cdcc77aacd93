package caller

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"palisade/spec"
)

// Options are what an Authenticator needs beside the spec. The zero value will
// do, unless the spec has groups looked up.
type Options struct {
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Client calls the issuers; nil is one by NewClient.
	Client *http.Client
	// Directory looks groups up, for groupOverage: graph.
	Directory Directory
	// Earlier is the one that this one replaces. The keys of issuers that both
	// have are taken over, with Earlier's clock and client, so that a reload
	// during an outage doesn't lose them.
	Earlier *Authenticator
}

// Authenticator says who calls. It is safe for concurrent use and never
// changes: a new spec needs a new one.
type Authenticator struct {
	issuers *issuers
	keys    []gatewayKey
	groups  *groupCache // nil if groups aren't looked up
	memory  *memory
	parser  *jwt.Parser

	cloud     Cloud
	home      string // the tenant whose groups can be looked up
	skew      time.Duration
	now       func() time.Time
	challenge string
}

var errNobody = errors.New("nobody could sign in: say tenant, issuers or gateway.keys")

// New makes the Authenticator of a spec. It fails if it would accept nobody,
// so that no listener can be opened without one that does.
func New(s *spec.Spec, o Options) (*Authenticator, error) {
	a := &Authenticator{
		memory: newMemory(rememberedBytes), parser: newParser(),
		cloud: CloudOf(s.Cloud), home: lower(string(s.Tenant)),
		skew: time.Duration(s.Gateway.Tokens.Skew), now: o.Now,
	}
	if a.now == nil {
		a.now = time.Now
	}
	if o.Client == nil {
		o.Client = NewClient()
	}
	var earlier *issuers
	if o.Earlier != nil {
		earlier = o.Earlier.issuers
	}
	var err error
	if a.issuers, err = newIssuers(s, o.Client, a.now, earlier); err != nil {
		return nil, err
	}
	if a.keys, err = newKeys(s.Gateway.Keys); err != nil {
		return nil, err
	}
	if len(a.issuers.sets) == 0 && len(a.keys) == 0 {
		return nil, errNobody
	}
	a.challenge = a.bearerChallenge()
	return a, a.setDirectory(s, o.Directory)
}

// setDirectory has groups looked up if the spec says so and a grant is by group.
func (a *Authenticator) setDirectory(s *spec.Spec, d Directory) error {
	byGroup := slices.ContainsFunc(s.Access, func(g spec.Grant) bool {
		return slices.ContainsFunc(g.Who, func(w spec.Who) bool { return w.Group != "" })
	})
	if s.Gateway.Tokens.GroupOverage != spec.OverageGraph || !byGroup {
		return nil
	}
	if d == nil {
		return errors.New("groupOverage: graph needs a directory")
	}
	a.groups = newGroupCache(d, a.now)
	return nil
}

// Authenticate says who makes a call, by the credential in the header and the client
// certificate of the connection. The error is a *Refusal.
func (a *Authenticator) Authenticate(r *http.Request, from Source) (*Caller, error) {
	c, refusal := a.authenticate(r, from)
	if refusal != nil {
		if refusal.Status == http.StatusUnauthorized {
			refusal.Challenge = a.challengeOf(refusal.Reason)
		}
		return nil, refusal
	}
	return c, nil
}

func (a *Authenticator) authenticate(r *http.Request, from Source) (*Caller, *Refusal) {
	shown, refusal := credentialOf(r.Header)
	if refusal != nil {
		return nil, refusal
	}
	var c *Caller
	if shown.token {
		c, refusal = a.byToken(r.Context(), shown.value)
	} else {
		c, refusal = a.byKey(shown.value, from)
	}
	if refusal != nil {
		return nil, refusal
	}
	return onConnection(c, r)
}

// byToken finds the caller of a token, remembered or verified now.
func (a *Authenticator) byToken(ctx context.Context, text string) (*Caller, *Refusal) {
	hash := hashOf(text)
	token := a.memory.get(&hash, a.now(), a.skew)
	if token == nil {
		var refusal *Refusal
		if token, refusal = a.verify(ctx, text); refusal != nil {
			return nil, refusal
		}
		a.memory.put(&hash, token)
	}
	if token.lookUp {
		return a.withGroups(ctx, token.caller), nil
	}
	return token.caller, nil
}

// hashOf is the SHA-256 of a token, without copying one of usual size to the heap.
func hashOf(text string) [sha256.Size]byte {
	var buffer [4096]byte
	return sha256.Sum256(append(buffer[:0], text...))
}

// withGroups adds the groups from the directory. If it can't say, the caller's
// groups stay incomplete, which is not the same as none.
func (a *Authenticator) withGroups(ctx context.Context, c *Caller) *Caller {
	groups, known := a.groups.groups(ctx, c.ObjectID)
	if !known {
		return c
	}
	with := *c
	with.Groups, with.GroupsComplete = groups, true
	return &with
}

// Prefetch reads the keys of all issuers that have none yet, all at the same
// time, and reports those that couldn't be read. The gateway can run without
// them: tokens are refused with 503 until they can.
func (a *Authenticator) Prefetch(ctx context.Context) error {
	errs := make([]error, len(a.issuers.sets))
	done := make(chan struct{})
	for i, set := range a.issuers.sets {
		go func() {
			if err := set.wait(ctx); err != nil {
				errs[i] = fmt.Errorf("issuer %s: %w", set.at.issuer, err)
			}
			done <- struct{}{}
		}()
	}
	for range a.issuers.sets {
		<-done
	}
	return errors.Join(errs...)
}

// lookEvery is how often Run looks whether keys are due.
const lookEvery = 15 * time.Second

// Run reads keys again ahead of need, until the context ends.
func (a *Authenticator) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		for _, set := range a.issuers.sets {
			set.refreshIfDue(set.state.Load())
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Keys is how it stands with the keys of each issuer, in the order of the spec,
// for readiness and metrics.
func (a *Authenticator) Keys() []KeyStatus {
	var all []KeyStatus
	for _, set := range a.issuers.sets {
		all = append(all, set.status())
	}
	return all
}
