//go:build !unix

package usage

import "os"

// lock makes the file; where the system has no flock, the operator sees to it
// that one process writes a log.
func lock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
