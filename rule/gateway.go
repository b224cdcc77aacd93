package rule

import (
	"fmt"

	"palisade/arm"
	"palisade/estate"
)

// guards makes a check of all gateways that palisade serve runs out of one of a
// single gateway. One that may not be there passes or isn't known.
func guards(check func(*Subject, *estate.Guard) []Result) func(*Subject) []Result {
	return func(s *Subject) []Result {
		var results []Result
		for _, g := range s.Estate.Guards.All {
			if g.Referred {
				results = append(results, unknown(g.Resource, "the gateway is declared elsewhere and only referred to here", nil))
				continue
			}
			for _, r := range check(s, g) {
				results = append(results, ifMade(g.Resource, r))
			}
		}
		return results
	}
}

// ifMade is r about something that stands in a resource: it fails only where
// the resource is there.
func ifMade(on *estate.Resource, r Result) Result {
	if r.Status != Fail || on.Maybe == nil {
		return r
	}
	return unknown(on, r.Message+", if it is made", append(r.DependsOn, on.Maybe), r.Proof...)
}

// upstream is where a gateway sends the calls of a model.
type upstream struct {
	model *estate.GuardModel
	estate.GuardUpstream
	sure bool // in the list for sure
}

// upstreamsOf are those of all models of a gateway; open is why there may be
// others, or nil.
func upstreamsOf(s *Subject, g *estate.Guard) (all []upstream, open *arm.Unknown) {
	for _, m := range s.Estate.GuardModels.Of(g.Key) {
		for i, u := range m.Upstreams.Each() {
			all = append(all, upstream{m, u, i < len(m.Upstreams.Items) && sure(m.Resource)})
		}
		if m.Upstreams.Open {
			open = m.Upstreams.Unknown
		}
	}
	return all, open
}

// name is an upstream as a person knows it.
func (u *upstream) name() string {
	to := u.URL.String()
	if !u.URL.Set {
		to = "the account " + estate.LastName(u.Account.ID)
		if !u.Account.Set {
			to = "its " + u.Kind.String() + " upstream"
		}
	}
	return fmt.Sprintf("model %s at %s", u.model.Name, to)
}

// eachUpstream asks about each upstream of a gateway. Those that ask says
// nothing of, by a result without a message, are left out.
func eachUpstream(ask func(*upstream) Result) func(*Subject, *estate.Guard) []Result {
	return func(s *Subject, g *estate.Guard) []Result {
		var results []Result
		all, open := upstreamsOf(s, g)
		for i := range all {
			r := ask(&all[i])
			if r.Message == "" {
				continue
			}
			if r.Status == Fail && !all[i].sure {
				r = unknown(all[i].model.Resource, r.Message+", if it is there", []*arm.Unknown{all[i].model.Maybe, all[i].model.Upstreams.Unknown}, r.Proof...)
			}
			r.Resource = g.ID
			results = append(results, r)
		}
		if open != nil {
			results = append(results, unknown(g.Resource, "not all upstreams are known", []*arm.Unknown{open}))
		}
		if len(results) == 0 {
			results = append(results, notApplicable(g.Resource, "no upstream of the gateway is asked about"))
		}
		return results
	}
}
