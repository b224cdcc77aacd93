package gateway

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"palisade/gateway/upstream"
)

// probeEvery is how often the accounts are asked whether they can be reached
// without the gateway.
const probeEvery = time.Hour

// watch asks at once and every hour, and logs what has changed.
func (p *pools) watch(ctx context.Context, s *Server) {
	ticker := time.NewTicker(probeEvery)
	defer ticker.Stop()
	for {
		found := p.Probe(ctx)
		p.manager.ask(ctx, found)
		if ctx.Err() != nil {
			return
		}
		before := p.findings()
		p.bypass.Store(&found)
		for _, finding := range p.findings() {
			if !slices.Contains(before, finding) {
				s.log.Warn("a way around the gateway", "finding", finding)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// findings are the ways around the gateway that aren't known to be shut.
func (p *pools) findings() []string {
	var all []string
	for _, b := range p.found() {
		b.Each(func(_ string, a upstream.Answer) {
			if a.State != upstream.Shut {
				all = append(all, fmt.Sprintf("%s: %s (%s)", b.Place, a.Why, a.State))
			}
		})
	}
	return all
}

func (p *pools) found() []upstream.Bypass {
	if found := p.bypass.Load(); found != nil {
		return *found
	}
	return nil
}

// writeMetrics writes how the upstreams are doing, and the ways around.
func (p *pools) writeMetrics(w io.Writer) {
	fmt.Fprint(w, "# HELP palisade_upstream_available 1 for an upstream that calls go to, 0 for one that is left alone.\n# TYPE palisade_upstream_available gauge\n")
	for _, s := range p.Status() {
		available := 0
		if s.State == "closed" {
			available = 1
		}
		fmt.Fprintf(w, "palisade_upstream_available{model=\"%s\",upstream=\"%s\"} %d\n", labelEscaper.Replace(s.Model), labelEscaper.Replace(s.Upstream), available)
	}
	fmt.Fprint(w, "# HELP palisade_bypass A way around the gateway: 1 open, 0 shut, -1 unknown.\n# TYPE palisade_bypass gauge\n")
	for _, b := range p.found() {
		b.Each(func(check string, a upstream.Answer) {
			value := map[upstream.State]int{upstream.Open: 1, upstream.Shut: 0, upstream.Unknown: -1}[a.State]
			fmt.Fprintf(w, "palisade_bypass{account=\"%s\",check=\"%s\"} %d\n", labelEscaper.Replace(b.Place), check, value)
		})
	}
}
