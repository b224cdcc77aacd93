package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

func main() {
	lasting := flag.Duration("time", time.Hour, "how long")
	binary := flag.String("palisade", "bin/palisade", "the binary that is soaked")
	rate := flag.Float64("rate", 60, "calls in a second, about, for each of three gateways")
	only := flag.Bool("overshoot", false, "measure only how far a limit of tokens is exceeded")
	flag.Parse()
	ok := overshoots(*binary, os.Stdout)
	if !*only {
		ok = soakAll(*binary, *lasting, *rate, os.Stdout) && ok
	}
	if !ok {
		os.Exit(1)
	}
}

// overshoots measures with both stores.
func overshoots(binary string, out io.Writer) bool {
	ok := true
	for i := range 2 * len(overshootKinds) {
		p, kind := plan{name: "overshoot", binary: binary, redis: i >= len(overshootKinds)}, overshootKinds[i%len(overshootKinds)]
		o, err := measureOvershoot(p, kind, 8*time.Second)
		switch {
		case errors.Is(err, errNoRedis):
			fmt.Fprintln(out, "SKIPPED: overshoot with Redis:", err)
			return ok
		case err != nil:
			fmt.Fprintln(out, "overshoot:", err)
			ok = false
		default:
			o.report(out)
			ok = ok && o.holds()
		}
	}
	return ok
}

// soakAll soaks three gateways at once: the binary with limits in memory, the
// binary with limits in Redis, and one in this process whose clock and disk can
// be made wrong.
func soakAll(binary string, lasting time.Duration, rate float64, out io.Writer) bool {
	base := plan{time: lasting, phase: 8 * time.Second, calm: 7 * time.Second, late: 2 * time.Second, clients: 40, rate: rate, tpm: 6000}
	plans := []plan{base, base, base}
	plans[0].name, plans[0].binary = "binary, memory", binary
	plans[1].name, plans[1].binary, plans[1].redis = "binary, Redis", binary, true
	plans[2].name = "in process, clock"
	screen := &shared{out: out}
	fmt.Fprintf(out, "soak: %s, three gateways at %.0f calls/s each; needs redis-server, and root for a full disk under the binary\n", lasting, rate)
	good := make([]bool, len(plans))
	var wait sync.WaitGroup
	for i, p := range plans {
		wait.Go(func() { good[i] = p.run(screen) })
	}
	wait.Wait()
	return good[0] && good[1] && good[2]
}

// run is a whole soak with its report. One that needs what isn't there is
// skipped.
func (p plan) run(out io.Writer) bool {
	r, err := p.setUp()
	if r != nil && r.load != nil {
		defer r.tearDown()
	}
	if errors.Is(err, errNoRedis) {
		fmt.Fprintf(out, "SKIPPED: %s: %v\n", p.name, err)
		return true
	}
	if err == nil && p.binary != "" && !r.mounted {
		fmt.Fprintf(out, "SKIPPED: %s: disk full (mounting a small file system isn't permitted)\n", p.name)
	}
	if err == nil {
		err = r.soak(out)
	}
	if err != nil {
		fmt.Fprintf(out, "%s: %v\n", p.name, err)
		return false
	}
	r.report(out)
	return len(r.ledger.found()) == 0
}

// shared is a screen that several write to.
type shared struct {
	mu  sync.Mutex
	out io.Writer
}

// Write implements io.Writer.
func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}
