package caller

import (
	"context"
	"sync"
	"time"
)

const (
	groupsKept   = 5 * time.Minute  // an answer of the directory
	groupsFailed = 10 * time.Second // a failure, so that it isn't asked at each call
	groupsWait   = 5 * time.Second  // for an answer
	maxDirectory = 20_000           // answers that are kept
)

// Directory knows in which groups a principal is.
type Directory interface {
	// Groups lists the object IDs of all groups that a principal is in, also
	// through other groups. An error means that it can't be known now.
	Groups(ctx context.Context, objectID string) ([]string, error)
}

// groupCache asks the directory once for all calls that want to know the same
// at the same time, and keeps the answer for a while.
type groupCache struct {
	directory Directory
	now       func() time.Time

	mu      sync.Mutex
	answers map[string]*groupAnswer
}

// groupAnswer is one question and, once done is closed, its answer.
type groupAnswer struct {
	done   chan struct{}
	groups []string
	known  bool
	asked  time.Time
	kept   time.Duration
}

func newGroupCache(d Directory, now func() time.Time) *groupCache {
	return &groupCache{directory: d, now: now, answers: map[string]*groupAnswer{}}
}

// groups lists a principal's groups, and whether they are known.
func (g *groupCache) groups(ctx context.Context, objectID string) ([]string, bool) {
	a := g.ask(objectID)
	select {
	case <-a.done:
		return a.groups, a.known
	default:
	}
	select {
	case <-a.done:
		return a.groups, a.known
	case <-ctx.Done():
		return nil, false
	}
}

func (g *groupCache) ask(objectID string) *groupAnswer {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if a := g.answers[objectID]; a != nil && within(now.Sub(a.asked), a.kept) {
		return a
	}
	if len(g.answers) >= maxDirectory {
		g.sweep(now)
	}
	a := &groupAnswer{done: make(chan struct{}), asked: now, kept: groupsKept}
	g.answers[objectID] = a
	go g.fetch(a, objectID)
	return a
}

// sweep makes room: by what is out of date, or else by all. Which goes first
// doesn't matter, as each can be asked again.
func (g *groupCache) sweep(now time.Time) {
	for id, a := range g.answers {
		if !within(now.Sub(a.asked), a.kept) {
			delete(g.answers, id)
		}
	}
	if len(g.answers) >= maxDirectory {
		clear(g.answers)
	}
}

// fetch doesn't use the context of the call that asked: others wait too.
func (g *groupCache) fetch(a *groupAnswer, objectID string) {
	ctx, cancel := context.WithTimeout(context.Background(), groupsWait)
	defer cancel()
	groups, err := g.directory.Groups(ctx, objectID)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		a.groups, a.known = groups, true
	} else {
		a.kept = groupsFailed
	}
	close(a.done)
}
