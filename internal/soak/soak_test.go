package main

import (
	"errors"
	"os"
	"testing"
	"time"
)

// short is a soak of seconds in this process.
var short = plan{time: 5 * time.Second, phase: 250 * time.Millisecond, calm: 250 * time.Millisecond, late: 300 * time.Millisecond,
	clients: 24, rate: 150, tpm: 3000, alone: true}

// TestSoak is the short form of make soak, with the limits in memory and in
// Redis.
func TestSoak(t *testing.T) {
	for _, withRedis := range []bool{false, true} {
		p := short
		if p.name = "memory"; withRedis {
			p.name, p.redis = "Redis", true
		}
		t.Run(p.name, func(t *testing.T) { p.test(t) })
	}
}

func (p plan) test(t *testing.T) {
	r, err := p.setUp()
	if r != nil && r.load != nil {
		defer r.tearDown()
	}
	if errors.Is(err, errNoRedis) {
		t.Skip("SKIPPED: ", err, "; the soak with Redis is NOT done")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.soak(os.Stderr); err != nil {
		t.Fatal(err)
	}
	r.report(t.Output())
	for _, problem := range r.ledger.found() {
		t.Error(problem)
	}
	if calls, passed, _, _, _ := r.ledger.counts(); passed < calls/5 {
		t.Errorf("%d of %d calls passed: the soak says little", passed, calls)
	}
}

// TestOvershoot holds that a limit of tokens is exceeded by one call at most.
func TestOvershoot(t *testing.T) {
	for _, withRedis := range []bool{false, true} {
		for _, kind := range overshootKinds {
			o, err := measureOvershoot(plan{redis: withRedis}, kind, time.Second)
			if errors.Is(err, errNoRedis) {
				t.Skip("SKIPPED: ", err, "; the overshoot with Redis is NOT measured")
			}
			if err != nil {
				t.Fatal(err)
			}
			o.report(t.Output())
			if !o.holds() {
				t.Errorf("%s: %d tokens of %d; the largest call had %d", o.store, o.served, overshootLimit, o.largest)
			}
		}
	}
}
