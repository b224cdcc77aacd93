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
	Owner    string // the principal who made it
	Model    string // by which it was made, or ""
	Upstream string // that has it
	Made     time.Time
}

// Objects remembers whose the stored things are. An ID that isn't in it belongs
// to nobody, so nobody gets it. Implementations may be asked by many goroutines.
type Objects interface {
	// Put remembers a thing. An ID that is there already keeps its owner.
	Put(ctx context.Context, id string, s Stored) error
	Get(ctx context.Context, id string) (Stored, bool, error)
	Delete(ctx context.Context, id string) error
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
func NewMemoryObjects(most int) Objects {
	return &memoryObjects{most: max(1, most), byID: map[string]*list.Element{}, order: list.New()}
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
