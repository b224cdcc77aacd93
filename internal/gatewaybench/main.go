// Gatewaybench measures what a call through "palisade serve" costs, beside a
// bare reverse proxy and beside other gateways, against the same mock upstream
// on loopback and in the same run. See docs/benchmarks.md for the method.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// options are what the flags say.
type options struct {
	binary string
	rounds int
	scale  float64
	peers  peers
	only   string
}

func main() {
	if len(os.Args) > 1 && slices.Contains([]string{"mock", "proxy", "relay"}, os.Args[1]) {
		exitOn(serveRole(os.Args[1], os.Args[2:]))
		return
	}
	var o options
	flag.StringVar(&o.binary, "palisade", "bin/palisade", "the binary that is measured")
	flag.IntVar(&o.rounds, "rounds", 15, "rounds of each measurement; medians are shown")
	flag.Float64Var(&o.scale, "scale", 1, "how much of the usual number of calls to make")
	flag.StringVar(&o.only, "only", "", "a kind of call by the start of its name: its CPU alone is measured; or latency")
	mock := flag.String("mock", "127.0.0.1:18080", "where the mock upstream listens; peers are configured to call it")
	flag.Var(&o.peers, "peer", "another gateway: name=N,url=http://…/chat/completions,pid=P[,header=K: V][,model=M]; may be given again")
	flag.Parse()
	exitOn(run(o, *mock))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gatewaybench:", err)
		os.Exit(1)
	}
}

// run starts what is compared, measures and prints.
func run(o options, mockAddress string) error {
	b := &bench{options: o}
	err := b.start(mockAddress)
	if err == nil {
		err = b.measure()
	}
	b.stop(err != nil)
	return err
}

// measure prints as it goes.
func (b *bench) measure() error {
	if b.only != "" {
		return b.measureOnly()
	}
	for _, s := range scenarios {
		if err := b.warm(s); err != nil {
			return err
		}
	}
	b.describe()
	for _, s := range scenarios {
		if err := b.cpu(s); err != nil {
			return err
		}
	}
	b.divide()
	for _, s := range scenarios {
		if err := b.throughput(s); err != nil {
			return err
		}
	}
	b.together()
	if err := b.measureLatency(); err != nil {
		return err
	}
	return b.memory(1000, b.lasting(15*time.Second))
}

func (b *bench) measureLatency() error { return b.latency(300, b.lasting(10*time.Second)) }

// measureOnly is for work on one kind of call, or on latency.
func (b *bench) measureOnly() error {
	if b.only == "latency" {
		return cmp.Or(b.warm(scenarios[0]), b.measureLatency())
	}
	for _, s := range scenarios {
		if !strings.HasPrefix(s.name, b.only) {
			continue
		}
		if err := cmp.Or(b.warm(s), b.cpu(s)); err != nil {
			return err
		}
	}
	return nil
}

func (o *options) lasting(d time.Duration) time.Duration {
	return time.Duration(float64(d) * o.scale)
}

func (o *options) calls(n int) int { return max(200, int(float64(n)*o.scale)) }
