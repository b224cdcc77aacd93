package gateway

import (
	"encoding/json"
	"net/http"
	"slices"

	"palisade/gateway/route"
)

// listing is one call for a list of stored things. The gateway makes the answer
// itself: it goes through the lists of all places where the caller may have
// things, leaves out what others made, and puts the rest in the order of their
// making. What an upstream wrote of a thing stays as it was.
type listing struct {
	call     *call
	shelves  []*shelf
	pages    int  // that were read
	answered bool // with an error that an upstream gave
}

// mostPages is how many pages of upstreams are gone through for one list: with a
// hundred things on each, more than a resource of Azure can hold of any kind.
const mostPages = 300

// listPage is an answer as the API writes it.
type listPage struct {
	Object  string            `json:"object"`
	Data    []json.RawMessage `json:"data"`
	FirstID *string           `json:"first_id"`
	LastID  *string           `json:"last_id"`
	HasMore bool              `json:"has_more"`
}

// forwardList answers with the part of the list that the call asks for.
func (c *call) forwardList() *refusal {
	l := &listing{call: c}
	l.open()
	if refused := l.ownCursors(); refused != nil {
		return refused
	}
	part, refused := l.part()
	if refused != nil || l.answered {
		return refused
	}
	text, err := json.Marshal(part)
	if err != nil {
		return unreadableList()
	}
	if c.lease != nil {
		c.lease.Status.Set(c.w.Header())
	}
	c.say(text)
	return nil
}

// say answers with JSON of the gateway's own.
func (c *call) say(text []byte) {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(text)
	c.w.done = true
}

func unreadableList() *refusal {
	return &refusal{status: http.StatusBadGateway, code: "502", reason: "upstream_broken", message: "the upstream's list can't be read"}
}

// open finds the places of all models that the call is about.
func (l *listing) open() {
	c := l.call
	seen := map[string]bool{}
	for _, model := range c.listedModels() {
		for _, place := range c.set.pools.Places(model) {
			if !seen[place] {
				seen[place] = true
				l.shelves = append(l.shelves, &shelf{listing: l, model: model, place: place, more: true, seen: map[string]bool{}})
			}
		}
	}
}

// listedModels are the model that the call names, or else all by which the
// caller may make it.
func (c *call) listedModels() []string {
	if c.r.Header.Get(modelHeader) != "" {
		return []string{c.model}
	}
	return c.permittedModels()
}

// ownCursors holds that the part is asked for by things of the caller's. Where
// one is that has been deleted since, a single place may still know.
func (l *listing) ownCursors() *refusal {
	c := l.call
	for _, id := range []string{c.match.Page.After, c.match.Page.Before} {
		if id == "" {
			continue
		}
		s, ok, refused := c.remembered(id)
		switch {
		case refused != nil:
			return refused
		case ok && s.Owner != c.caller.ID, !ok && !l.single():
			return notFound("object_unknown", "no such object")
		}
	}
	return nil
}

// single reports whether one upstream can say itself what is behind a thing.
func (l *listing) single() bool { return len(l.shelves) == 1 && l.call.match.Page.Before == "" }

// absent reports whether no place has such a list.
func (l *listing) absent() bool {
	return !slices.ContainsFunc(l.shelves, func(s *shelf) bool { return !s.absent })
}

// part goes through the caller's things up to the end of what is asked for.
func (l *listing) part() (*listPage, *refusal) {
	p := part{Page: l.call.match.Page}
	p.begun = p.After == ""
	if l.single() {
		l.shelves[0].last, p.begun = p.After, true
	}
	for !p.ended {
		next, refused := l.next()
		if refused != nil {
			return nil, refused
		}
		if next == nil {
			break
		}
		p.take(next)
	}
	if !l.answered && p.lacksCursor() {
		return nil, notFound("object_unknown", "no such object in this list")
	}
	return written(p.own, p.more), nil
}

// part is what is asked for of a list, as its things come by.
type part struct {
	*route.Page
	own          []thing
	begun, ended bool
	more         bool // there is more of the list, on the side that is asked for
}

func (p *part) take(t *thing) {
	switch {
	case p.Before != "" && t.id == p.Before:
		p.ended = true
	case !p.begun:
		p.begun = t.id == p.After
	case len(p.own) < p.Limit:
		p.own = append(p.own, *t)
	case p.Before == "":
		p.more, p.ended = true, true
	default: // those next to the end are asked for
		p.more, p.own = true, append(p.own[1:], *t)
	}
}

// lacksCursor reports whether a thing hasn't come by that the part stands
// behind, or before.
func (p *part) lacksCursor() bool { return !p.begun || p.Before != "" && !p.ended }

func written(own []thing, more bool) *listPage {
	l := &listPage{Object: "list", Data: []json.RawMessage{}, HasMore: more}
	for i := range own {
		l.Data = append(l.Data, own[i].text)
	}
	if n := len(own); n > 0 {
		l.FirstID, l.LastID = &own[0].id, &own[n-1].id
	}
	return l
}

// next takes the caller's next thing, wherever it is; nil after the last.
func (l *listing) next() (*thing, *refusal) {
	var first *shelf
	for _, s := range l.shelves {
		if refused := s.fill(); refused != nil || l.answered {
			return nil, refused
		}
		if len(s.things) > 0 && (first == nil || l.before(&s.things[0], &first.things[0])) {
			first = s
		}
	}
	if first == nil {
		return nil, nil
	}
	t := first.things[0]
	first.things = first.things[1:]
	return &t, nil
}

func (l *listing) before(a, b *thing) bool {
	if l.call.match.Page.Ascending {
		return a.made < b.made
	}
	return a.made > b.made
}
