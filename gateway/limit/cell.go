package limit

import (
	"sync"
	"time"
)

// cell is one bucket in memory: what was charged in each slot of its window.
type cell struct {
	mu     sync.Mutex
	id     uint64 // the order in which cells are locked
	period Period
	dead   bool // no longer in the table
	head   int64
	sum    int64
	slots  [ring]int64

	// partial is the last call that got only a part of what it wanted, until it
	// settles.
	partial *Lease
}

// busy reports whether a call runs that may use more than it has reserved here.
func (c *cell) busy(now clock) bool { return c.partial != nil && now.elapsed < c.partial.expires }

// advance moves the window to slot now. A clock that went back changes nothing:
// the window stays where it was until the clock is there again.
func (c *cell) advance(now int64) {
	n := c.period.slots()
	for s := max(c.head+1, now-n+1); s <= now; s++ {
		c.sum -= c.slots[at(s, n)]
		c.slots[at(s, n)] = 0
	}
	c.head = max(c.head, now)
}

// charge adds to the newest slot.
func (c *cell) charge(amount int64) {
	c.slots[at(c.head, c.period.slots())] += amount
	c.sum += amount
}

// giveBack takes an earlier charge from its slot, if that still counts.
func (c *cell) giveBack(slot, amount int64) {
	n := c.period.slots()
	if slot > c.head || c.head-slot >= n {
		return
	}
	c.slots[at(slot, n)] -= amount
	c.sum -= amount
}

// frees returns how long it takes until need more is free.
func (c *cell) frees(need int64, now clock) time.Duration {
	if c.period == InFlight {
		return inFlightWait
	}
	if c.period != Minute {
		return c.period.next(now.wall)
	}
	for s := c.head - ring + 1; s <= c.head; s++ {
		need -= c.slots[at(s, ring)]
		if need <= 0 {
			return time.Duration(s+ring)*minuteSlot - now.elapsed
		}
	}
	return ring * minuteSlot
}

// at is the place of a slot in the ring; slots may be negative before 1970.
func at(slot, n int64) int64 {
	if slot %= n; slot < 0 {
		slot += n
	}
	return slot
}

// clock is one reading of the time.
type clock struct {
	elapsed time.Duration // since the limiter began, without steps
	wall    time.Time
}

func (k clock) slot(p Period, ttl time.Duration) int64 { return p.slot(k.elapsed, k.wall, ttl) }
