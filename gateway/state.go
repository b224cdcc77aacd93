package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"palisade/gateway/limit"
	"palisade/spec"
)

// stateFolder is where a gateway keeps what a restart must find again: whose
// the stored things are, and what was used of the day and month. It stands
// beside the usage log.
func stateFolder(s *spec.Spec) string { return string(s.Logging.File.Path) + ".state" }

// openState opens what outlives the process.
func (s *Server) openState() error {
	parsed := s.current.Load().spec
	var err error
	if s.journal, err = openJournal(parsed, s); err != nil {
		return err
	}
	if s.objects == nil {
		if s.objects, err = OpenObjects(stateFolder(parsed), mostObjects); err != nil {
			return err
		}
	}
	if err := s.openTelemetry(); err != nil {
		return err
	}
	return s.loadLimits(stateFolder(parsed))
}

// closeState closes what openState opened.
func (s *Server) closeState() error {
	errs := []error{s.closeTelemetry()}
	if s.journal != nil {
		errs = append(errs, s.journal.close(), s.saveLimits())
	}
	if c, ok := s.objects.(interface{ Close() error }); ok && s.options.Objects == nil {
		errs = append(errs, c.Close())
	}
	return errors.Join(append(errs, s.limiter.Close())...)
}

const limitsFile = "limits.jsonl"

// loadLimits takes over what was counted before. A file that can't be read is
// an error: going on would grant a day and a month anew.
func (s *Server) loadLimits(folder string) error {
	m, ok := s.limiter.(*limit.Memory)
	if !ok {
		return nil
	}
	f, err := os.Open(filepath.Join(folder, limitsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	defer f.Close()
	return m.Load(f)
}

// saveLimits writes what was counted to a new file, and puts it in the place of
// the old.
func (s *Server) saveLimits() error {
	m, ok := s.limiter.(*limit.Memory)
	if !ok {
		return nil
	}
	folder := stateFolder(s.current.Load().spec)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	path := filepath.Join(folder, limitsFile)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	if err := errors.Join(m.Save(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// saveEvery is how much counting a crash can lose.
const saveEvery = 30 * time.Second

func (s *Server) keepLimits(ctx context.Context) {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := s.saveLimits(); err != nil {
				s.log.Error("limits not saved", "error", err)
			}
		}
	}
}
