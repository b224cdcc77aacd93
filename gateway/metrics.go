package gateway

import (
	"bufio"
	"fmt"
	"io"
	runtime "runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// The metrics are few and written by this file alone, in the Prometheus text
// format 0.0.4. The client library would bring a dozen modules and a registry
// for a page of text. Labels come from the configuration and from tables, never
// from callers, so that their number is bounded.

// metrics counts what the gateway does.
type metrics struct {
	calls    counters // model, operation, status
	refusals counters // reason
	tokens   counters // model, kind
	filtered counters // model, side, category, result
	upstream counters // model, upstream, status
	added    *histogram
	whole    *histogram
	running  atomic.Int64
	open     atomic.Int64
	reloads  counters // result
	redacted counters // kind, result
	safety   counters // result
	lost     atomic.Uint64
}

func newMetrics() *metrics {
	return &metrics{
		calls:    newCounters("palisade_calls_total", "Calls that passed, by model, operation and status class.", "model", "operation", "status"),
		refusals: newCounters("palisade_refusals_total", "Calls that were refused, by reason.", "reason"),
		tokens:   newCounters("palisade_tokens_total", "Tokens used, by model and kind.", "model", "kind"),
		filtered: newCounters("palisade_content_filter_total", "Content filter results of upstreams, by model, side, category and what it did.", "model", "side", "category", "result"),
		upstream: newCounters("palisade_upstream_responses_total", "Answers of upstreams, by model, upstream and status class.", "model", "upstream", "status"),
		added: newHistogram("palisade_added_duration_seconds", "Time that the gateway itself took before the upstream was called.",
			0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25),
		whole: newHistogram("palisade_call_duration_seconds", "Time of a whole call.",
			0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
		redacted: newCounters("palisade_redacted_total", "Secrets and personal data found in prompts, by kind and what was done.", "kind", "result"),
		safety:   newCounters("palisade_content_safety_total", "Answers of Azure AI Content Safety, by result.", "result"),
		reloads:  newCounters("palisade_reloads_total", "Reloads of the configuration, by result.", "result"),
	}
}

// write writes all metrics, in a fixed order.
func (m *metrics) write(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, c := range []*counters{&m.calls, &m.refusals, &m.tokens, &m.filtered, &m.upstream, &m.redacted, &m.safety, &m.reloads} {
		c.write(w)
	}
	m.added.write(w)
	m.whole.write(w)
	gauge(w, "palisade_running_calls", "Calls that are running.", m.running.Load())
	goroutines, heap := ofTheProcess()
	gauge(w, "go_goroutines", "Goroutines that there are.", goroutines)
	gauge(w, "go_memstats_heap_alloc_bytes", "Memory on the heap, with what is yet to be collected.", heap)
	gauge(w, "palisade_open_connections", "Connections of callers that are open.", m.open.Load())
	fmt.Fprintf(w, "# HELP palisade_records_lost_total Usage records that couldn't be written.\n# TYPE palisade_records_lost_total counter\npalisade_records_lost_total %d\n", m.lost.Load())
	return w.Flush()
}

// writeState writes what other parts know of themselves: which version runs,
// what of traces and metrics was lost, and whether the usage log is shipped.
func (s *Server) writeState(w io.Writer) {
	version := s.options.Version
	if version == "" {
		version = "unknown"
	}
	fmt.Fprintf(w, "# HELP palisade_build_info The version that runs.\n# TYPE palisade_build_info gauge\npalisade_build_info{version=\"%s\"} 1\n", labelEscaper.Replace(version))
	if s.telemetry != nil {
		lost := s.telemetry.Lost()
		fmt.Fprint(w, "# HELP palisade_telemetry_lost_total What never reached the collector: calls that had no room, spans, and times that metrics weren't taken.\n# TYPE palisade_telemetry_lost_total counter\n")
		fmt.Fprintf(w, "palisade_telemetry_lost_total{kind=\"calls\"} %d\npalisade_telemetry_lost_total{kind=\"metrics\"} %d\npalisade_telemetry_lost_total{kind=\"spans\"} %d\n", lost.Calls, lost.Metrics, lost.Spans)
	}
	if ships, since, _ := s.journal.shipping(); ships {
		behind := int64(0)
		if !since.IsZero() {
			behind = max(1, int64(s.wall().Sub(since).Seconds()))
		}
		gauge(w, "palisade_shipping_failing_seconds", "For how long the usage log couldn't be shipped; 0 if the last try worked.", behind)
	}
}

// ofTheProcess is what a leak shows in, under the names that Prometheus's own
// client library uses.
func ofTheProcess() (goroutines, heap int64) {
	samples := []runtime.Sample{{Name: "/sched/goroutines:goroutines"}, {Name: "/memory/classes/heap/objects:bytes"}}
	runtime.Read(samples)
	return int64(samples[0].Value.Uint64()), int64(samples[1].Value.Uint64())
}

func gauge(w io.Writer, name, help string, value int64) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n%s %d\n", name, help, name, name, value)
}

// counters is a metric with labels.
type counters struct {
	name, help string
	labels     []string
	values     *sync.Map // label values, joined → *atomic.Uint64
}

func newCounters(name, help string, labels ...string) counters {
	return counters{name, help, labels, &sync.Map{}}
}

const labelSeparator = "\xff"

func (c *counters) add(n uint64, values ...string) {
	key := values[0]
	if len(values) > 1 {
		key = strings.Join(values, labelSeparator)
	}
	found, ok := c.values.Load(key)
	if !ok {
		found, _ = c.values.LoadOrStore(key, new(atomic.Uint64))
	}
	found.(*atomic.Uint64).Add(n)
}

func (c *counters) write(w io.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s counter\n", c.name, c.help, c.name)
	var keys []string
	c.values.Range(func(k, _ any) bool {
		keys = append(keys, k.(string))
		return true
	})
	slices.Sort(keys)
	for _, k := range keys {
		found, _ := c.values.Load(k)
		fmt.Fprintf(w, "%s{%s} %d\n", c.name, c.pairs(k), found.(*atomic.Uint64).Load())
	}
}

func (c *counters) pairs(key string) string {
	values := strings.Split(key, labelSeparator)
	pairs := make([]string, len(values))
	for i, v := range values {
		pairs[i] = c.labels[i] + `="` + labelEscaper.Replace(v) + `"`
	}
	return strings.Join(pairs, ",")
}

var labelEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// histogram counts durations in seconds.
type histogram struct {
	name, help string
	bounds     []float64
	buckets    []atomic.Uint64 // one more than bounds
	sum        atomic.Int64    // nanoseconds
}

func newHistogram(name, help string, bounds ...float64) *histogram {
	return &histogram{name: name, help: help, bounds: bounds, buckets: make([]atomic.Uint64, len(bounds)+1)}
}

func (h *histogram) observe(nanoseconds int64) {
	seconds := float64(nanoseconds) / 1e9
	i, _ := slices.BinarySearch(h.bounds, seconds)
	h.buckets[i].Add(1)
	h.sum.Add(nanoseconds)
}

func (h *histogram) write(w io.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s histogram\n", h.name, h.help, h.name)
	total := uint64(0)
	for i := range h.buckets {
		total += h.buckets[i].Load()
		bound := "+Inf"
		if i < len(h.bounds) {
			bound = strconv.FormatFloat(h.bounds[i], 'g', -1, 64)
		}
		fmt.Fprintf(w, "%s_bucket{le=\"%s\"} %d\n", h.name, bound, total)
	}
	fmt.Fprintf(w, "%s_sum %g\n%s_count %d\n", h.name, float64(h.sum.Load())/1e9, h.name, total)
}
