package access

import (
	"iter"
	"strings"

	"palisade/estate"
)

// Reach is who can reach one account, from where, with what: every opening can
// be used by every holder, but for those that are for Azure services only.
type Reach struct {
	On       *estate.Resource
	Account  *estate.Account
	Models   []*estate.Deployment
	Openings []Opening
	Holders  []Holder
	// Several reports that the account is declared more than once; the verdicts
	// are then what this declaration would give.
	Several bool
}

// Path is one way to an account. Its verdict is that of Decide for the
// opening's source and the holder.
type Path struct {
	Account *estate.Account
	Opening *Opening
	Holder  *Holder
	Verdict Verdict
}

// Filter says which paths are asked for. The zero Filter asks for all.
type Filter struct {
	Account   string // id, or ""
	Model     string // name of a model or of its deployment, or ""
	Principal string // as Principal.ID, or ""
	Action    string // "" is chat completions
}

// Reaches returns what can be reached, account by account in the order of the
// estate. Accounts without openings or holders are among them, so that a report
// can say so. It costs near to linear time in holders and accounts.
func (w *World) Reaches(f Filter) iter.Seq[Reach] {
	return func(yield func(Reach) bool) {
		s := w.survey()
		for _, a := range w.estate.Accounts.All {
			if f.Account != "" && a.Key != estate.Key(f.Account) {
				continue
			}
			models := f.models(w, a)
			if f.Model != "" && len(models) == 0 {
				continue
			}
			if !yield(s.reach(a, models, &f)) {
				return
			}
		}
	}
}

// models are those of an account that the filter asks for.
func (f *Filter) models(w *World, a *estate.Account) []*estate.Deployment {
	all := w.estate.Deployments.Of(a.Key)
	if f.Model == "" {
		return all
	}
	var kept []*estate.Deployment
	for _, d := range all {
		if strings.EqualFold(d.Name, f.Model) || estate.Is(d.Model.Name, f.Model) != estate.No {
			kept = append(kept, d)
		}
	}
	return kept
}

func (s *survey) reach(a *estate.Account, models []*estate.Deployment, f *Filter) Reach {
	r := Reach{On: a.Resource, Account: a, Models: models, Several: len(a.Others) > 0}
	x := s.w.targetOf(a)
	if x == nil {
		return r
	}
	r.Openings = s.w.openings(x)
	r.Holders = s.callers(x, f)
	return r
}

func (w *World) targetOf(a *estate.Account) *target {
	found := w.assets[a.Key]
	if found == nil {
		return nil
	}
	for _, x := range found.targets {
		if x.account == a {
			return x
		}
	}
	return nil
}

// callers are those who can call an account: whoever has a key while keys work,
// and who has the data action while tokens do.
func (s *survey) callers(x *target, f *Filter) []Holder {
	var all []Holder
	if v := x.credential(Key, Source{}, nil); v != Deny && f.Principal == "" {
		all = append(all, Holder{Principal: Principal{Kind: KeyHolder}, Credential: Key, Verdict: v})
	}
	tokens := x.credential(Token, Source{}, nil)
	if tokens == Deny {
		return all
	}
	action := f.Action
	if action == "" {
		action = x.action
	}
	only := ""
	if f.Principal != "" {
		only = s.w.keyOf(Whoever(f.Principal))
	}
	for _, h := range s.holders(x.place, strings.ToLower(action), true) {
		if only == "" || h.Principal.ID == only {
			h.Verdict = h.Verdict.And(tokens)
			all = append(all, h)
		}
	}
	return all
}

// Paths are all pairs of an opening and a holder that can use it, openings
// first.
func (r *Reach) Paths() iter.Seq[Path] {
	return func(yield func(Path) bool) {
		for i := range r.Openings {
			for j := range r.Holders {
				p := Path{Account: r.Account, Opening: &r.Openings[i], Holder: &r.Holders[j]}
				if p.Verdict = p.verdict(); p.Verdict != Deny && !yield(p) {
					return
				}
			}
		}
	}
}

func (p *Path) verdict() Verdict {
	v := p.Opening.Verdict.And(p.Opening.Names.Or(Unknown)).And(p.Holder.Verdict)
	if p.Opening.Source.Kind == FromService {
		v = v.And(p.usableByService())
	}
	return v
}

// usableByService answers whether the holder can be the Azure service that the
// opening is for, which calls with its managed identity.
func (p *Path) usableByService() Verdict {
	h, source := p.Holder, p.Opening.Source.ID
	switch {
	case h.Credential == Key:
		return Deny
	case source != anyTrusted:
		return sure(estate.SameText(h.Principal.ID, estate.Key(source)))
	case h.Ref.Owner == "":
		return Unknown
	}
	return (&target{kind: accountKind}).trusts(h.Ref.Owner)
}
