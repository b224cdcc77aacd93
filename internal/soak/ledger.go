package main

import (
	"fmt"
	"slices"
	"sync"
)

// ending is how a call ended for the client.
type ending uint8

const (
	unanswered ending = iota // no header of an answer came
	whole                    // all of the answer came
	broken                   // the answer broke off
	left                     // the client hung up in the answer
)

// entry is a call as its client saw it.
type entry struct {
	call   int64
	token  string // ID of the token, "" for one that proves nothing
	model  string
	record string // as the answer names it
	status int
	reason string
	end    ending
	prompt int64
	output int64
	wrong  bool // it may not pass
}

// ledger is all calls that were made.
type ledger struct {
	mu       sync.Mutex
	entries  []entry
	problems map[string]int
	passed   int
	refused  map[string]int // by status and reason
	cut      int
}

func newLedger() *ledger {
	return &ledger{problems: map[string]int{}, refused: map[string]int{}}
}

func (l *ledger) add(e entry, problem string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	switch {
	case e.end == unanswered || e.end == left || e.end == broken:
		l.cut++
	case e.status < 300:
		l.passed++
	default:
		reason := e.reason
		if reason == "" {
			reason = "(the upstream's)"
		}
		l.refused[fmt.Sprint(e.status, " ", reason)]++
	}
	if problem != "" {
		l.problems[problem]++
	}
}

// problem notes what may not be.
func (l *ledger) problem(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems[fmt.Sprintf(format, args...)]++
}

// found are the problems, the same ones together.
func (l *ledger) found() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for text, n := range l.problems {
		if n > 1 {
			text = fmt.Sprintf("%s (%d times)", text, n)
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

func (l *ledger) counts() (calls, passed, refused, cut, problems int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.refused {
		refused += n
	}
	return len(l.entries), l.passed, refused, l.cut, len(l.problems)
}
