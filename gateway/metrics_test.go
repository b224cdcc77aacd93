package gateway

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestPromtool holds the metrics against Prometheus's own linter of names and
// format.
func TestPromtool(t *testing.T) {
	m := newMetrics()
	for _, c := range []*counters{&m.calls, &m.refusals, &m.tokens, &m.filtered, &m.upstream, &m.redacted, &m.safety, &m.reloads} {
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
	promtool(t, &page)
}

// promtool holds a page against Prometheus's own linter.
func promtool(t *testing.T, page io.Reader) {
	t.Helper()
	tool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: promtool (Debian package prometheus) isn't installed; the metrics' format isn't checked")
	}
	check := exec.CommandContext(t.Context(), tool, "check", "metrics")
	check.Stdin = page
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}

// What a running gateway serves is in order as well: with a collector and a
// container that don't answer it tells both.
func TestMetricsOfARunningGateway(t *testing.T) {
	t.Parallel()
	r := startWith(t, testYAML+"  blob: {url: \"http://127.0.0.1:9/account/usage\", every: 1s}\n  otlp: {url: \"http://127.0.0.1:9\"}\n", func(o *Options) {
		o.Version, o.Upstreams.Credential = "v9.9.9", identityOf("x")
	})
	r.chat(r.service())
	r.until("a log that isn't shipped is told", func() bool {
		return strings.Contains(r.adminPage("/readyz").body, "isn't shipped since") && !strings.Contains(r.scrape(), "palisade_shipping_failing_seconds 0\n")
	})
	page := r.scrape()
	for _, line := range []string{`palisade_build_info{version="v9.9.9"} 1`, `palisade_telemetry_lost_total{kind="spans"} `, "palisade_call_duration_seconds_count 1",
		`palisade_upstream_responses_total{model="gpt",upstream="127.0.0.1:`} {
		if !strings.Contains(page, line) {
			t.Errorf("no %s in\n%s", line, page)
		}
	}
	promtool(t, strings.NewReader(page))
}
