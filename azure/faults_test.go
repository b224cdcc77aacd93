package azure_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"palisade/azure"
	"palisade/azure/simulator"
)

// runs is how many runs with faults there are: 40, or FAULT_RUNS.
func runs(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("FAULT_RUNS"))
	if err != nil && os.Getenv("FAULT_RUNS") != "" {
		t.Fatal(err)
	}
	if n == 0 {
		return 40
	}
	return n
}

// TestFaults deploys with random faults. Each run ends deployed and equal to
// the plan, or with a message that says how to go on, and then one without
// faults completes it. At no moment is an account public or keyed.
func TestFaults(t *testing.T) {
	n := runs(t)
	p := planOf(t)
	var mu sync.Mutex
	ends := map[string]int{}
	requests, faults := 0, 0
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for seed := range seeds {
				s := simulator.New(simulator.Options{Seed: seed, Faults: randomFaults(seed)})
				end := faultyRun(t, s, p, seed)
				mu.Lock()
				ends[end]++
				requests, faults = requests+s.Requests(), faults+s.Injected()
				mu.Unlock()
				s.Close()
			}
		})
	}
	for seed := range uint64(n) {
		if t.Failed() {
			break
		}
		seeds <- seed
	}
	close(seeds)
	workers.Wait()
	t.Logf("%d runs, %d requests, %d faults: %v", n, requests, faults, ends)
}

// randomFaults are mild or wild, and in one run of four everything breaks.
func randomFaults(seed uint64) simulator.Faults {
	r := rand.New(rand.NewPCG(seed, 2))
	p := func(most float64) float64 { return r.Float64() * most }
	f := simulator.Faults{
		Throttle: p(0.2), Broken: p(0.2), Reset: p(0.2), Lost: p(0.2), Slow: p(0.05), Hidden: p(0.3),
		Conflict: p(0.2), Lag: p(0.8), Outage: p(0.2), Crash: p(0.05),
	}
	if seed%4 == 3 {
		f.Broken, f.Reset, f.Outage, f.Crash = p(0.6), p(0.6), p(0.7), p(0.5)
	}
	return f
}

// faultyRun deploys once with faults and, if that fails, once without. It
// returns how the first ended.
func faultyRun(t *testing.T, s *simulator.Simulator, p *azure.Plan, seed uint64) string {
	c := login(t, s, simulator.Owner)
	if seed%5 == 4 {
		s.CutAfter(int(seed % 97)) // the client loses its network for good
	}
	err := c.Deploy(t.Context(), p, ignore)
	end := ended(t, err)
	s.Calm()
	if err != nil {
		if err := c.Deploy(t.Context(), p, ignore); err != nil {
			t.Errorf("seed %d without faults: %v", seed, err)
		}
	}
	live, checks := c.Prove(t.Context(), p)
	wantAll(t, checks, azure.OK)
	wantAll(t, c.CheckKeys(t.Context(), live, azure.Keys{}, ignore), azure.OK)
	for _, moment := range s.Opened() {
		t.Errorf("seed %d: half open at %s", seed, moment)
	}
	if n := s.Running(); n > 0 {
		t.Errorf("seed %d: %d deployments still run", seed, n)
	}
	return end
}

// ended is how a run ended; a failure has to say how to go on.
func ended(t *testing.T, err error) string {
	var left *azure.Interrupted
	var failed *azure.Failed
	switch {
	case err == nil:
		return "deployed"
	case errors.As(err, &left):
	case errors.As(err, &failed):
		if len(failed.Problems) == 0 || failed.Problems[0].Code == "" {
			t.Errorf("the failure gives no cause: %v", err)
		}
	default:
		t.Errorf("neither interrupted nor failed: %v", err)
	}
	if !strings.Contains(err.Error(), "palisade deploy again") || strings.Contains(err.Error(), "-----") {
		t.Errorf("the message doesn't say how to go on: %v", err)
	}
	if left != nil {
		return "interrupted"
	}
	return "failed"
}

// TestFaultyDestroy takes a deployment down with faults on the way.
func TestFaultyDestroy(t *testing.T) {
	for seed := range uint64(10) {
		s, c := start(t, simulator.Options{Seed: seed})
		p := planOf(t)
		mustDeploy(t, c, p)
		s.Break(randomFaults(seed))
		err := c.Destroy(t.Context(), p.Name, ignore)
		s.Calm()
		if err != nil {
			err = c.Destroy(t.Context(), p.Name, ignore)
		}
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if left := s.Names(); len(left) > 0 {
			t.Errorf("seed %d: left %v", seed, left)
		}
		s.Close()
	}
}
