//go:build unix

package usage

import (
	"errors"
	"os"
	"syscall"
)

// lock holds that one process writes a log.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.New("another process writes this log")
	}
	return f, nil
}
