package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/gateway/caller"
	"palisade/gateway/route"
	"palisade/spec"
)

// setup is all that a configuration makes. It isn't changed once it is made: a
// reload makes another, and calls that have begun keep theirs.
type setup struct {
	spec     *spec.Spec
	node     *Node
	auth     *caller.Authenticator
	doors    map[string]*caller.Door // by the listener's address
	table    *route.Table
	budgets  *budgets
	pools    *pools
	client   *http.Client // calls issuers and Graph
	guard    guard
	findings []string

	context  context.Context // ends when the setup is closed
	cancel   context.CancelFunc
	replaced chan struct{} // closed when the setup is
	once     sync.Once     // of replaced
	closing  sync.Once
	calls    sync.WaitGroup
	mu       sync.Mutex // orders the start of calls and the end of the setup
	ended    bool
}

// newSetup builds all that a spec asks for.
func (s *Server) newSetup(parsed *spec.Spec, text []byte, earlier *setup) (*setup, error) {
	if parsed.Gateway.Kind != spec.PalisadeGateway {
		return nil, fmt.Errorf("%s: gateway: kind is %s, and serve runs kind palisade", parsed.At("gateway", "kind"), parsed.Gateway.Kind)
	}
	set := &setup{spec: parsed, doors: map[string]*caller.Door{}, replaced: make(chan struct{}), table: route.NewTable(route.Options{}), budgets: newBudgets(parsed)}
	set.context, set.cancel = context.WithCancel(context.Background())
	var err error
	if set.node, err = NewNode(parsed, text); err != nil {
		return nil, err
	}
	if set.pools, err = s.newPools(parsed); err != nil {
		return nil, err
	}
	set.client = s.issuerClient(earlier)
	directory, err := s.directory(parsed, set)
	if err != nil {
		set.close()
		return nil, err
	}
	o := caller.Options{Now: s.options.Now, Client: set.client, Directory: directory}
	if earlier != nil {
		o.Earlier = earlier.auth
	}
	if set.auth, err = caller.New(parsed, o); err != nil {
		set.close()
		return nil, err
	}
	if err := set.addDoors(s); err != nil {
		set.close()
		return nil, err
	}
	if set.guard, err = s.newGuard(parsed, set.pools); err != nil {
		set.close()
		return nil, err
	}
	return set, nil
}

// issuerClient is one client for all configurations, so that a reload leaves no
// idle connections behind.
func (s *Server) issuerClient(earlier *setup) *http.Client {
	switch {
	case s.options.IssuerClient != nil:
		return s.options.IssuerClient
	case earlier != nil:
		return earlier.client
	}
	return caller.NewClient()
}

// directory is where groups are looked up that a token has no room for, or nil.
func (s *Server) directory(parsed *spec.Spec, set *setup) (caller.Directory, error) {
	if s.options.Directory != nil || parsed.Gateway.Tokens.GroupOverage != spec.OverageGraph {
		return s.options.Directory, nil
	}
	identity, err := set.pools.Identity()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", parsed.At("gateway", "tokens", "groupOverage"), err)
	}
	at := caller.CloudOf(parsed.Cloud).Graph
	return &caller.Graph{URL: at, Client: set.client, Token: func(ctx context.Context) (string, error) {
		token, err := identity.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{at + "/.default"}})
		return token.Token, err
	}}, nil
}

func (set *setup) addDoors(s *Server) error {
	if len(set.spec.Gateway.Listeners) == 0 {
		return errors.New("gateway: no listeners")
	}
	for i := range set.spec.Gateway.Listeners {
		l := &set.spec.Gateway.Listeners[i]
		if err := expired(l, s.now()); err != nil {
			return err
		}
		door, err := caller.NewDoor(l, set.auth)
		if err != nil {
			return fmt.Errorf("listener %s: %w", l.Address, err)
		}
		set.doors[string(l.Address)] = door
	}
	return nil
}

// keyProblem says what is wrong with an issuer's signing keys, or "".
func keyProblem(k caller.KeyStatus) string {
	switch {
	case k.Keys == 0:
		return "no signing keys of " + k.Issuer
	case k.Failures > 0:
		return fmt.Sprintf("the signing keys of %s couldn't be read again, %d times; older ones are used", k.Issuer, k.Failures)
	}
	return ""
}

// begin notes a call that uses the setup. It answers false when the setup has
// been replaced, and another one is to be used.
func (set *setup) begin() bool {
	set.mu.Lock()
	defer set.mu.Unlock()
	if set.ended {
		return false
	}
	set.calls.Add(1)
	return true
}

// finished waits until no call uses the setup, or the context ends.
func (set *setup) finished(ctx context.Context) {
	set.mu.Lock()
	set.ended = true
	set.mu.Unlock()
	done := make(chan struct{})
	go func() {
		set.calls.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// replace says that another setup runs now.
func (set *setup) replace() { set.once.Do(func() { close(set.replaced) }) }

// close frees what the setup holds. Calls that still run are cut off from their
// upstreams.
func (set *setup) close() {
	set.replace()
	set.closing.Do(func() {
		set.cancel()
		if set.pools != nil {
			set.pools.close()
		}
	})
}
