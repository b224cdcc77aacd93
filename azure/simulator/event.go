package simulator

import (
	"container/heap"
	"time"
)

// event is something that happens at a time without a request: an account is
// ready, an operation ends.
type event struct {
	at    time.Time
	order int
	run   func()
}

// events are a heap: the earliest first, of equal times in the order made.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at.Equal(e[j].at) {
		return e[i].order < e[j].order
	}
	return e[i].at.Before(e[j].at)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// after runs f when d has passed.
func (s *Simulator) after(d time.Duration, f func()) {
	s.order++
	heap.Push(&s.events, event{s.now.Add(d), s.order, f})
}

// catchUp runs all that was due until the clock's time.
func (s *Simulator) catchUp() {
	until := s.clock.Now()
	for len(s.events) > 0 && !s.events[0].at.After(until) {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		e.run()
	}
	s.now = until
}
