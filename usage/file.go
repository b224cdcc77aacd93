package usage

import (
	"io"
	"os"
)

// File is what the log needs of a segment's file. Tests put disks that are full
// in its place.
type File interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
	Close() error
}

// openEnd opens a file to append to it.
func openEnd(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
}
