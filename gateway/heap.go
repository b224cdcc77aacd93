package gateway

import "os"

// ballastBytes is how much memory a ballast asks for.
const ballastBytes = 4 << 20

// Ballast makes the collector of a process with a small heap run less often: it
// is counted as in use, so that about that much more is allocated between two
// runs, but nothing is ever written to it, so that it takes no memory itself.
// With a large heap it changes next to nothing. It has to be kept alive. It is
// nil where GOGC is set: then the operator has said how often.
func Ballast() []byte {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	return make([]byte, ballastBytes)
}
