package gateway

import (
	"encoding/json"
	"io"
	"net/http"
)

// shelf is one place's list, as far as it has been read: a page at a time.
type shelf struct {
	listing      *listing
	model, place string
	things       []thing // the caller's, that weren't taken yet
	last         string  // of the page that was read last
	more         bool    // there may be another page
	absent       bool    // the place has no such list
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
	c.cameBack(resp)
	s.absent = resp.StatusCode == http.StatusNotFound
	switch {
	case s.absent && !s.listing.absent():
		s.more = false // where there is no such list, no such things are kept
		return nil
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

// take keeps what the caller made.
func (s *shelf) take(text []byte) *refusal {
	var page struct {
		Data    []json.RawMessage `json:"data"`
		HasMore bool              `json:"has_more"`
	}
	if json.Unmarshal(text, &page) != nil {
		return unreadableList()
	}
	all := make([]thing, len(page.Data))
	for i, text := range page.Data {
		var head struct {
			ID        string `json:"id"`
			CreatedAt int64  `json:"created_at"`
			Created   int64  `json:"created"`
		}
		if json.Unmarshal(text, &head) != nil {
			return unreadableList()
		}
		all[i] = thing{head.ID, max(head.CreatedAt, head.Created), text}
	}
	n := len(all)
	if n == 0 || all[n-1].id == s.last { // the page before once more
		s.more = false
		return nil
	}
	s.last, s.more = all[n-1].id, page.HasMore
	for _, t := range all {
		if refused := s.keep(t); refused != nil {
			return refused
		}
	}
	return nil
}

func (s *shelf) keep(t thing) *refusal {
	c := s.listing.call
	made, ok, err := c.server.objects.Get(c.r.Context(), t.id)
	if err != nil {
		return unavailable("objects_unavailable", "it can't be found out whose this is")
	}
	if !ok || made.Owner != c.caller.ID {
		return nil
	}
	if !c.keepOutputs(t.text, Stored{Owner: made.Owner, Model: made.Model, Upstream: made.Upstream, Made: c.began}) {
		return unavailable("objects_unavailable", "it can't be remembered whose this is")
	}
	s.things = append(s.things, t)
	return nil
}
