package limit

// Unit is what a bucket counts.
type Unit uint8

// The units. Cost is in millionths of the budget's currency, rounded up for
// each call.
const (
	Requests Unit = iota
	Tokens
	Cost
	Calls // calls that are running
)

// Period is the time over which a bucket counts.
type Period uint8

// The periods; see the package comment.
const (
	Minute Period = iota
	Day
	Month
	InFlight
)

// Bucket is one limit that a call has to fit into.
type Bucket struct {
	// Key names who or what is limited, such as "model/gpt-4o". Buckets with one
	// key, unit and period are the same bucket, on all gateways.
	Key string
	// Unit is what is counted.
	Unit Unit
	// Period is the time over which it is counted.
	Period Period
	// Limit is the most that may be used, at least 1. It may change from call to
	// call; what is used already stays counted.
	Limit int64
}

// Reason is the machine word for a refusal by this bucket.
func (b Bucket) Reason() string {
	if b.Period == InFlight {
		return "concurrent"
	}
	units := [...]string{Requests: "requests", Tokens: "tokens", Cost: "cost", Calls: "calls"}
	periods := [...]string{Minute: "_per_minute", Day: "_per_day", Month: "_per_month", InFlight: ""}
	if int(b.Unit) >= len(units) || int(b.Period) >= len(periods) {
		return "unknown"
	}
	return units[b.Unit] + periods[b.Period]
}

// Ask is what a call wants to reserve. It always takes one of Calls.
type Ask struct {
	// Requests is nearly always 1.
	Requests int64
	// Tokens is the most that the call can use.
	Tokens int64
	// LeastTokens is the least that the call starts with when less than Tokens
	// is left, and no other call runs on such a part. Zero means all of Tokens.
	LeastTokens int64
	// Cost is the most that the call can cost, in millionths.
	Cost int64
	// LeastCost is to Cost what LeastTokens is to Tokens.
	LeastCost int64
}

// Used is what a call did use. Tokens and Cost may exceed what was reserved.
type Used struct {
	Requests int64
	Tokens   int64
	Cost     int64
}

// of returns what is asked of a bucket: at most want, at least least.
func (a *Ask) of(u Unit) (want, least int64) {
	switch u {
	case Requests:
		return a.Requests, a.Requests
	case Tokens:
		return a.Tokens, leastOf(a.Tokens, a.LeastTokens)
	case Cost:
		return a.Cost, leastOf(a.Cost, a.LeastCost)
	case Calls:
		return 1, 1
	}
	return 0, 0
}

func leastOf(want, least int64) int64 {
	if least <= 0 || least > want {
		return want
	}
	return least
}

// of returns what was used of a unit.
func (u *Used) of(unit Unit) int64 {
	switch unit {
	case Requests:
		return u.Requests
	case Tokens:
		return u.Tokens
	case Cost:
		return u.Cost
	}
	return 0
}

// bounded keeps a wrong amount from making a counter run over or backwards.
func (a *Ask) bounded() {
	for _, n := range []*int64{&a.Requests, &a.Tokens, &a.LeastTokens, &a.Cost, &a.LeastCost} {
		*n = min(max(*n, 0), maxAmount)
	}
}

func (u *Used) bounded() {
	for _, n := range []*int64{&u.Requests, &u.Tokens, &u.Cost} {
		*n = min(max(*n, 0), maxAmount)
	}
}

// maxAmount is the most that one call can take: 10^12 tokens, or a million in
// money. Sums of it stay exact in Redis, where numbers are floats.
const maxAmount = 1_000_000_000_000
