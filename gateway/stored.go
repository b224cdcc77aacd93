package gateway

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Stored is what is known of a thing that an upstream keeps: a response, a
// file, a batch, a thread.
type Stored struct {
	Owner    string    `json:"owner,omitempty"`    // the caller who made it
	Model    string    `json:"model,omitempty"`    // by which it was made, or ""
	Upstream string    `json:"upstream,omitempty"` // that has it
	Made     time.Time `json:"made,omitzero"`
	// Endpoint is the operation of all lines of a file for batches, and Tokens
	// what they can use at most.
	Endpoint string `json:"endpoint,omitempty"`
	Tokens   int64  `json:"tokens,omitempty"`
	Input    int64  `json:"input,omitempty"` // of Tokens
	// Owed and OwedCost are what a response in the background reserved, until it
	// is known what it used.
	Owed     int64 `json:"owed,omitempty"`
	OwedCost int64 `json:"owedCost,omitempty"`
}

// Objects remembers whose the stored things are. An ID that isn't in it belongs
// to nobody, so nobody gets it. Implementations may be asked by many goroutines.
type Objects interface {
	// Put remembers a thing. An ID that is there already keeps its owner.
	Put(ctx context.Context, id string, s Stored) error
	Get(ctx context.Context, id string) (Stored, bool, error)
	Delete(ctx context.Context, id string) error
	// Paid says what is owed for a thing, to one asker only: then nothing is.
	Paid(ctx context.Context, id string) (tokens, cost int64, err error)
}

// memoryObjects keeps the newest things in memory. What is forgotten, by the
// bound or by a restart, is out of everybody's reach until an upstream deletes
// it.
type memoryObjects struct {
	mu    sync.Mutex
	most  int
	byID  map[string]*list.Element
	order *list.List // of *storedEntry, the latest used first
}

type storedEntry struct {
	id string
	Stored
}

// NewMemoryObjects keeps at most so many things; about 300 bytes each.
func NewMemoryObjects(most int) Objects { return newMemoryObjects(most) }

func newMemoryObjects(most int) *memoryObjects {
	return &memoryObjects{most: max(1, most), byID: map[string]*list.Element{}, order: list.New()}
}

func (m *memoryObjects) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.order.Len()
}

// each gives all things, the one used longest ago first.
func (m *memoryObjects) each(visit func(id string, s Stored)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for e := m.order.Back(); e != nil; e = e.Prev() {
		x := e.Value.(*storedEntry)
		visit(x.id, x.Stored)
	}
}

func (m *memoryObjects) Put(_ context.Context, id string, s Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byID[id]; e != nil {
		m.order.MoveToFront(e)
		return nil
	}
	m.byID[id] = m.order.PushFront(&storedEntry{id, s})
	if m.order.Len() > m.most {
		last := m.order.Back()
		m.order.Remove(last)
		delete(m.byID, last.Value.(*storedEntry).id)
	}
	return nil
}

func (m *memoryObjects) Get(_ context.Context, id string) (Stored, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byID[id]
	if e == nil {
		return Stored{}, false, nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*storedEntry).Stored, true, nil
}

func (m *memoryObjects) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byID[id]; e != nil {
		m.order.Remove(e)
		delete(m.byID, id)
	}
	return nil
}

func (m *memoryObjects) Paid(_ context.Context, id string) (tokens, cost int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byID[id]; e != nil {
		x := e.Value.(*storedEntry)
		tokens, cost, x.Owed, x.OwedCost = x.Owed, x.OwedCost, 0, 0
	}
	return tokens, cost, nil
}
