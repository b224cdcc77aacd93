package gateway

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"
)

// shelf is one place's list, as far as it has been read: a page at a time.
type shelf struct {
	listing      *listing
	model, place string
	things       []thing         // the caller's, that weren't taken yet
	last         string          // of the page that was read last, whoever made it
	seen         map[string]bool // IDs that were read
	more         bool            // there may be another page
	absent       bool            // the place has no such list
}

// thing is a stored thing of the caller's.
type thing struct {
	id   string
	made int64 // in seconds since 1970, by the upstream's clock
	text json.RawMessage
}

// mostList is the longest page of a list that is looked through.
const mostList = 16 << 20

// fill reads on until there is a thing of the caller's, or no more pages.
func (s *shelf) fill() *refusal {
	for len(s.things) == 0 && s.more {
		if s.listing.pages++; s.listing.pages > mostPages {
			return unavailable("list_too_long", "the list is too long to be gone through")
		}
		if refused := s.read(); refused != nil {
			return refused
		}
	}
	return nil
}

// read reads the next page.
func (s *shelf) read() *refusal {
	c := s.listing.call
	match := c.match
	match.Query = c.match.Page.Query(s.last)
	o := c.outgoing()
	o.Match, o.Model, o.Place = &match, s.model, s.place
	resp, refused := c.set.pools.send(c, o)
	if refused != nil {
		return refused
	}
	defer resp.Body.Close()
	c.cameBack(resp, s.model)
	s.absent = resp.StatusCode == http.StatusNotFound && s.last == ""
	switch {
	case s.absent && !s.listing.absent():
		s.more = false // where there is no such list, no such things are kept
		return nil
	case resp.StatusCode >= 300 && s.last != "" && s.last != c.match.Page.After:
		return unreadableList() // the upstream's words could name another's thing
	case resp.StatusCode >= 300:
		s.more, s.listing.answered = false, true
		return c.answer(resp)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, mostList+1))
	if err != nil || len(text) > mostList {
		return unreadableList()
	}
	return s.take(text)
}

// take keeps what the caller made. A page that says that there is more, and has
// nothing new, leads nowhere.
func (s *shelf) take(text []byte) *refusal {
	var page struct {
		Data    []json.RawMessage `json:"data"`
		HasMore bool              `json:"has_more"`
	}
	if json.Unmarshal(text, &page) != nil {
		return unreadableList()
	}
	all, ok := things(page.Data)
	if !ok {
		return unreadableList()
	}
	// An upstream that takes no notice of where a page is to begin gives what
	// stands before that, too.
	if i := slices.IndexFunc(all, func(t thing) bool { return t.id == s.last }); i >= 0 {
		all = all[i+1:]
	}
	isNew := false
	for _, t := range all {
		if s.seen[t.id] {
			continue
		}
		isNew, s.seen[t.id], s.last = true, true, t.id
		if refused := s.keep(t); refused != nil {
			return refused
		}
	}
	if s.more = page.HasMore; s.more && !isNew {
		return unreadableList()
	}
	return nil
}

// things reads the heads of what a page holds. It answers false if one has no
// ID.
func things(data []json.RawMessage) ([]thing, bool) {
	all := make([]thing, len(data))
	for i, text := range data {
		var head struct {
			ID        string          `json:"id"`
			CreatedAt json.RawMessage `json:"created_at"`
			Created   json.RawMessage `json:"created"`
		}
		if json.Unmarshal(text, &head) != nil || head.ID == "" {
			return nil, false
		}
		all[i] = thing{head.ID, max(seconds(head.CreatedAt), seconds(head.Created)), text}
	}
	return all, true
}

// seconds reads a time: seconds since 1970, or as Azure writes those of batches
// in some versions, 2024-07-19T17:13:57.24+00:00. What is neither is 0.
func seconds(text json.RawMessage) int64 {
	var n float64
	var at time.Time
	switch {
	case json.Unmarshal(text, &n) == nil:
		return int64(n)
	case json.Unmarshal(text, &at) == nil:
		return at.Unix()
	}
	return 0
}

func (s *shelf) keep(t thing) *refusal {
	c := s.listing.call
	made, ok, refused := c.remembered(t.id)
	if refused != nil {
		return refused
	}
	if !ok || made.Owner != c.caller.ID || made.Upstream != s.place {
		return nil // an ID is its maker's at the place where it was made
	}
	if !c.keepOutputs(t.text, Stored{Owner: made.Owner, Model: made.Model, Upstream: made.Upstream, Made: c.began}) {
		return notRemembered()
	}
	s.things = append(s.things, t)
	return nil
}
