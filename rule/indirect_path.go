package rule

import (

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var indirectPath = &Rule{
	ID:    "PAL026",
	Name:  "indirect-path",
	Title: "No right elsewhere leads to the model",
	Why: "A right to publish code to an app, to attach an identity, or to read the place where a key is kept is a right to " +
		"the model, though no role on the account shows it.",
	Fix: "Take the first right of the chain away, or give it to those only who may use the model anyway; don't keep keys " +
		"where it leads.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/role-based-access-control/best-practices",
	Peers:    []string{"MCSB PA-7"},
	Check:    checkIndirectPaths,
}

func checkIndirectPaths(s *Subject) []Result {
	var results []Result
	for a, chains := range s.World.EveryChain() {
		r := judgeChains(s, a, chains)
		if !a.Referred {
			r = ofKind(a, r)
		}
		results = append(results, r)
	}
	return results
}

func judgeChains(s *Subject, a *estate.Account, chains []access.Chain) Result {
	var surely, perhaps []access.Chain
	for _, c := range chains {
		switch {
		case !indirect(s, a, c):
		case c.Verdict == access.Allow:
			surely = append(surely, c)
		default:
			perhaps = append(perhaps, c)
		}
	}
	switch {
	case len(surely) > 0:
		return fail(a.Resource, chainTexts(s, surely), chainSteps(s, surely)...)
	case len(perhaps) > 0:
		return unknown(a.Resource, "it may be that "+chainTexts(s, perhaps), chainDoubts(perhaps), chainSteps(s, perhaps)...)
	}
	return s.absent(a.Resource, pass(a.Resource, "no right elsewhere that was read leads to it"))
}

// indirect reports whether a chain leads to the model from a right that isn't
// on the account or above it; those are for the rule on escalating roles.
func indirect(s *Subject, a *estate.Account, c access.Chain) bool {
	first := c.Steps[0]
	if !c.Gain.Model() || first.Resource == a.Key {
		return false
	}
	return first.Assignment == nil || s.Estate.Within(a.ID, first.Assignment.Scope()) != estate.Yes
}

// chainTexts says who gets how to the model, one chain for each principal.
func chainTexts(s *Subject, chains []access.Chain) string {
	var texts []string
	seen := map[string]bool{}
	for _, c := range chains {
		if seen[c.Ref.Key] {
			continue
		}
		seen[c.Ref.Key] = true
		first := c.Steps[0]
		texts = append(texts, principalName(s, c.Ref)+" "+first.Text+" on "+estate.LastName(ownerID(s, first.Resource))+
			" and so has "+c.Gain.String())
	}
	return listing(texts)
}

func chainSteps(s *Subject, chains []access.Chain) []Step {
	const most = 5
	var steps []Step
	for _, c := range chains[:min(len(chains), most)] {
		for i, x := range c.Steps {
			text := x.Text
			if i == 0 {
				text = principalName(s, c.Ref) + " " + text
			}
			if x.Role != "" {
				text += " (" + x.Role + ")"
			}
			steps = append(steps, Step{text, x.Resource, "", x.Pos})
		}
	}
	return steps
}

func chainDoubts(chains []access.Chain) []*arm.Unknown {
	var all []*arm.Unknown
	for _, c := range chains {
		for _, x := range c.Steps {
			if x.Assignment != nil {
				all = append(all, assignmentDoubts(x.Assignment)...)
			}
		}
	}
	return all
}

