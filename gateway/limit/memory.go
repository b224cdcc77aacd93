package limit

import (
	"context"
	"fmt"
	"time"
)

// MemoryOptions are the choices of a Memory. Zero values are the defaults.
type MemoryOptions struct {
	// TTL is how long a lease may be held; it should be longer than any call.
	// 15 minutes by default.
	TTL time.Duration
	// Buckets is how many buckets may be in use, about; 100,000 by default. A
	// bucket takes about 300 bytes. Beyond that Reserve returns ErrUnavailable.
	Buckets int
	// Now is the clock; time.Now by default. Windows of a minute go by its
	// monotonic reading where it has one.
	Now func() time.Time
}

// Memory counts on this machine. A restart forgets what was counted, except
// for what [Memory.Save] and [Memory.Load] carry over.
type Memory struct {
	table *table
	ttl   time.Duration
	now   func() time.Time
	start time.Time
}

// NewMemory makes a limiter with empty buckets.
func NewMemory(o MemoryOptions) *Memory {
	if o.TTL <= 0 {
		o.TTL = 15 * time.Minute
	}
	if o.Buckets <= 0 {
		o.Buckets = 100_000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Memory{table: newTable(o.Buckets), ttl: o.TTL, now: o.Now, start: o.Now()}
}

// Close does nothing.
func (m *Memory) Close() error { return nil }

func (m *Memory) clock() clock {
	t := m.now()
	return clock{elapsed: t.Sub(m.start), wall: t}
}

// Reserve implements Limiter. It never waits for anything but other calls'
// moments in the same buckets.
func (m *Memory) Reserve(_ context.Context, buckets []Bucket, ask Ask) (*Lease, *Exceeded, error) {
	ask.bounded()
	now := m.clock()
	l := &Lease{settler: m, buckets: buckets, expires: now.elapsed + m.ttl}
	l.holds = l.inline[:0]
	for {
		if err := m.lock(l, &ask, now); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if l.alive() {
			break
		}
		l.unlock()
		l.holds = l.holds[:0]
	}
	defer l.unlock()
	if l.fits(&ask, now) {
		l.take(&ask)
		return l, nil, nil
	}
	return nil, m.refusal(l, &ask, now), nil
}

// lock finds the cells that the call takes from and locks them, in the order of
// their ids so that calls can't wait for each other in a circle.
func (m *Memory) lock(l *Lease, ask *Ask, now clock) error {
	for i := range l.buckets {
		b := &l.buckets[i]
		if want, _ := ask.of(b.Unit); want == 0 {
			continue
		}
		c, err := m.table.find(b, now, m.ttl)
		if err != nil {
			return err
		}
		l.insert(hold{cell: c, bucket: int32(i)})
	}
	for i, h := range l.holds {
		if i > 0 && l.holds[i-1].cell == h.cell {
			continue
		}
		h.cell.mu.Lock()
		h.cell.advance(now.slot(h.cell.period, m.ttl))
	}
	return nil
}

// insert keeps the holds sorted by the cells' ids.
func (l *Lease) insert(h hold) {
	l.holds = append(l.holds, h)
	for i := len(l.holds) - 1; i > 0 && l.holds[i-1].cell.id > h.cell.id; i-- {
		l.holds[i], l.holds[i-1] = l.holds[i-1], l.holds[i]
	}
}

func (l *Lease) alive() bool {
	for _, h := range l.holds {
		if h.cell.dead {
			return false
		}
	}
	return true
}

func (l *Lease) unlock() {
	for i, h := range l.holds {
		if i == 0 || l.holds[i-1].cell != h.cell {
			h.cell.mu.Unlock()
		}
	}
}

// fits reports whether each bucket has all that is wanted of it, or at least
// the least where nobody else runs on a part.
func (l *Lease) fits(ask *Ask, now clock) bool {
	for _, h := range l.holds {
		b := &l.buckets[h.bucket]
		left := b.Limit - h.cell.sum
		want, least := ask.of(b.Unit)
		if least > left || want > left && h.cell.busy(now) {
			return false
		}
	}
	return true
}

// take charges the cells. A bucket that is named twice is charged once.
func (l *Lease) take(ask *Ask) {
	l.Tokens, l.Cost = ask.Tokens, ask.Cost
	for i := 0; i < len(l.holds); {
		n := i + 1
		for n < len(l.holds) && l.holds[n].cell == l.holds[i].cell {
			n++
		}
		l.takeCell(l.holds[i:n], ask)
		i = n
	}
}

// takeCell takes what is wanted from one cell, or all that its tightest limit
// leaves.
func (l *Lease) takeCell(same []hold, ask *Ask) {
	h, c := &same[0], same[0].cell
	want, _ := ask.of(l.buckets[h.bucket].Unit)
	h.amount, h.slot = want, c.head
	for _, s := range same {
		h.amount = min(h.amount, l.buckets[s.bucket].Limit-c.sum)
	}
	c.charge(h.amount)
	if h.amount < want {
		c.partial = l
	}
	for _, s := range same {
		b := &l.buckets[s.bucket]
		l.granted(b, h.amount, b.Limit-c.sum)
	}
}

// refusal looks at all buckets, in their order.
func (m *Memory) refusal(l *Lease, ask *Ask, now clock) *Exceeded {
	looks := make([]look, len(l.buckets))
	for i, b := range l.buckets {
		looks[i].left = b.Limit
	}
	for _, h := range l.holds {
		b := &l.buckets[h.bucket]
		left := b.Limit - h.cell.sum
		k := look{left: left}
		if want, least := ask.of(b.Unit); least > left {
			k.wait = h.cell.frees(least-left, now)
		} else {
			k.busy = want > left && h.cell.busy(now)
		}
		looks[h.bucket] = k
	}
	return exceeded(l.buckets, looks, ask)
}

// settle gives back and charges, one bucket after the other.
func (m *Memory) settle(_ context.Context, l *Lease, u Used) error {
	now := m.clock()
	var errs error
	for i, h := range l.holds {
		if i > 0 && l.holds[i-1].cell == h.cell {
			continue
		}
		if err := m.settleHold(l, h, u.of(l.buckets[h.bucket].Unit), now); err != nil {
			errs = fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
	return errs
}

func (m *Memory) settleHold(l *Lease, h hold, used int64, now clock) error {
	c := h.cell
	c.mu.Lock()
	for c.dead {
		c.mu.Unlock()
		if used <= h.amount {
			return nil
		}
		var err error
		if c, err = m.table.find(&l.buckets[h.bucket], now, m.ttl); err != nil {
			return err
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	c.advance(now.slot(c.period, m.ttl))
	if c.partial == l {
		c.partial = nil
	}
	switch {
	case used > h.amount:
		c.charge(used - h.amount)
	case now.elapsed < l.expires:
		c.giveBack(h.slot, h.amount-used)
	}
	return nil
}
