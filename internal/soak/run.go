package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// plan is how a run is to be.
type plan struct {
	name    string
	binary  string // "" runs the gateway in this process
	redis   bool
	time    time.Duration
	phase   time.Duration // how long a fault lasts
	calm    time.Duration // and the time between faults
	late    time.Duration // how late a slow upstream is
	clients int
	rate    float64 // calls in a second, about
	tpm     int64
	alone   bool // nothing else runs in this process, so that its goroutines can be counted
}

// run is a gateway under load, and all that is around it.
type run struct {
	plan
	folder  string
	subject *subject
	mock    *mock
	issuer  *issuer
	redis   *redisServer
	ledger  *ledger
	load    *load
	servers []*http.Server
	mounted bool
	numbers atomic.Int64
	forgot  int // how often counts were lost
	told    map[string]int
	began   time.Time

	before, after         sample
	records               int
	segments, checkpoints int
	input, output         int64
	mostServed, bound     int64
}

// sample is what a leak shows in.
type sample struct {
	goroutines, files, connections int
	heap                           float64 // MiB
}

// setUp starts everything.
func (p plan) setUp() (*run, error) {
	folder, err := os.MkdirTemp("", "palisade-soak")
	if err != nil {
		return nil, err
	}
	r := &run{plan: p, folder: folder, mock: newMock(p.late), ledger: newLedger(), told: map[string]int{}, began: time.Now()}
	mock, err := r.serve(r.mock, r.mock.state)
	if err != nil {
		return r, err
	}
	if r.issuer, err = newIssuer(time.Now); err != nil {
		return r, err
	}
	at, err := r.serve(r.issuer, nil)
	if err != nil {
		return r, err
	}
	r.issuer.url = "http://" + at
	set := setting{mock: mock, issuer: r.issuer.url, listen: free(), admin: free(), folder: filepath.Join(folder, "usage"), tpm: p.tpm}
	if p.redis {
		if r.redis, err = startRedis(folder); err != nil {
			return r, err
		}
		set.redis = r.redis.address
	}
	r.subject = &subject{setting: set, path: filepath.Join(folder, "palisade.yaml"), binary: p.binary, clock: &clock{}}
	if err := os.Mkdir(set.folder, 0o700); err != nil {
		return r, err
	}
	if p.binary != "" {
		r.mount()
	}
	r.load = newLoad(set.listen, r.issuer, r.ledger, &r.numbers)
	return r, r.subject.start()
}

// serve serves on loopback, until the end.
func (r *run) serve(h http.Handler, state func(net.Conn, http.ConnState)) (address string, err error) {
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ConnState: state}
	r.servers = append(r.servers, server)
	go func() { _ = server.Serve(at) }()
	return at.Addr().String(), nil
}

// tearDown ends what is left.
func (r *run) tearDown() {
	r.load.client.CloseIdleConnections()
	for _, s := range r.servers {
		_ = s.Close()
	}
	if r.redis != nil {
		r.redis.kill()
	}
	r.unmount()
	_ = os.RemoveAll(r.folder)
}

// soak is all of a run: warm up, faults under load, a check that nothing is
// left, a stop under load, and then what was recorded.
func (r *run) soak(progress io.Writer) error {
	r.underLoad(min(5*time.Second, r.time/6), nil)
	r.before = r.quiet()
	r.underLoad(r.time, func(ctx context.Context) { r.trouble(ctx, progress) })
	r.recover()
	r.after = r.quiet()
	r.compare()
	r.probeLeases()
	page, err := r.subject.metrics()
	if err != nil {
		r.ledger.problem("metrics: %v", err)
	}
	if err := r.stopUnderLoad(); err != nil {
		return err
	}
	r.verifyRecords()
	r.verifyMetrics(page)
	r.verifyLimits()
	r.verifyCanaries(page)
	return nil
}

// underLoad has clients call while something happens, or for so long.
func (r *run) underLoad(d time.Duration, what func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var wait sync.WaitGroup
	wait.Go(func() { r.load.run(ctx, r.clients, r.rate) })
	if what != nil {
		what(ctx)
	}
	wait.Wait()
}

// trouble has one fault after the other, in random order, until the time is
// over. A fault that has begun is also ended.
func (r *run) trouble(ctx context.Context, progress io.Writer) {
	next := time.Now().Add(time.Minute)
	for ctx.Err() == nil {
		all := r.faults()
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, f := range all {
			if ctx.Err() != nil {
				return
			}
			r.one(ctx, f)
			if time.Now().After(next) {
				r.progress(progress)
				next = time.Now().Add(time.Minute)
			}
		}
	}
}

