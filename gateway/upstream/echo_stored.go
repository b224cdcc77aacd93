package upstream

import (
	"container/list"
	"sync"
)

// Bounds of what the echo model keeps. The oldest goes first.
const (
	mostStored      = 1000
	mostStoredBytes = 32 << 20
)

// stored keeps responses in memory.
type stored struct {
	mu    sync.Mutex
	byID  map[string]*list.Element
	order *list.List // of *storedEntry, the newest first
	bytes int
}

// storedResponse is a response and what it was made from.
type storedResponse struct {
	response
	input []inputItem
	size  int // bytes, about
	seen  bool
}

type storedEntry struct {
	id string
	r  storedResponse
}

func newStored() *stored { return &stored{byID: map[string]*list.Element{}, order: list.New()} }

func (s *stored) put(id string, r storedResponse) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byID[id]; e != nil {
		e.Value.(*storedEntry).r = r
		return
	}
	s.byID[id] = s.order.PushFront(&storedEntry{id, r})
	s.bytes += r.size
	for s.order.Len() > mostStored || s.bytes > mostStoredBytes {
		s.drop(s.order.Back())
	}
}

func (s *stored) drop(e *list.Element) {
	entry := s.order.Remove(e).(*storedEntry)
	delete(s.byID, entry.id)
	s.bytes -= entry.r.size
}

func (s *stored) get(id string) (storedResponse, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byID[id]; e != nil {
		return e.Value.(*storedEntry).r, true
	}
	return storedResponse{}, false
}

func (s *stored) has(id string) bool {
	_, ok := s.get(id)
	return ok
}

func (s *stored) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byID[id]; e != nil {
		s.drop(e)
	}
}
