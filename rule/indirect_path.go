package rule

import (
	"strings"

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

// lead is a chain as one of its holders takes it.
type lead struct {
	*access.Chain
	by *access.Holder
}

func judgeChains(s *Subject, a *estate.Account, chains []access.Chain) Result {
	surely, perhaps := leads(s, a, chains)
	switch {
	case len(surely) > 0:
		return fail(a.Resource, leadTexts(s, surely), leadSteps(s, surely)...)
	case len(perhaps) > 0:
		return unknown(a.Resource, "it may be that "+leadTexts(s, perhaps), leadDoubts(perhaps), leadSteps(s, perhaps)...)
	}
	return s.absent(a.Resource, pass(a.Resource, "no right elsewhere that was read leads to it"))
}

// leads are the first indirect ways of each principal: those that are sure, and
// those of principals without a sure one.
func leads(s *Subject, a *estate.Account, chains []access.Chain) (surely, perhaps []lead) {
	certain := map[string]bool{}
	maybe := map[string]bool{}
	for i := range chains {
		for j := range chains[i].Holders {
			l := lead{&chains[i], &chains[i].Holders[j]}
			key := holderName(s, l.by)
			switch {
			case !indirect(s, a, l):
			case l.by.Verdict == access.Allow && !certain[key]:
				certain[key] = true
				surely = append(surely, l)
			case l.by.Verdict == access.Unknown && !maybe[key]:
				maybe[key] = true
				perhaps = append(perhaps, l)
			}
		}
	}
	return surely, perhaps
}

// indirect reports whether a chain leads to the model from a right that isn't
// on the account or above it; those are for the rule on escalating roles.
func indirect(s *Subject, a *estate.Account, l lead) bool {
	if !l.Gain.Model() || len(l.Steps) == 0 || l.Steps[0].Resource == a.Key {
		return false
	}
	return l.by.Assignment == nil || s.Estate.Within(a.ID, l.by.Assignment.Scope()) != estate.Yes
}

// leadTexts says who gets how to the model.
func leadTexts(s *Subject, all []lead) string {
	texts := make([]string, len(all))
	for i, l := range all {
		first := l.Steps[0]
		texts[i] = holderName(s, l.by) + " " + shortIDs(s, first.Text) + " (" +
			estate.LastName(ownerID(s, first.Resource)) + ") and so has " + l.Gain.String()
	}
	return listing(texts)
}

func leadSteps(s *Subject, all []lead) []Step {
	const most = 5
	var steps []Step
	for _, l := range all[:min(len(all), most)] {
		if l.by.Assignment != nil {
			steps = append(steps, assignmentStep(s, l.by.Assignment))
		}
		for _, x := range l.Steps {
			text := shortIDs(s, x.Text)
			if x.By != nil {
				text = holderName(s, x.By) + " " + text
			}
			if x.Role != "" {
				text += " (" + x.Role + ")"
			}
			pos := x.Pos
			if on := s.Estate.Get(x.Resource); on != nil && !pos.IsValid() {
				pos = on.Pos
			}
			steps = append(steps, Step{text, ownerID(s, x.Resource), "", pos})
		}
	}
	return steps
}

// shortIDs puts the names of resources for their ids.
func shortIDs(s *Subject, text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if strings.HasPrefix(w, "/subscriptions/") {
			words[i] = estate.LastName(ownerID(s, w))
		}
	}
	return strings.Join(words, " ")
}

func leadDoubts(all []lead) []*arm.Unknown {
	var doubts []*arm.Unknown
	for _, l := range all {
		if l.by.Assignment != nil {
			doubts = append(doubts, assignmentDoubts(l.by.Assignment)...)
		}
	}
	return doubts
}
