package simulator

import (
	"crypto/tls"
	"encoding/pem"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Options of a simulator. The zero value is a subscription in which everything
// works and nothing is there.
type Options struct {
	Seed         uint64
	Subscription string // default Subscription
	Tenant       string // default Tenant
	Faults       Faults
	// Unregistered are the resource providers that the subscription isn't
	// registered for.
	Unregistered []string
	// Quota is the capacity that is left, by "region/sku.model", such as
	// "swedencentral/OpenAI.DataZoneStandard.gpt-4o"; 1,000 where it isn't said.
	Quota map[string]int
	// Missing are models that a region hasn't got, as "region/model/version", and
	// regions that there aren't.
	Missing []string
	// Taken are custom subdomain names that belong to somebody else.
	Taken []string
	// Roles are the caller's permissions; nil is those of an owner.
	Actions, NotActions []string
	// Hurry lets time pass for clients that can't sleep on the Clock: they come
	// back within milliseconds, and find as much time gone as they were told to
	// wait.
	Hurry bool
}

// Ids that the simulator uses unless told otherwise.
const (
	Subscription = "11111111-1111-4111-8111-111111111111"
	Tenant       = "33333333-3333-4333-8333-333333333333"
	Owner        = "44444444-4444-4444-8444-444444444444" // object id of the caller
	Stranger     = "55555555-5555-4555-8555-555555555555"
)

// Simulator is Resource Manager for one subscription.
type Simulator struct {
	options Options
	routes  []route
	server  *httptest.Server
	clock   *Clock

	mu          sync.Mutex
	now         time.Time
	events      events
	order       int
	random      *rand.Rand
	faults      int // injected so far
	resources   map[string]*resource
	keys        []string // of resources, in the order of creation
	deleted     map[string]*resource
	providers   map[string]string
	operations  map[string]*operation
	deployments map[string]*deployment
	stacks      map[string]*stack
	used        map[string]int
	opened      []string
	requests    int
	cutAfter    int
	addresses   int
	names       map[string]string // private names to addresses
	log         []string
}

// New starts a simulator; Close ends it.
func New(o Options) *Simulator {
	if o.Subscription == "" {
		o.Subscription = Subscription
	}
	if o.Tenant == "" {
		o.Tenant = Tenant
	}
	if o.Actions == nil {
		o.Actions = []string{"*"}
	}
	s := &Simulator{
		options: o, routes: table(), clock: NewClock(), random: rand.New(rand.NewPCG(o.Seed, 1)),
		resources: map[string]*resource{}, deleted: map[string]*resource{},
		operations: map[string]*operation{}, deployments: map[string]*deployment{},
		stacks: map[string]*stack{}, used: map[string]int{}, names: map[string]string{}, providers: map[string]string{},
	}
	s.now = s.clock.Now()
	for _, name := range o.Unregistered {
		s.providers[lower(name)] = "NotRegistered"
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate()}, MinVersion: tls.VersionTLS12}
	s.server.StartTLS()
	return s
}

// Close ends the server.
func (s *Simulator) Close() { s.server.Close() }

// Clock is the virtual time that the simulator lives in.
func (s *Simulator) Clock() *Clock { return s.clock }

// Certificate is the server's, as PEM.
func (s *Simulator) Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
}

// URL is the address of the server.
func (s *Simulator) URL() string { return s.server.URL }

// Client trusts the certificate of the server.
func (s *Simulator) Client() *http.Client { return s.server.Client() }

// Cloud is the configuration with which the Azure SDK finds the simulator.
func (s *Simulator) Cloud() cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: s.server.URL,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: s.server.URL, Audience: audience},
		},
	}
}

// Calm ends all injected faults, as of now.
func (s *Simulator) Calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Faults = Faults{}
	s.cutAfter = 0
}

// Opened lists the moments at which an account was public or took keys.
func (s *Simulator) Opened() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.opened...)
}

// Requests is how many requests were made.
func (s *Simulator) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}