func (r *run) one(ctx context.Context, f fault) {
	r.told[f.name]++
	if err := f.begin(r); err != nil {
		r.ledger.problem("%s: %v", f.name, err)
	}
	sleep(ctx, r.phase)
	if err := f.end(r); err != nil {
		r.ledger.problem("the end of %s: %v", f.name, err)
	}
	sleep(ctx, r.calm)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (r *run) progress(out io.Writer) {
	calls, passed, refused, cut, problems := r.ledger.counts()
	page, _ := r.subject.metrics()
	fmt.Fprintf(out, "%-22s %4.0f min: %7d calls, %7d passed, %6d refused, %6d cut; %4.0f goroutines, %4d files, heap %5.1f MiB; %d problems\n",
		r.name, time.Since(r.began).Minutes(), calls, passed, refused, cut, sum(page, "go_goroutines"), r.subject.files(),
		sum(page, "go_memstats_heap_alloc_bytes")/(1<<20), problems)
}

// recover waits until calls pass again, which they have to.
func (r *run) recover() {
	r.mock.mood.Store(&mood{})
	c := &caller{load: r.load, careful: true}
	for range 240 {
		c.freshen()
		s := script{call: r.numbers.Add(1), model: plainModel, prompt: 3, output: 3, most: 9}
		c.send(&s)
		if l := r.ledger; l.entries[len(l.entries)-1].status == http.StatusOK {
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
	r.ledger.problem("a minute after the last fault calls still don't pass: %+v", r.ledger.entries[len(r.ledger.entries)-1])
}

// quiet waits until nothing is under way, and takes a sample.
func (r *run) quiet() sample {
	r.load.client.CloseIdleConnections()
	var page string
	for range 150 {
		page, _ = r.subject.metrics()
		if sum(page, "palisade_running_calls") == 0 && sum(page, "palisade_open_connections") == 0 && r.mock.running.Load() == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n := sum(page, "palisade_running_calls"); n != 0 {
		r.ledger.problem("%.0f calls still run when all have ended", n)
	}
	if n := sum(page, "palisade_open_connections"); n != 0 {
		r.ledger.problem("%.0f connections of callers are still open when all are closed", n)
	}
	if n := r.mock.running.Load(); n != 0 {
		r.ledger.problem("%d calls still run at the upstream when all have ended", n)
	}
	return r.sample()
}

// sample looks several times, since what ends takes a moment, and takes the
// lowest.
func (r *run) sample() (s sample) {
	for i := range 6 {
		if r.subject.binary == "" {
			runtime.GC()
		}
		page, _ := r.subject.metrics()
		now := sample{int(sum(page, "go_goroutines")), r.subject.files(), r.mock.connections(), sum(page, "go_memstats_heap_alloc_bytes") / (1 << 20)}
		if i == 0 {
			s = now
		}
		s = sample{min(s.goroutines, now.goroutines), min(s.files, now.files), min(s.connections, now.connections), min(s.heap, now.heap)}
		time.Sleep(100 * time.Millisecond)
	}
	return s
}

// compare holds what is there after against what was there before. Connections
// that wait to be used again are bounded by the most calls that ran at once.
func (r *run) compare() {
	more := max(0, r.after.connections-r.before.connections)
	ofConnections := 2 * more
	if r.subject.binary == "" {
		ofConnections = 3 * more // the mock's as well
	}
	if n := r.after.goroutines - r.before.goroutines - ofConnections; n > 10 && (r.alone || r.binary != "") {
		r.ledger.problem("%d goroutines more than before", n)
	}
	if n := r.after.files - r.before.files - 2*more; n > 10 && (r.alone || r.binary != "") {
		r.ledger.problem("%d file descriptors more than before", n)
	}
	if r.after.connections > 8*r.clients {
		r.ledger.problem("%d connections to the upstream for %d clients", r.after.connections, r.clients)
	}
	if n := r.after.heap - r.before.heap; n > 32 && (r.alone || r.binary != "") {
		r.ledger.problem("%.0f MiB more on the heap than before", n)
	}
}

// probeLeases fills the model that bounds how many run at once: if leases were
// lost on the way, fewer get in; if it forgot to count, more.
func (r *run) probeLeases() {
	want := fmt.Sprint(map[string]int{"200 ": narrowLimit, "429 limit_concurrent": 2})
	got := ""
	for range 3 {
		if got = r.fillNarrow(); got == want {
			return
		}
		time.Sleep(2 * time.Second)
	}
	r.ledger.problem("%d calls at once on a limit of %d, when nothing else ran: %s", narrowLimit+2, narrowLimit, got)
}

// fillNarrow answers what became of the calls.
func (r *run) fillNarrow() string {
	from := len(r.ledger.entries)
	var wait sync.WaitGroup
	for i := range narrowLimit + 2 {
		if i == narrowLimit {
			time.Sleep(300 * time.Millisecond)
		}
		s := script{call: r.numbers.Add(1), model: narrowModel, prompt: 3, output: 3, most: 9, delay: time.Second}
		wait.Go(func() {
			c := &caller{load: r.load, careful: true}
			c.freshen()
			c.send(&s)
		})
	}
	wait.Wait()
	answers := map[string]int{}
	for _, e := range r.ledger.entries[from:] {
		answers[fmt.Sprint(e.status, " ", e.reason)]++
	}
	return fmt.Sprint(answers)
}

// stopUnderLoad stops the gateway while calls run. Those that have begun end as
// they would have.
func (r *run) stopUnderLoad() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wait sync.WaitGroup
	wait.Go(func() { r.load.run(ctx, r.clients, r.rate) })
	begun := &ledger{problems: map[string]int{}, refused: map[string]int{}}
	for range 8 {
		s := script{call: r.numbers.Add(1), model: plainModel, prompt: 3, output: 30, most: 99, stream: true, delay: 2 * time.Second}
		wait.Go(func() {
			own := *r.load
			own.ledger = begun
			c := &caller{load: &own, careful: true}
			c.freshen()
			c.send(&s)
		})
	}
	time.Sleep(500 * time.Millisecond)
	time.AfterFunc(500*time.Millisecond, cancel)
	err := r.subject.stop()
	wait.Wait()
	for _, e := range begun.entries {
		if e.end != whole || e.status != http.StatusOK {
			r.ledger.problem("a call that had begun before the stop didn't end: %d %s", e.status, e.reason)
		}
	}
	for text := range begun.problems {
		r.ledger.problem("at the stop: %s", text)
	}
	r.ledger.entries = append(r.ledger.entries, begun.entries...)
	for range 50 {
		if r.mock.connections() == 0 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.ledger.problem("%d connections to the upstream are open after the stop", r.mock.connections())
	return err
}

// verifyMetrics holds the counters against the records. The page is from before
// the stop, so that records may be more.
func (r *run) verifyMetrics(page string) {
	counted := int(sum(page, "palisade_calls_total") + sum(page, "palisade_refusals_total"))
	if counted == 0 || counted > r.records {
		r.ledger.problem("the metrics count %d calls and refusals, and there are %d records", counted, r.records)
	}
	if lost := sum(page, "palisade_records_lost_total"); lost != 0 {
		r.ledger.problem("the metrics say that %.0f records were lost", lost)
	}
}

// report is a table of the run.
func (r *run) report(out io.Writer) {
	calls, passed, refused, cut, _ := r.ledger.counts()
	fmt.Fprintf(out, "\n%s: %s\n", r.name, time.Since(r.began).Round(time.Second))
	line := func(name, format string, args ...any) {
		fmt.Fprintf(out, "  %-30s "+format+"\n", append([]any{name}, args...)...)
	}
	line("calls", "%d: %d passed, %d refused, %d cut off by the client or the upstream", calls, passed, refused, cut)
	for _, why := range sortedKeys(r.ledger.refused) {
		line("  refused", "%6d %s", r.ledger.refused[why], why)
	}
	var told []string
	for _, name := range sortedKeys(r.told) {
		told = append(told, fmt.Sprintf("%s %d", name, r.told[name]))
	}
	line("faults", "%s", strings.Join(told, ", "))
	line("usage records", "%d in %d segments with %d checkpoints, verified", r.records, r.segments, r.checkpoints)
	line("tokens of whole answers", "%d + %d in the records", r.input, r.output)
	line("tokens a minute, limited", "%d at most, of %d; bound %d (counts were lost %d times)", r.mostServed, r.tpm, r.bound, r.forgot)
	line("goroutines", "%d before, %d after", r.before.goroutines, r.after.goroutines)
	line("file descriptors", "%d before, %d after", r.before.files, r.after.files)
	line("upstream connections", "%d before, %d after, %d at most", r.before.connections, r.after.connections, r.mock.mostOpen)
	line("heap", "%.1f MiB before, %.1f MiB after", r.before.heap, r.after.heap)
	found := r.ledger.found()
	if len(found) == 0 {
		line("problems", "none")
	}
	for _, text := range found {
		line("PROBLEM", "%s", text)
	}
}
