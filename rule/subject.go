package rule

import (
	"slices"
	"strings"

	"palisade/estate"
)

// modelKinds are the kinds of account that serve Azure OpenAI models.
var modelKinds = []string{"OpenAI", "AIServices"}

// declaredElsewhere ends the message about an account that is only referred to.
const declaredElsewhere = "the account is declared elsewhere and only referred to here"

// accounts makes a check of all accounts that serve models out of one of a
// single account. Those that are declared elsewhere are Unknown.
func accounts(check func(*Subject, *estate.Account) Result) func(*Subject) []Result {
	return func(s *Subject) []Result {
		var results []Result
		for _, a := range s.Estate.Accounts.All {
			if a.Referred {
				results = append(results, unknown(a.Resource, declaredElsewhere, nil))
				continue
			}
			results = append(results, ofKind(a, check(s, a)))
		}
		return results
	}
}

// accountsAnywhere is accounts, but also asks about accounts that are declared
// elsewhere: for checks of what stands around an account.
func accountsAnywhere(check func(*Subject, *estate.Account) Result) func(*Subject) []Result {
	return func(s *Subject) []Result {
		var results []Result
		for _, a := range s.Estate.Accounts.All {
			r := check(s, a)
			if !a.Referred {
				r = ofKind(a, r)
			}
			results = append(results, r)
		}
		return results
	}
}

// ofKind is r for an account of a kind that serves models; for another kind it
// doesn't apply, and where the kind isn't known nothing but a pass is sure.
func ofKind(a *estate.Account, r Result) Result {
	switch estate.Is(a.Kind, modelKinds...) {
	case estate.Yes:
		return r
	case estate.No:
		return notApplicable(a.Resource, "an account of kind "+a.Kind.String()+" serves no OpenAI models")
	}
	if r.Status == Pass || r.Status == NotApplicable {
		return r
	}
	depends := append(r.DependsOn, a.Kind.Unknown)
	return unknown(a.Resource, "if kind is OpenAI or AIServices: "+r.Message, depends, r.Proof...)
}

// ServesModels reports whether accounts of a kind serve Azure OpenAI models. A
// kind that isn't known ("") may.
func ServesModels(kind string) bool {
	if kind == "" {
		return true
	}
	return slices.ContainsFunc(modelKinds, func(k string) bool { return strings.EqualFold(k, kind) })
}

// servesModels answers whether an account is of a kind that serves models. One
// that is declared elsewhere is taken for one: something here refers to it.
func servesModels(a *estate.Account) estate.Answer {
	if a.Referred {
		return estate.Unsure
	}
	return estate.Is(a.Kind, modelKinds...)
}

// absent is r, which says that something isn't there, unless that can't be
// said because not everything could be read.
func (s *Subject) absent(on *estate.Resource, r Result) Result {
	if len(s.Missing) == 0 {
		return r
	}
	return unknown(on, r.Message+", as far as could be read: "+s.Missing[0].Message, nil, r.Proof...)
}

// sure reports whether a resource will exist as it is declared here.
func sure(r *estate.Resource) bool { return r.Maybe == nil && !r.Referred }
