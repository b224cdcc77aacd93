package gateway

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"

	"palisade/gateway/caller"
	"palisade/gateway/limit"
	"palisade/gateway/telemetry"
	"palisade/gateway/upstream"
	"palisade/spec"
	records "palisade/usage"
)

// Options are what a Server is made from.
type Options struct {
	// Path is the palisade.yaml. It is read again when it changes.
	Path string
	// Text is the configuration where there is no file; it isn't reloaded.
	Text []byte
	// Log gets what the operator should know; nil is nothing. No token, key,
	// body or address of a secret is ever written to it.
	Log *slog.Logger
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// IssuerClient reads the signing keys of issuers; nil is a careful default.
	IssuerClient *http.Client
	// Directory looks groups up, for groupOverage: graph.
	Directory caller.Directory
	// Objects remembers whose the stored things are; nil is a file beside the
	// usage log.
	Objects Objects
	// OpenRecords opens files of the usage log to append to them; nil is the
	// machine's disk.
	OpenRecords func(path string) (records.File, error)
	// Upstreams are what upstreams are called with; its zero value is the
	// machine's network and the gateway's identity.
	Upstreams upstream.Options
	// Safety calls Content Safety; nil is a transport of its own.
	Safety http.RoundTripper
	// ACME calls the authority of a certificate; nil is a client of its own.
	ACME *http.Client
	// Keys is how the vault of logging.key is asked; its zero value is Azure's.
	Keys azkeys.ClientOptions
	// Version is the program's, for telemetry and metrics.
	Version string
	// Poll is how often files are looked at for changes; 2 s by default.
	Poll time.Duration
}

// mostObjects is how many stored things are remembered in memory, about 30 MB.
const mostObjects = 100_000

// Server is a gateway. Start opens its listeners, Run serves until its context
// ends.
type Server struct {
	options     Options
	log         *slog.Logger
	current     atomic.Pointer[setup]
	metrics     *metrics
	connections *connections
	limiter     limit.Limiter
	objects     Objects
	journal     *journal
	telemetry   *telemetry.Exporter // nil without a collector
	stopping    atomic.Bool

	reloading sync.Mutex // held while fronts change
	fronts    map[string]*front
	admin     *http.Server
	adminAt   net.Listener
	digest    [sha256.Size]byte
	inFlight  sync.WaitGroup

	background sync.WaitGroup         // what runs beside the calls
	unread     atomic.Pointer[string] // why the file that is there now doesn't run, or nil
}

// New reads the configuration and builds all that it asks for, but opens and
// writes nothing yet.
func New(o Options) (*Server, error) {
	s := &Server{options: o, log: o.Log, metrics: newMetrics(), objects: o.Objects, fronts: map[string]*front{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	parsed, text, err := s.read()
	if err != nil {
		return nil, err
	}
	b := parsed.Gateway.Bounds
	s.connections = newConnections(b.Connections, b.ConnectionsPerAddress, func() { s.metrics.refusals.add(1, "connections") })
	set, err := s.newSetup(parsed, text, nil)
	if err != nil {
		return nil, err
	}
	if err := s.newStore(set); err != nil {
		set.close()
		return nil, err
	}
	s.current.Store(set)
	return s, nil
}

// leaseTTL is longer than any call may be by any configuration.
const leaseTTL = 24*time.Hour + time.Minute

// now is the clock by which tokens, grants and limits go.
func (s *Server) now() time.Time {
	if s.options.Now != nil {
		return s.options.Now()
	}
	return time.Now()
}

// wall is the machine's clock, which deadlines of connections need.
func (s *Server) wall() time.Time { return time.Now() }

// read reads and checks the configuration.
func (s *Server) read() (*spec.Spec, []byte, error) {
	text, path := s.options.Text, s.options.Path
	if path == "" {
		path = "palisade.yaml"
	}
	if text == nil {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, nil, err
		}
	}
	s.digest = sha256.Sum256(text)
	parsed, problems := spec.Parse(path, text)
	if len(problems) == 0 {
		ofHost(parsed)
		return parsed, text, nil
	}
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = errors.New(p.String())
	}
	return nil, nil, errors.Join(errs...)
}

// Start opens the usage log and the listeners. On an error no listener stays
// open; Close closes the rest.
func (s *Server) Start() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	set := s.current.Load()
	g := &set.spec.Gateway
	if err := s.openState(); err != nil {
		return err
	}
	for i := range g.Listeners {
		l := &g.Listeners[i]
		f, err := s.open(l, set)
		if err != nil {
			s.closeSockets()
			return err
		}
		s.fronts[string(l.Address)] = f
	}
	at, err := net.Listen("tcp", string(g.Admin.Address))
	if err != nil {
		s.closeSockets()
		return fmt.Errorf("admin: %w", err)
	}
	s.adminAt, s.admin = at, s.newAdminServer()
	go func() { _ = s.admin.Serve(at) }()
	for address, f := range s.fronts {
		go f.run()
		s.log.Info("listening", "address", address, "tls", f.certificate != nil)
	}
	s.log.Info("admin", "address", at.Addr().String())
	return nil
}

func (s *Server) closeSockets() {
	for address, f := range s.fronts {
		f.listener.Close()
		delete(s.fronts, address)
	}
}

// Address is where a listener of the spec listens, for a port of 0 the port
// that it got.
func (s *Server) Address(listener string) string {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	if f := s.fronts[listener]; f != nil {
		return f.listener.Addr().String()
	}
	return ""
}

// AdminAddress is where health and metrics are served.
func (s *Server) AdminAddress() string { return s.adminAt.Addr().String() }

// Run serves until the context ends, then waits for running calls, as long as
// the spec's drain says. reload makes it read the configuration again.
func (s *Server) Run(ctx context.Context, reload <-chan os.Signal) error {
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.background.Go(func() { s.keepKeys(background) })
	s.background.Go(func() { s.keepLimits(background) })
	ticker := time.NewTicker(s.poll())
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			err := s.stop()
			cancel()
			s.background.Wait()
			s.log.Info("stopped")
			return err
		case <-reload:
			s.reload("signal")
		case <-ticker.C:
			s.look()
		}
	}
}

func (s *Server) poll() time.Duration {
	if s.options.Poll > 0 {
		return s.options.Poll
	}
	return 2 * time.Second
}

// stop takes no new calls, waits for those that run, and closes everything.
func (s *Server) stop() error {
	s.stopping.Store(true)
	s.reloading.Lock()
	defer s.reloading.Unlock()
	set := s.current.Load()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(set.spec.Gateway.Timeouts.Drain))
	defer cancel()
	var all sync.WaitGroup
	for _, f := range s.fronts {
		all.Go(func() { f.stop(ctx) })
	}
	all.Wait()
	s.inFlight.Wait()
	set.finished(ctx)
	if s.admin != nil {
		s.admin.Close()
	}
	set.close()
	after, cancel := context.WithTimeout(context.Background(), lastMoments)
	defer cancel()
	set.finished(after) // calls that were cut off are still recorded
	return s.closeState()
}

// lastMoments is how long calls take to end once they are cut off.
const lastMoments = 5 * time.Second

// Close frees what New made, where Run was never called.
func (s *Server) Close() error { return s.stop() }

// quietLog takes what net/http writes about connections. It can hold what
// callers sent, so only the fact is kept.
func quietLog(l *slog.Logger) *log.Logger {
	return log.New(writerFunc(func(p []byte) (int, error) {
		l.Debug("a connection failed")
		return len(p), nil
	}), "", 0)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

var _ io.Writer = writerFunc(nil)
