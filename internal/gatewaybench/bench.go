package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// bench is what runs, and what is compared.
type bench struct {
	options
	commands []*exec.Cmd
	folder   string
	targets  []*target // direct, proxy, palisade, then the peers
	relay    *target   // of latency alone
	client   *http.Client
	pinned   string // how CPUs are divided
}

func (b *bench) proxy() *target    { return b.targets[1] }
func (b *bench) palisade() *target { return b.targets[2] }

// connections is how many calls run at once where it isn't said otherwise.
const connections = 16

// warm makes some calls of a kind to all, which also shows that they work.
func (b *bench) warm(s scenario) error {
	for _, t := range b.targets {
		if _, err := b.many(t, &s, b.calls(600)); err != nil {
			return err
		}
	}
	return nil
}

// many makes n calls as fast as they are answered.
func (b *bench) many(t *target, s *scenario, n int) (time.Duration, error) {
	body, began := []byte(s.body(t.model)), time.Now()
	var left atomic.Int64
	left.Store(int64(n))
	errs := make([]error, connections)
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() {
			for left.Add(-1) >= 0 && errs[i] == nil {
				errs[i] = t.call(b.client, s, body)
			}
		})
	}
	wait.Wait()
	return time.Since(began), cmp.Or(errs...)
}

// cpu compares the CPU time of a call.
func (b *bench) cpu(s scenario) error {
	costs := map[*target][]time.Duration{}
	n := b.calls(s.calls)
	for range b.rounds {
		for _, t := range b.targets[1:] {
			before, err := cpuOf(t.pid)
			if err != nil {
				return err
			}
			if _, err := b.many(t, &s, n); err != nil {
				return err
			}
			after, err := cpuOf(t.pid)
			if err != nil {
				return err
			}
			costs[t] = append(costs[t], (after-before)/time.Duration(n))
		}
	}
	fmt.Printf("\nCPU per call, %s (%d rounds of %d calls, %d at once)\n", s.name, b.rounds, n, connections)
	for _, t := range b.targets[1:] {
		ratio := median(ratios(costs[t], costs[b.proxy()]))
		fmt.Printf("  %-14s %8.0f µs  %6.2f × the bare proxy%s\n", t.name, micros(median(costs[t])), ratio, b.verdict(t, ratio <= s.goal, fmt.Sprintf("at most %.1f", s.goal)))
	}
	return nil
}

// ratios are those of each round: what slows the machine down for a while slows
// both.
func ratios(list, base []time.Duration) []float64 {
	all := make([]float64, len(list))
	for i := range list {
		all[i] = float64(list[i]) / float64(max(base[i], 1))
	}
	return all
}

// throughput compares how many calls in a second go through, when each target
// has one CPU to itself and the load and the mock have the others.
func (b *bench) throughput(s scenario) error {
	rates := map[*target][]float64{}
	n := b.calls(s.calls)
	for range b.rounds {
		for _, t := range b.targets[1:] {
			took, err := b.many(t, &s, n)
			if err != nil {
				return err
			}
			rates[t] = append(rates[t], float64(n)/took.Seconds())
		}
	}
	ours := median(rates[b.palisade()])
	fmt.Printf("\nthroughput, %s (%d at once; %s)\n", s.name, connections, b.pinned)
	for i, t := range b.targets[1:] {
		fmt.Printf("  %-14s %8.0f calls/s", t.name, median(rates[t]))
		if i > 1 {
			fmt.Printf("  Palisade: %.2f × this%s", ours/median(rates[t]), b.goal(ours/median(rates[t]) >= s.ahead, fmt.Sprintf("at least %.0f", s.ahead)))
		}
		fmt.Println()
	}
	return nil
}

