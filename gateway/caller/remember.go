package caller

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

const (
	shards = 16
	// rememberedBytes is about how much memory remembered tokens may take.
	rememberedBytes = 16 << 20
)

// memory remembers verified tokens by their SHA-256, so that a token itself is
// never kept. A token is remembered no longer than it is valid and its key is
// listed, and those that were used least recently go first.
type memory struct {
	parts [shards]shard
}

type shard struct {
	mu     sync.Mutex
	byHash map[[sha256.Size]byte]*list.Element
	recent *list.List // of *memo, the last used first
	bytes  int
	limit  int
}

type memo struct {
	hash  [sha256.Size]byte
	token *verified
	bytes int
}

func newMemory(bytes int) *memory {
	m := &memory{}
	for i := range m.parts {
		m.parts[i] = shard{byHash: map[[sha256.Size]byte]*list.Element{}, recent: list.New(), limit: bytes / shards}
	}
	return m
}

func (m *memory) of(hash *[sha256.Size]byte) *shard { return &m.parts[hash[0]%shards] }

// get finds a token that is still good.
func (m *memory) get(hash *[sha256.Size]byte, now time.Time, skew time.Duration) *verified {
	s := m.of(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byHash[*hash]
	if e == nil {
		return nil
	}
	token := e.Value.(*memo).token
	if !now.Before(token.expires) || now.Before(token.notBefore.Add(-skew)) || token.key.gone.Load() {
		s.drop(e)
		return nil
	}
	s.recent.MoveToFront(e)
	return token
}

// put remembers a token.
func (m *memory) put(hash *[sha256.Size]byte, token *verified) {
	s := m.of(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byHash[*hash]; e != nil {
		s.drop(e)
	}
	added := &memo{*hash, token, size(token.caller)}
	s.byHash[*hash] = s.recent.PushFront(added)
	s.bytes += added.bytes
	for s.bytes > s.limit {
		s.drop(s.recent.Back())
	}
}

func (s *shard) drop(e *list.Element) {
	gone := s.recent.Remove(e).(*memo)
	delete(s.byHash, gone.hash)
	s.bytes -= gone.bytes
}

// size is about how much memory a caller takes, in bytes.
func size(c *Caller) int {
	const fixed, perText = 1024, 16
	n := fixed + len(c.Issuer) + len(c.ID) + len(c.Subject) + len(c.Resource) + len(c.TokenID)
	for _, texts := range [][]string{c.Groups, c.Roles, c.Scopes} {
		for _, t := range texts {
			n += perText + len(t)
		}
	}
	return n
}
