package rule

import (
	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var keysObtainable = &Rule{
	ID:    "PAL003",
	Name:  "keys-obtainable",
	Title: "Nobody can read keys that work",
	Why: "A role that lists keys is worth every data action while keys work, whatever else it gives: its holder can use " +
		"the model, and pass the key on, without any role for that.",
	Fix: "Set disableLocalAuth to true; or replace the role by one without listKeys, such as Cognitive Services OpenAI " +
		"User (5e0bd9bd-7b93-4f28-af87-19fc36ad61bd).",
	Bicep:    "disableLocalAuth: true",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/role-based-access-control",
	Peers:    []string{"MCSB PA-7", "Azure review checklist AI.97"},
	Check:    accountsAnywhere(checkKeysObtainable),
}

const actionListKeys = "Microsoft.CognitiveServices/accounts/listKeys/action"

func checkKeysObtainable(s *Subject, a *estate.Account) Result {
	off := estate.True(a.DisableLocalAuth)
	if off == estate.Yes {
		return pass(a.Resource, "keys are refused, so that a key that is read is worth nothing",
			says(a.Resource, disableLocalAuth, a.DisableLocalAuth)...)
	}
	surely, perhaps := keyReaders(s, a)
	proof := says(a.Resource, disableLocalAuth, a.DisableLocalAuth)
	switch {
	case len(surely) > 0 && off == estate.No:
		return fail(a.Resource, holderNames(s, surely)+" can read keys that work", append(proof, holderSteps(s, surely)...)...)
	case len(surely) > 0 && a.Referred:
		return unknown(a.Resource, holderNames(s, surely)+" can read keys, which work unless disableLocalAuth is true; "+
			declaredElsewhere, nil, holderSteps(s, surely)...)
	case len(surely) > 0:
		return unknown(a.Resource, holderNames(s, surely)+" can read keys that work unless disableLocalAuth = true",
			[]*arm.Unknown{a.DisableLocalAuth.Unknown}, append(proof, holderSteps(s, surely)...)...)
	case len(perhaps) > 0:
		return unknown(a.Resource, holderNames(s, perhaps)+" may be able to read keys that work",
			doubts(perhaps), append(proof, holderSteps(s, perhaps)...)...)
	}
	return s.absent(a.Resource, pass(a.Resource, "no role that was read lists its keys", proof...))
}

// keyReaders are those who can list the keys of an account, and who may.
func keyReaders(s *Subject, a *estate.Account) (surely, perhaps []access.Holder) {
	for _, h := range s.World.Holders(a.ID, actionListKeys, false) {
		if h.Verdict == access.Allow {
			surely = append(surely, h)
		} else {
			perhaps = append(perhaps, h)
		}
	}
	return surely, perhaps
}

func holderNames(s *Subject, holders []access.Holder) string {
	names := make([]string, len(holders))
	for i, h := range holders {
		names[i] = holderName(s, &h)
		if h.Assignment != nil {
			names[i] += " (" + roleNames(s, h.Assignment) + ")"
		}
	}
	return listing(names)
}

func holderSteps(s *Subject, holders []access.Holder) []Step {
	const most = 10
	var steps []Step
	for _, h := range holders[:min(len(holders), most)] {
		if h.Assignment != nil {
			steps = append(steps, assignmentStep(s, h.Assignment))
		}
	}
	return steps
}

// doubts is what isn't known about the assignments of holders.
func doubts(holders []access.Holder) []*arm.Unknown {
	var all []*arm.Unknown
	for _, h := range holders {
		if h.Assignment != nil {
			all = append(all, assignmentDoubts(h.Assignment)...)
		}
	}
	return all
}
