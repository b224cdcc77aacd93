package cli

import (
	"io"
	"os"
	"strconv"
)

// isTerminal reports whether a person looks at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// colors reports whether the terminal shows colours (https://no-color.org).
func (s *session) colors() bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(s.stdout)
}

// width is that of the terminal in characters, as far as it says, within what
// is still easy to read.
func (s *session) width() int {
	n, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || !isTerminal(s.stdout) {
		return 100
	}
	return min(max(n, 60), 120)
}