// latency compares how long a small chat takes at a steady rate. The
// targets are asked by turns, so that what slows the machine down slows all.
func (b *bench) latency(rate int, d time.Duration) error {
	fmt.Printf("\nlatency, %s at %d calls/s (%d turns of %s each)\n", scenarios[0].name, rate, turns, (d / turns).Round(time.Millisecond))
	all, asked := map[*target][]time.Duration{}, append(slices.Clone(b.targets), b.relay)
	for range turns {
		for _, t := range asked {
			took, err := b.steady(t, &scenarios[0], rate, d/turns)
			if err != nil {
				return err
			}
			all[t] = append(all[t], took...)
		}
	}
	for _, t := range asked {
		slices.Sort(all[t])
	}
	direct, bare := all[b.targets[0]], all[b.proxy()]
	fmt.Printf("  %-14s p50 %5.0f µs, p99 %5.0f µs\n", b.targets[0].name, micros(quantile(direct, 0.5)), micros(quantile(direct, 0.99)))
	p50, p99 := added(all[b.relay], direct)
	fmt.Printf("  %-14s p50 %+5.0f µs, p99 %+5.0f µs  (the least that a hop by a Go program adds here)\n", b.relay.name, micros(p50), micros(p99))
	for _, t := range b.targets[1:] {
		p50, p99 := added(all[t], direct)
		fmt.Printf("  %-14s p50 %+5.0f µs, p99 %+5.0f µs%s\n", t.name, micros(p50), micros(p99), b.quick(t, p50, p99))
		if t != b.proxy() {
			p50, p99 = added(all[t], bare)
			fmt.Printf("  %-14s p50 %+5.0f µs, p99 %+5.0f µs beside the bare proxy%s\n", "", micros(p50), micros(p99), b.quick(t, p50, p99))
		}
	}
	return nil
}

// quick is the verdict on what a call through Palisade takes longer.
func (b *bench) quick(t *target, p50, p99 time.Duration) string {
	return b.verdict(t, p50 < 150*time.Microsecond && p99 < 1500*time.Microsecond, "p50 +150, p99 +1500")
}

// turns is in how many parts the latency is measured.
const turns = 10

// added is by how much the median and the 99th percentile of a sorted list are
// above those of another.
func added(list, base []time.Duration) (p50, p99 time.Duration) {
	return quantile(list, 0.5) - quantile(base, 0.5), quantile(list, 0.99) - quantile(base, 0.99)
}

// steady makes calls at a rate, whether or not earlier ones are answered.
func (b *bench) steady(t *target, s *scenario, rate int, d time.Duration) ([]time.Duration, error) {
	n := int(d.Seconds() * float64(rate))
	took, errs := make([]time.Duration, n), make([]error, n)
	body := []byte(s.body(t.model))
	var wait sync.WaitGroup
	began := time.Now()
	for i := range n {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		wait.Go(func() {
			start := time.Now()
			errs[i] = t.call(b.client, s, body)
			took[i] = time.Since(start)
		})
	}
	wait.Wait()
	slices.Sort(took)
	return took, cmp.Or(errs...)
}

// memory shows what each takes at a rate, at its peak.
func (b *bench) memory(rate int, d time.Duration) error {
	fmt.Printf("\nmemory while %s comes at %d calls/s (resident, highest since the start)\n", scenarios[0].name, rate)
	for _, t := range b.targets[1:] {
		if _, err := b.steady(t, &scenarios[0], rate, d); err != nil {
			return err
		}
		now, peak, err := memoryOf(t.pid)
		if err != nil {
			return err
		}
		fmt.Printf("  %-14s %6.0f MiB, peak %.0f MiB%s\n", t.name, now, peak, b.verdict(t, now < 60, "under 60 MiB"))
	}
	return nil
}

// verdict says whether Palisade reaches a goal.
func (b *bench) verdict(t *target, ok bool, goal string) string {
	if t != b.palisade() {
		return ""
	}
	return b.goal(ok, goal)
}

func (b *bench) goal(ok bool, goal string) string {
	if ok {
		return "  (goal: " + goal + ": reached)"
	}
	return "  (goal: " + goal + ": MISSED)"
}

func (b *bench) describe() {
	out, _ := exec.CommandContext(context.Background(), "uname", "-sr").Output()
	fmt.Printf("%d CPUs, %s, %s; load, mock and what is measured share them\n", runtime.NumCPU(), strings.TrimSpace(string(out)), runtime.Version())
}

// stop ends what was started. The logs are kept if something went wrong.
func (b *bench) stop(keep bool) {
	for _, c := range slices.Backward(b.commands) {
		_ = c.Process.Signal(os.Interrupt)
		done := make(chan struct{})
		go func() { _ = c.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			_ = c.Process.Kill()
		}
	}
	if keep {
		fmt.Fprintln(os.Stderr, "logs are in", b.folder)
		return
	}
	_ = os.RemoveAll(b.folder)
}

func median[T cmp.Ordered](list []T) T { return quantile(slices.Sorted(slices.Values(list)), 0.5) }

// quantile of a sorted list that isn't empty.
func quantile[T any](list []T, q float64) T { return list[min(int(float64(len(list))*q), len(list)-1)] }

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
