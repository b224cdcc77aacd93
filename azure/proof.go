package azure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"palisade/arm"
)

// Prove reads the plan back and compares it with what is live. The checks say
// what isn't there or isn't as planned.
func (c *Client) Prove(ctx context.Context, p *Plan) (live []arm.Resource, checks []Check) {
	var wanted []arm.Resource
	for _, r := range p.Resources {
		if !r.Existing {
			wanted = append(wanted, r)
		}
	}
	live, not := c.readSettled(ctx, wanted)
	for _, n := range not {
		state := Unknown
		if missing(n.Err) {
			state = Fail
		}
		checks = append(checks, Check{Name: Short(n.ID), State: state, Text: "can't be read: " + Explain(n.Err), Do: "deploy again"})
	}
	byID := map[string]arm.Resource{}
	for _, r := range live {
		byID[r.Key()] = r
	}
	different := 0
	for _, w := range wanted {
		l, there := byID[w.Key()]
		if !there {
			continue
		}
		if d := Differences(w, l); len(d) > 0 {
			different++
			checks = append(checks, Check{Name: Short(w.ID), State: Fail, Text: d[0] + more(len(d)-1), Do: "deploy again; if it stays, Azure or a policy changes it"})
		}
	}
	if different == 0 && len(not) == 0 {
		checks = append(checks, Check{Name: "resources", State: OK, Text: fmt.Sprintf("%d read back, as planned", len(live))})
	}
	return live, checks
}

// settles is how long what was just made may not be found yet.
const settles = time.Minute

// readSettled reads again what isn't found, for a while.
func (c *Client) readSettled(ctx context.Context, wanted []arm.Resource) ([]arm.Resource, []NotRead) {
	live, not := c.Read(ctx, wanted)
	for until := c.clock.Now().Add(settles); c.clock.Now().Before(until) && slices.ContainsFunc(not, NotRead.missing); {
		if c.clock.Sleep(ctx, 15*time.Second) != nil {
			break
		}
		live, not = c.Read(ctx, wanted)
	}
	return live, not
}

func (n NotRead) missing() bool { return missing(n.Err) }

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}
