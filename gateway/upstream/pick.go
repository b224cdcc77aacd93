package upstream

import (
	"slices"
	"time"
)

// tried are upstreams of a pool, by their bits.
type tried uint64

func (t tried) has(u *Upstream) bool { return uint64(t)&u.bit != 0 }

// pick chooses an upstream for a call: in the first tier that has one that is
// ready, at random by weight. Those in not are left out, and if place isn't "",
// those elsewhere. Without one it answers when the next is ready, zero if none
// will be by waiting.
func (p *pool) pick(now time.Time, place string, not tried, random func(int) int) (*Upstream, time.Time) {
	for {
		u, next := p.choose(now, place, not, random)
		if u == nil || u.health.take(now) {
			return u, next
		}
		not |= tried(u.bit) // another call was faster
	}
}

func (p *pool) choose(now time.Time, place string, not tried, random func(int) int) (*Upstream, time.Time) {
	var next time.Time
	for _, tier := range p.tiers {
		ready, total := tried(0), 0
		for _, u := range tier {
			if not.has(u) || place != "" && u.place != place {
				continue
			}
			ok, when := u.health.ready(now)
			if ok {
				ready |= tried(u.bit)
				total += u.weight
			} else if next.IsZero() || when.Before(next) {
				next = when
			}
		}
		if total > 0 {
			return byWeight(tier, ready, total, random), time.Time{}
		}
	}
	return nil, next
}

func byWeight(tier []*Upstream, ready tried, total int, random func(int) int) *Upstream {
	n := 0
	if total > 1 {
		n = random(total)
	}
	for _, u := range tier {
		if !ready.has(u) {
			continue
		}
		if n -= u.weight; n < 0 {
			return u
		}
	}
	return nil
}

// has reports whether an upstream of the pool is at a place.
func (p *pool) has(place string) bool {
	for _, u := range p.all {
		if place == "" || u.place == place {
			return true
		}
	}
	return false
}

// Places are where the upstreams of a model keep things, each once, in the
// spec's order.
func (p *Pools) Places(model string) []string {
	all := p.models[model]
	if all == nil {
		return nil
	}
	var places []string
	for _, u := range all.all {
		if !slices.Contains(places, u.place) {
			places = append(places, u.place)
		}
	}
	return places
}
