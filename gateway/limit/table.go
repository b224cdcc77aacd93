package limit

import (
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// errFull means that more buckets are in use than the table may hold.
var errFull = errors.New("too many buckets in use")

// cellKey is what tells buckets apart.
type cellKey struct {
	key    string
	unit   Unit
	period Period
}

// table finds cells by their keys. It is divided into shards, so that calls of
// different callers don't wait for each other, and holds a bounded number of
// cells: when a shard is full, cells whose windows are empty make room.
type table struct {
	seed   maphash.Seed
	shards [64]shard
	most   int // cells in a shard
	nextID atomic.Uint64
}

type shard struct {
	mu    sync.RWMutex
	cells map[cellKey]*cell
	swept time.Duration // when it was last looked through
	_     [64]byte      // keeps shards on cache lines of their own
}

func newTable(most int) *table {
	t := &table{seed: maphash.MakeSeed(), most: max(most/64, 1)}
	for i := range t.shards {
		t.shards[i].cells = map[cellKey]*cell{}
		t.shards[i].swept = -time.Hour
	}
	return t
}

// find returns the cell of a bucket, made if there is none.
func (t *table) find(b *Bucket, now clock, ttl time.Duration) (*cell, error) {
	k := cellKey{b.Key, b.Unit, b.Period}
	s := &t.shards[maphash.String(t.seed, b.Key)%64]
	s.mu.RLock()
	c := s.cells[k]
	s.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c = s.cells[k]; c != nil {
		return c, nil
	}
	if len(s.cells) >= t.most && !s.sweep(now, ttl) {
		return nil, errFull
	}
	c = &cell{id: t.nextID.Add(1), period: b.Period, head: now.slot(b.Period, ttl)}
	s.cells[k] = c
	return c, nil
}

// sweep removes cells that count nothing. It looks at most once a second, since
// a full shard would otherwise be looked through for each call.
func (s *shard) sweep(now clock, ttl time.Duration) bool {
	if now.elapsed-s.swept < time.Second {
		return false
	}
	s.swept = now.elapsed
	before := len(s.cells)
	for k, c := range s.cells {
		if c.retire(now, ttl) {
			delete(s.cells, k)
		}
	}
	return len(s.cells) < before
}

// retire marks a cell that counts nothing as dead. Who has found it before
// looks for it again.
func (c *cell) retire(now clock, ttl time.Duration) bool {
	if !c.mu.TryLock() {
		return false
	}
	defer c.mu.Unlock()
	c.advance(now.slot(c.period, ttl))
	c.dead = c.sum == 0 && !c.busy(now)
	return c.dead
}

// len is the number of cells.
func (t *table) len() (n int) {
	for i := range t.shards {
		t.shards[i].mu.RLock()
		n += len(t.shards[i].cells)
		t.shards[i].mu.RUnlock()
	}
	return n
}
