package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"palisade/spec"
	records "palisade/usage"
	"palisade/usage/blob"
	"palisade/usage/vault"
)

// keyWait is how long a start waits for the key that text is sealed to.
const keyWait = 30 * time.Second

// logIdentity is the identity that reads the key and ships the log. It outlives
// the setups.
func (s *Server) logIdentity(parsed *spec.Spec) (azcore.TokenCredential, error) {
	if c := s.options.Upstreams.Credential; c != nil {
		return c, nil
	}
	return blob.Identity(string(parsed.Gateway.Identity))
}

// newSealer seals to the key of logging.key, of which it reads the public half.
func newSealer(s *spec.Spec, server *Server) (*records.Sealer, error) {
	credential, err := server.logIdentity(s)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyWait)
	defer cancel()
	public, id, err := vault.Public(ctx, string(s.Logging.Key), credential, vault.Options{Client: server.options.Keys})
	if err != nil {
		return nil, err
	}
	return records.NewSealer(public, id)
}

// shipper ships the usage log while the gateway runs.
type shipper struct {
	blob   atomic.Pointer[blob.Shipper]
	cancel context.CancelFunc
	done   chan struct{}
}

// shipWait is how long a stop waits for the last bytes to be shipped. What is
// left is shipped at the next start.
const shipWait = 10 * time.Second

func (s *shipper) start(parsed *spec.Spec, server *Server, log *records.Log) error {
	credential, err := server.logIdentity(parsed)
	if err != nil {
		return err
	}
	b := parsed.Logging.Blob
	ships, err := blob.New(log, blob.Options{URL: string(b.URL), Credential: credential, Every: time.Duration(b.Every), Log: server.log})
	if err != nil {
		return err
	}
	s.blob.Store(ships)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.done = cancel, make(chan struct{})
	go func() {
		defer close(s.done)
		ships.Run(ctx)
	}()
	return nil
}

// shipping answers whether the log is shipped, and, if the last try failed,
// since when and why.
func (j *journal) shipping() (ships bool, since time.Time, err error) {
	if j == nil || j.shipper == nil || j.shipper.blob.Load() == nil {
		return false, time.Time{}, nil
	}
	if since, err = j.shipper.blob.Load().Failing(); err == nil {
		since = time.Time{}
	}
	return true, since, err
}

// shipped answers false until the shipper runs.
func (s *shipper) shipped(g records.Segment) bool {
	ships := s.blob.Load()
	return ships != nil && ships.Shipped(g)
}

// stop ships what was written last, once the log is closed.
func (s *shipper) stop() {
	s.cancel()
	<-s.done
	ctx, cancel := context.WithTimeout(context.Background(), shipWait)
	defer cancel()
	_ = s.blob.Load().Ship(ctx)
}
