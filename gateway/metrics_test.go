package gateway

import (
	"bytes"
	"os/exec"
	"testing"
	"time"
)

// TestPromtool holds the metrics against Prometheus's own linter of names and
// format.
func TestPromtool(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: promtool (Debian package prometheus) isn't installed; the metrics' format isn't checked")
	}
	m := newMetrics()
	for _, c := range []*counters{&m.calls, &m.refusals, &m.tokens, &m.filtered, &m.upstream, &m.reloads} {
		values := make([]string, len(c.labels))
		for i := range values {
			values[i] = "a \"b\"\\\nc"
		}
		c.add(1, values...)
	}
	m.added.observe(int64(70 * time.Microsecond))
	m.whole.observe(int64(time.Hour))
	var page bytes.Buffer
	if err := m.write(&page); err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = &page
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}
