package cli

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// progress tells on stderr how far long work is, once it takes longer than a
// second: as a line that changes where a person looks on, else once.
type progress struct {
	w        io.Writer
	total    int
	finished atomic.Int64
	quit     chan struct{}
	gone     chan struct{}
}

func (s *session) startProgress(total int) *progress {
	p := &progress{w: s.stderr, total: total, quit: make(chan struct{}), gone: make(chan struct{})}
	go p.run(isTerminal(s.stderr))
	return p
}

func (p *progress) done() { p.finished.Add(1) }

func (p *progress) run(terminal bool) {
	defer close(p.gone)
	wait := time.NewTimer(time.Second)
	defer wait.Stop()
	shown := false
	for {
		select {
		case <-p.quit:
			if shown && terminal {
				fmt.Fprint(p.w, "\r\x1b[K")
			}
			return
		case <-wait.C:
		}
		if terminal {
			fmt.Fprintf(p.w, "\rchecking: %d of %d deployments", p.finished.Load(), p.total)
			wait.Reset(200 * time.Millisecond)
		} else {
			fmt.Fprintf(p.w, "checking %d deployments …\n", p.total)
		}
		shown = true
	}
}

// stop ends the progress and clears its line.
func (p *progress) stop() {
	close(p.quit)
	<-p.gone
}
