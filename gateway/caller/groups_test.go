package caller

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

// byGroup has a grant by group, and groups looked up.
func byGroup(s *spec.Spec) {
	s.Access = []spec.Grant{{Name: "team", Who: []spec.Who{{Group: issuertest.Team}}}}
	s.Gateway.Tokens.GroupOverage = spec.OverageGraph
}

func newGroupWorld(t *testing.T) *world {
	s := file()
	byGroup(s)
	return newWorld(t, s, func(o *Options) {
		o.Directory = &Graph{URL: CloudOf(spec.PublicCloud).Graph, Client: o.Client, Token: func(context.Context) (string, error) { return "graph", nil }}
	})
}

func TestGroupsInToken(t *testing.T) {
	w := newWorld(t, file())
	person := w.server.PersonClaims("2.0")
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf("22222222-2222-4222-8222-%012d", i)
	}
	for name, tt := range map[string]struct {
		claims   issuertest.Claims
		groups   int
		complete bool
	}{
		"some":                 {person.With(issuertest.Claims{"groups": []string{issuertest.Team}}), 1, true},
		"none":                 {person.With(issuertest.Claims{"groups": []string{}}), 0, true},
		"as many as fit":       {person.With(issuertest.Claims{"groups": many}), 200, true},
		"no claim":             {person, 0, false},
		"overage":              {issuertest.Overage(person), 0, false},
		"overage beside some":  {issuertest.Overage(person).With(issuertest.Claims{"groups": many[:3]}), 3, false},
		"overage of others":    {person.With(issuertest.Claims{"groups": many[:1], "_claim_names": map[string]string{"roles": "src1"}}), 1, true},
		"overage unreadable":   {person.With(issuertest.Claims{"groups": many[:1], "_claim_names": "groups"}), 1, false},
		"implicit overage":     {person.With(issuertest.Claims{"hasgroups": true}), 0, false},
		"implicit, as a text":  {person.With(issuertest.Claims{"groups": many[:1], "hasgroups": "true"}), 1, false},
		"no implicit overage":  {person.With(issuertest.Claims{"groups": many[:1], "hasgroups": false}), 1, true},
		"by name":              {person.With(issuertest.Claims{"groups": []string{"CONTOSO\\team", issuertest.Team}}), 1, false},
		"a text, not a list":   {person.With(issuertest.Claims{"groups": issuertest.Team}), 0, false},
		"a list of other data": {person.With(issuertest.Claims{"groups": []any{1, issuertest.Team}}), 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := w.mustPass(t, w.server.Token(tt.claims))
			if len(c.Groups) != tt.groups && name != "a list of other data" || c.GroupsComplete != tt.complete {
				t.Errorf("%d groups, complete %t", len(c.Groups), c.GroupsComplete)
			}
		})
	}
}

func TestGroupsAreLookedUp(t *testing.T) {
	w := newGroupWorld(t)
	w.server.SetGroups(issuertest.Person, strings.ToUpper(issuertest.Team))
	text := w.server.Token(issuertest.Overage(w.server.PersonClaims("2.0")))
	for range 3 {
		c := w.mustPass(t, text)
		if len(c.Groups) != 1 || c.Groups[0] != issuertest.Team || !c.GroupsComplete {
			t.Fatalf("groups %v, complete %t", c.Groups, c.GroupsComplete)
		}
	}
	if n := w.server.Fetches("getMemberObjects"); n != 1 {
		t.Errorf("%d lookups", n)
	}
	w.server.SetGroups(issuertest.Person)
	w.clock.step(groupsKept)
	if c := w.mustPass(t, text); len(c.Groups) != 0 || !c.GroupsComplete {
		t.Error("a group is kept for too long")
	}
}

