package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"palisade/spec"
	records "palisade/usage"
	"palisade/usage/blob"
	"palisade/usage/vault"
)

// keyWait is how long a start waits for the key that text is sealed to.
const keyWait = 30 * time.Second

// newSealer seals to the key of logging.key, of which it reads the public half.
func newSealer(s *spec.Spec) (*records.Sealer, error) {
	credential, err := blob.Identity(string(s.Gateway.Identity))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyWait)
	defer cancel()
	public, id, err := vault.Public(ctx, string(s.Logging.Key), credential, vault.Options{})
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
	credential, err := blob.Identity(string(parsed.Gateway.Identity))
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
