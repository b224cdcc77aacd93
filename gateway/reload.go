package gateway

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"reflect"
	"time"

	"palisade/spec"
)

// look reads files again that have changed: the configuration, certificates.
func (s *Server) look() {
	s.reloading.Lock()
	for _, f := range s.fronts {
		if f.certificate != nil {
			s.inFlight.Go(func() {
				if err := f.certificate.load(); err != nil {
					s.log.Error("certificate not read again", "address", string(f.spec.Address), "error", err)
				}
			})
		}
	}
	before := s.digest
	s.reloading.Unlock()
	if s.options.Text != nil {
		return
	}
	text, err := os.ReadFile(s.options.Path)
	if err == nil && sha256.Sum256(text) != before {
		s.reload("file")
	}
}

// reload reads the configuration and swaps it in. With an error anywhere the
// one that runs stays, untouched.
func (s *Server) reload(why string) {
	if s.options.Text != nil {
		return
	}
	if err := s.Reload(); err != nil {
		s.metrics.reloads.add(1, "refused")
		text := "the configuration that is there now isn't the one that runs: " + err.Error()
		s.unread.Store(&text)
		s.log.Error("configuration not reloaded; the one that runs stays", "why", why, "error", err)
		return
	}
	s.unread.Store(nil)
	s.metrics.reloads.add(1, "done")
	s.log.Info("configuration reloaded", "why", why)
}

// Reload reads the configuration again: parse, check, build, open what is new,
// swap, then close what is gone. Calls that have begun end with what they began
// with.
func (s *Server) Reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	parsed, text, err := s.read()
	if err != nil {
		return err
	}
	old := s.current.Load()
	if err := fixed(old.spec, parsed); err != nil {
		return err
	}
	set, err := s.newSetup(parsed, text, old)
	if err != nil {
		return err
	}
	opened, gone, err := s.changeFronts(set)
	if err != nil {
		set.close()
		return err
	}
	s.current.Store(set)
	old.replace()
	s.connections.bound(parsed.Gateway.Bounds.Connections, parsed.Gateway.Bounds.ConnectionsPerAddress)
	for _, f := range opened {
		s.fronts[string(f.spec.Address)] = f
		go f.run()
	}
	s.inFlight.Go(func() { s.drain(old, gone) })
	return nil
}

// fixed refuses changes that need a restart.
func fixed(old, parsed *spec.Spec) error {
	switch {
	case old.Gateway.Admin.Address != parsed.Gateway.Admin.Address:
		return fmt.Errorf("%s: admin: another address needs a restart", parsed.At("gateway", "admin", "address"))
	case old.Logging.File.Path != parsed.Logging.File.Path:
		return fmt.Errorf("%s: logging: another folder needs a restart", parsed.At("logging", "file", "path"))
	case !sameStore(&old.Gateway.LimitStore, &parsed.Gateway.LimitStore):
		return fmt.Errorf("%s: limitStore: another store needs a restart", parsed.At("gateway", "limitStore"))
	case !reflect.DeepEqual(old.Logging.OTLP, parsed.Logging.OTLP):
		return fmt.Errorf("%s: logging: another collector needs a restart", parsed.At("logging", "otlp"))
	case old.Name != parsed.Name:
		return fmt.Errorf("%s: name: another name needs a restart", parsed.At("name"))
	}
	return fixedLogging(old, parsed)
}

// sameStore reports whether limits are counted in the same way.
func sameStore(a, b *spec.LimitStore) bool {
	return a.Kind == b.Kind && a.OnError == b.OnError && reflect.DeepEqual(a.Redis, b.Redis)
}

// changeFronts opens listeners that are new or changed, and tells which are to
// be closed. A changed one is closed first, as its address is the same.
func (s *Server) changeFronts(set *setup) (opened, gone []*front, err error) {
	g := &set.spec.Gateway
	kept := map[string]bool{}
	for i := range g.Listeners {
		l := &g.Listeners[i]
		address := string(l.Address)
		kept[address] = true
		old := s.fronts[address]
		if old != nil && old.same(l, g) {
			continue
		}
		if old != nil {
			old.listener.Close()
			gone = append(gone, old)
		}
		f, err := s.open(l, set)
		if err != nil {
			for _, o := range opened {
				o.listener.Close()
			}
			return nil, nil, s.restore(gone, err)
		}
		opened = append(opened, f)
	}
	for address, f := range s.fronts {
		if !kept[address] {
			gone = append(gone, f)
			delete(s.fronts, address)
		}
	}
	return opened, gone, nil
}

// restore opens listeners again that were closed for a change that failed.
func (s *Server) restore(closed []*front, why error) error {
	set := s.current.Load()
	for _, f := range closed {
		l := f.spec
		again, err := s.open(&l, set)
		if err != nil {
			s.log.Error("listener lost", "address", string(l.Address), "error", err)
			delete(s.fronts, string(l.Address))
			continue
		}
		s.fronts[string(l.Address)] = again
		go again.run()
	}
	return why
}

// drain ends what a reload has replaced.
func (s *Server) drain(old *setup, gone []*front) {
	wait := time.Duration(old.spec.Gateway.Timeouts.Drain)
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	for _, f := range gone {
		f.stop(ctx)
	}
	old.finished(ctx)
	old.close()
}

// keepKeys keeps the signing keys of issuers fresh, of whichever configuration
// runs.
func (s *Server) keepKeys(ctx context.Context) {
	for ctx.Err() == nil {
		set := s.current.Load()
		s.keepKeysOf(ctx, set)
		if s.current.Load() == set {
			return // it was closed without a successor: the gateway stops
		}
	}
}

// keepKeysOf does so until the configuration is replaced or closed.
func (s *Server) keepKeysOf(ctx context.Context, set *setup) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-set.replaced:
		case <-ctx.Done():
		}
		cancel()
	}()
	if err := set.auth.Prefetch(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("signing keys not read yet", "error", err)
	}
	set.auth.Run(ctx)
}
