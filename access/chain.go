package access

import (
	"iter"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// Gain is what a chain ends with.
type Gain uint8

const (
	GainKey       Gain = iota // a key of the account
	GainToken                 // the data action, by a role or an identity
	GainGateway               // calls through a gateway that can call the account
	GainNetwork               // the account's network rules are its to open
	GainGuardrail             // the content filter, or the model behind a name
	GainBlindness             // logs and alerts are its to turn off
	GainUnguarded             // locks and the like are its to remove
)

func (g Gain) String() string {
	return [...]string{"a key", "the right to call", "calls through a gateway", "the network rules",
		"the guardrails", "the logs", "the locks"}[g]
}

// Model reports whether the gain lets its holder call the model, once the
// network lets it in; the others only make way.
func (g Gain) Model() bool { return g <= GainGateway }

// Chain is how a principal gets from the rights that it has to something on an
// account that they don't name. It doesn't judge the network: whether a vault
// on the way, or in the end the account, can be reached from where the
// principal is, is another question.
type Chain struct {
	Account string // key
	Gain    Gain
	Steps   []Step // in the order in which they are taken
	// Holders are those who can take the first step; each is the proof of its
	// right to, and its verdict is that of the whole chain, never Deny.
	Holders []Holder
}

// Step is one right that is used.
type Step struct {
	Edge     string // id of the right in the table, such as keys.list
	Action   string
	Resource string // key of what the right is used on
	Verdict  Verdict
	Text     string // what the principal does
	Role     string // name of a role that it assigns to itself, or ""
	// By is who takes the step and the proof of its right; nil for the first
	// step, which is for Chain.Holders, and for what needs no right.
	By  *Holder
	Pos arm.Pos
}

// chainSteps bounds the length of a chain, and chainGoals how many things are
// looked at on the way to one account.
const (
	chainSteps = 6
	chainGoals = 2000
)

// Chains returns the chains that end at an account. Those
// that go through the same identity are told for the shortest way from it, and
// a principal that can assign itself a role to reach the model is told once.
func (w *World) Chains(account string) []Chain {
	a := w.estate.Accounts.Get(account)
	if a == nil {
		return nil
	}
	return w.survey().chains(a)
}

// EveryChain returns the chains of all accounts. It is faster than asking for
// one after the other.
func (w *World) EveryChain() iter.Seq2[*estate.Account, []Chain] {
	return func(yield func(*estate.Account, []Chain) bool) {
		s := w.survey()
		for _, a := range w.estate.Accounts.All {
			if !yield(a, s.chains(a)) {
				return
			}
		}
	}
}

// goal is something worth having on the way to an account.
type goal struct {
	kind goalKind
	key  string // of the resource that it is about
}

type goalKind uint8

const (
	goalAccount  goalKind = iota // any gain on the account
	goalIdentity                 // to be the identity of a resource
)

// way is one right that reaches a goal.
type way struct {
	*edge
	on   string // key of the resource that the right is needed on
	gain Gain   // where the goal is the account itself
	most Verdict
	// need is another action that the same principal must have on the same
	// resource, or "".
	need string
}

// hunt looks for the chains to one account, from the account backwards.
type hunt struct {
	s       *survey
	account *estate.Account
	x       *target
	seen    map[goal]Verdict // best verdict of the steps that a goal was pushed with
	queue   []pending
	found   []Chain
	// assigns is how sure those are who can assign themselves a role that ends
	// at the model, by principal.
	assigns map[string]Verdict
}

// pending is a goal and the steps that lead from it to the account.
type pending struct {
	goal
	gain Gain
	then []Step
}

func (s *survey) chains(a *estate.Account) []Chain {
	h := &hunt{s: s, account: a, x: s.w.targetOf(a), seen: map[goal]Verdict{}, assigns: map[string]Verdict{}}
	if h.x == nil {
		return nil
	}
	h.keepers()
	at := pending{goal: goal{goalAccount, a.Key}}
	for _, way := range h.accountWays() {
		h.take(at, way)
	}
	for done := 0; len(h.queue) > 0 && done < chainGoals; done++ {
		at, h.queue = h.queue[0], h.queue[1:]
		h.outside(at)
		for _, way := range h.identityWays(at.key) {
			h.take(at, way)
		}
	}
	return h.found
}

// take follows one way to a goal: from those who have the right, and from those
// who can give it to themselves.
func (h *hunt) take(at pending, way way) {
	gain := at.gain
	if at.kind == goalAccount {
		gain = way.gain
	}
	all := h.s.holdersOf(way.on, way.lower, way.data)
	steps := append([]Step{way.step()}, at.then...)
	h.arrive(gain, steps, atMost(h.s.able(all, way), least(steps)))
	h.guarded(gain, steps, way, all)
	if gain.Model() && len(steps) < chainSteps {
		h.assigned(at, gain, way)
	}
}

// able are the holders who have all that a way takes.
func (s *survey) able(all []Holder, way way) []Holder {
	if way.need == "" && len(way.with) == 0 {
		return all
	}
	key := ableKey{way.id, way.on, way.need}
	if found, ok := s.ables[key]; ok {
		return found
	}
	var kept []Holder
	for _, holder := range all {
		if holder.Verdict = holder.Verdict.And(s.has(&holder, way)); holder.Verdict != Deny {
			kept = append(kept, holder)
		}
	}
	s.ables[key] = kept
	return kept
}

// ableKey is what the answer of able depends on.
type ableKey struct{ edge, on, need string }

// atMost caps the verdicts of holders.
func atMost(all []Holder, most Verdict) []Holder {
	if most == Allow || len(all) == 0 {
		return all
	}
	if most == Deny {
		return nil
	}
	kept := make([]Holder, len(all))
	for i, h := range all {
		h.Verdict = h.Verdict.And(most)
		kept[i] = h
	}
	return kept
}

// has answers whether a holder has the other actions that a way takes.
func (s *survey) has(holder *Holder, way way) Verdict {
	if way.need != "" {
		subject := s.w.subject(holder.Principal)
		return s.w.grant(&subject, s.place(way.on), strings.ToLower(way.need), false, nil)
	}
	if len(way.with) == 0 {
		return Allow
	}
	// The estate needn't show where else the principal may do these things.
	v := Unknown
	p := s.place(estate.Parent(way.on))
	for _, action := range way.with {
		if best, ok := s.upward(p.scopes, action, false).best(holder.Principal.ID); ok {
			v = v.Or(best.Verdict)
		}
	}
	return v
}

func (w way) step() Step {
	return Step{Edge: w.id, Action: w.action, Resource: w.on, Verdict: w.most, Text: w.text}
}

// arrive notes a chain, and goes on to those who can become one of its holders.
func (h *hunt) arrive(gain Gain, steps []Step, holders []Holder) {
	if len(holders) == 0 {
		return
	}
	h.found = append(h.found, Chain{h.account.Key, gain, steps, holders})
	if !gain.Model() || len(steps) >= chainSteps {
		return
	}
	for i := range holders {
		if by := &holders[i]; by.Ref != nil && by.Ref.Owner != "" {
			h.push(by, gain, steps)
		}
	}
}

// push adds an identity that one may want to become, unless it was looked at
// with steps as sure as these.
func (h *hunt) push(by *Holder, gain Gain, steps []Step) {
	g := goal{goalIdentity, by.Principal.ID}
	if by.Verdict <= h.seen[g] || estate.TypeOf(g.key) == "" {
		return
	}
	h.seen[g] = by.Verdict
	then := append([]Step(nil), steps...)
	then[0].By, then[0].Verdict = by, then[0].Verdict.And(by.Verdict)
	h.queue = append(h.queue, pending{g, gain, then})
}

// least is the verdict of steps that are all taken.
func least(steps []Step) Verdict {
	v := Allow
	for i := range steps {
		v = v.And(steps[i].Verdict)
	}
	return v
}