// TestGroupsUnknown: what can't be looked up is unknown, and never none.
func TestGroupsUnknown(t *testing.T) {
	w := newGroupWorld(t)
	text := w.server.Token(w.server.ServiceClaims("2.0"))
	for name, answer := range map[string]string{
		"no list":   `{}`,
		"half":      `{"value":["` + issuertest.Team + `"],"@odata.nextLink":"https://graph.microsoft.com/next"}`,
		"not JSON":  `<html>`,
		"not an id": `{"value":["team"]}`,
		"null":      `{"value":null}`,
		"too long":  `{"value":["` + strings.Repeat("x", maxGroupsBody) + `"]}`,
	} {
		w.server.SetGraph(issuertest.Service, answer)
		if c := w.mustPass(t, text); c.GroupsComplete || len(c.Groups) != 0 {
			t.Errorf("%s: groups %v, complete %t", name, c.Groups, c.GroupsComplete)
		}
		w.clock.step(groupsFailed)
	}
	lookups := w.server.Fetches("getMemberObjects")
	w.server.Down(true)
	for range 5 {
		if c := w.mustPass(t, text); c.GroupsComplete {
			t.Error("complete during an outage")
		}
	}
	if n := w.server.Fetches("getMemberObjects"); n != lookups+1 {
		t.Errorf("%d lookups in an outage", n-lookups)
	}
	w.server.Down(false)
	w.server.SetGroups(issuertest.Service, issuertest.Team)
	w.clock.step(groupsFailed)
	if c := w.mustPass(t, text); !c.GroupsComplete || len(c.Groups) != 1 {
		t.Error("still unknown after the outage")
	}
}

func TestGroupsOfOtherTenantsStayUnknown(t *testing.T) {
	s := file()
	byGroup(s)
	s.Gateway.Tokens.Tenants = []spec.GUID{issuertest.Other}
	w := newWorld(t, s, func(o *Options) { o.Directory = refuses{} })
	c := w.mustPass(t, w.server.Token(w.server.PersonClaims("1.0").With(issuertest.Claims{
		"tid": issuertest.Other, "iss": "https://sts.windows.net/" + issuertest.Other + "/"})))
	if c.GroupsComplete {
		t.Error("the groups of another tenant are known")
	}
}

// refuses is a directory that must not be asked.
type refuses struct{}

func (refuses) Groups(context.Context, string) ([]string, error) { panic("asked") }

func TestNoLookupWithoutGrantByGroup(t *testing.T) {
	s := file()
	byGroup(s)
	s.Access[0].Who = []spec.Who{{App: issuertest.Service}}
	w := newWorld(t, s, func(o *Options) { o.Directory = refuses{} })
	w.mustPass(t, w.server.PersonToken("2.0"))
}

// slow is a directory that counts and waits.
type slow struct {
	mu    sync.Mutex
	asked int
	gate  chan struct{}
}

func (s *slow) Groups(context.Context, string) ([]string, error) {
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	<-s.gate
	return []string{issuertest.Team}, nil
}

func TestOneLookupForAll(t *testing.T) {
	d := &slow{gate: make(chan struct{})}
	g := newGroupCache(d, time.Now)
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if groups, known := g.groups(background(), issuertest.Person); !known || len(groups) != 1 {
				t.Error("unknown")
			}
		})
	}
	impatient, cancel := context.WithTimeout(background(), time.Millisecond)
	defer cancel()
	if _, known := g.groups(impatient, issuertest.Person); known {
		t.Error("known before the answer")
	}
	close(d.gate)
	wait.Wait()
	if d.asked != 1 {
		t.Errorf("asked %d times", d.asked)
	}
}

func TestGroupCacheIsBounded(t *testing.T) {
	g := newGroupCache(fails{}, time.Now)
	for i := range maxDirectory + 10 {
		g.answers[fmt.Sprint(i)] = &groupAnswer{asked: time.Now(), kept: time.Hour}
	}
	g.groups(background(), issuertest.Person)
	if n := len(g.answers); n != 1 {
		t.Errorf("%d answers are kept", n)
	}
}

type fails struct{}

func (fails) Groups(context.Context, string) ([]string, error) { return nil, errors.New("no") }

func TestGraphToken(t *testing.T) {
	g := &Graph{URL: "https://graph.microsoft.com", Token: func(context.Context) (string, error) { return "", errors.New("no identity") }}
	if _, err := g.Groups(background(), issuertest.Person); err == nil || !strings.Contains(err.Error(), "no identity") {
		t.Errorf("got %v", err)
	}
	if _, err := g.Groups(background(), "../me"); err == nil {
		t.Error("an id that isn't one was asked for")
	}
}
