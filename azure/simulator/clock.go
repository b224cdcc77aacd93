package simulator

import (
	"context"
	"sync"
	"time"
)

// Clock is virtual time. Whoever sleeps on it moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at midnight of 1 January 2027, UTC.
func NewClock() *Clock {
	return &Clock{now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// Now is the virtual time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the time by d at once.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.advance(d)
	return nil
}

func (c *Clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
}
