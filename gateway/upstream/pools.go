package upstream

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/spec"
)

// Options are what a test or a gateway may put in the place of the machine's.
type Options struct {
	// Now is the clock of breakers and tokens; nil is the machine's.
	Now func() time.Time
	// Rand is a random number from 0 up to n; nil is math/rand/v2.
	Rand func(n int) int
	// Dial opens connections; nil is net.Dialer. It is only asked for hosts that
	// the spec names, and for those where the cloud issues tokens.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Resolve looks addresses up, for Probe; nil is net.DefaultResolver.
	Resolve func(ctx context.Context, host string) ([]net.IP, error)
	// Roots are the authorities that upstreams' certificates are held against;
	// nil is the machine's.
	Roots *x509.CertPool
	// Credential gets tokens of Entra; nil is the gateway's identity.
	Credential azcore.TokenCredential
	// Secret reads a secret of a Key Vault; nil asks the vault.
	Secret func(ctx context.Context, ref spec.SecretRef) (string, error)
	// Endpoint is where an upstream is that the spec deploys and gives no URL.
	Endpoint func(s *spec.Spec, m *spec.Model, u *spec.Upstream) (Endpoint, error)
	// Manager is where Azure Resource Manager is; nil is that of the spec's cloud.
	Manager *cloud.Configuration
	// Log gets what the operator should know; nil is nothing. Hosts of upstreams
	// are in it, keys, tokens and bodies never.
	Log *slog.Logger
	// Earlier are the pools of the configuration before. Upstreams that are the
	// same keep their connections, health and credentials.
	Earlier *Pools

	vault policy.Transporter // for tests, in the place of a Key Vault
}

// Endpoint is where a deployment is called.
type Endpoint struct {
	URL        string // of its account
	Deployment string // its name there
	Account    string // resource ID of the account, or ""
}

// mostUpstreams is how many upstreams a model may have: what was tried in a call
// is kept in the bits of one word.
const mostUpstreams = 64

// Pools are the upstreams of all models. They don't change once they are made,
// but for what is known of the health of each.
type Pools struct {
	options  Options
	spec     *spec.Spec
	models   map[string]*pool
	all      []*Upstream
	tokens   *tokens // nil if no upstream needs them
	identity *identity
	keys     map[spec.SecretRef]*key
	echo     *Echo
	retry    spec.Retry
	closing  sync.Once
}

// pool are the upstreams of one model.
type pool struct {
	model string
	all   []*Upstream
	tiers [][]*Upstream // the lowest priority first
}

// New makes the pools of a spec. It opens no connection.
func New(s *spec.Spec, o Options) (*Pools, error) {
	o.fill()
	p := &Pools{options: o, spec: s, models: map[string]*pool{}, keys: map[spec.SecretRef]*key{}, retry: s.Gateway.Retry}
	p.echo = o.earlierEcho()
	for i := range s.Models {
		if err := p.addModel(&s.Models[i]); err != nil {
			p.Close()
			return nil, err
		}
	}
	p.options.Earlier = nil // it must not be kept alive by its successors
	return p, nil
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.IntN
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	if o.Resolve == nil {
		o.Resolve = func(ctx context.Context, host string) ([]net.IP, error) {
			return net.DefaultResolver.LookupIP(ctx, "ip", host)
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

func (o *Options) earlierEcho() *Echo {
	if o.Earlier != nil {
		return o.Earlier.echo
	}
	return NewEcho(o.Now)
}

func (p *Pools) addModel(m *spec.Model) error {
	if len(m.Upstreams) == 0 {
		return fmt.Errorf("%s: models.%s: no upstreams", m.Pos, m.Name)
	}
	if len(m.Upstreams) > mostUpstreams {
		return fmt.Errorf("%s: models.%s: %d upstreams, and at most %d are supported", m.Pos, m.Name, len(m.Upstreams), mostUpstreams)
	}
	all := &pool{model: m.Name}
	for i := range m.Upstreams {
		u, err := p.newUpstream(m, &m.Upstreams[i])
		if err != nil {
			return fmt.Errorf("%s: models.%s: upstreams: %w", m.Upstreams[i].Pos, m.Name, err)
		}
		u.bit = 1 << i
		u.rename(all.all)
		u.connect(p)
		all.all = append(all.all, u)
		p.all = append(p.all, u)
	}
	all.sort()
	p.models[m.Name] = all
	return nil
}

// sort puts the upstreams into tiers.
func (p *pool) sort() {
	sorted := slices.Clone(p.all)
	slices.SortStableFunc(sorted, func(a, b *Upstream) int { return a.priority - b.priority })
	for _, u := range sorted {
		if n := len(p.tiers); n > 0 && p.tiers[n-1][0].priority == u.priority {
			p.tiers[n-1] = append(p.tiers[n-1], u)
			continue
		}
		p.tiers = append(p.tiers, []*Upstream{u})
	}
}

// Run keeps tokens and keys fresh until the context ends, so that no call waits
// for them.
func (p *Pools) Run(ctx context.Context) {
	const every = 15 * time.Second
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		p.refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// refresh reads the credentials again of which it is time.
func (p *Pools) refresh(ctx context.Context) {
	if p.tokens != nil {
		p.tokens.refreshIfDue(ctx)
	}
	for _, u := range p.all {
		if k, ok := u.credential.(keyHeader); ok {
			k.refreshIfDue(ctx)
		}
	}
}

// Close closes connections that no call uses, and has those of calls that still
// run closed when these end. What later pools have taken over stays.
func (p *Pools) Close() {
	p.closing.Do(func() {
		for _, u := range p.all {
			if u.lines != nil {
				u.lines.leave()
			}
		}
		if p.identity != nil {
			p.identity.close()
		}
	})
}

// Status is how an upstream is doing.
type Status struct {
	Model, Upstream, Region string
	Priority, Weight        int
	// State is "closed" for one that calls go to, "open" for one that is left
	// alone after failures, "throttled" for one that said when to come back.
	State string
	// Until is when it is asked again; zero when closed.
	Until    time.Time
	Failures int // in a row
}

// Status tells how all upstreams are doing, in the spec's order.
func (p *Pools) Status() []Status {
	now := p.options.Now()
	all := make([]Status, 0, len(p.all))
	for _, u := range p.all {
		s := Status{Model: u.model, Upstream: u.name, Region: u.region, Priority: u.priority, Weight: u.weight}
		s.State, s.Until, s.Failures = u.health.status(now)
		all = append(all, s)
	}
	return all
}
