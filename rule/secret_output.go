package rule

import (
	"fmt"

	"palisade/arm"
	"palisade/estate"
)

var secretOutput = &Rule{
	ID:    "PAL014",
	Name:  "secret-in-output",
	Title: "No output of a deployment holds a key or secret",
	Why: "Outputs are kept in the history of deployments: whoever may read the deployment (also a plain Reader) reads the " +
		"key there, long after.",
	Fix: "Remove the output; let callers use their managed identity, or read what has to be a secret from a key vault. " +
		"@secure() keeps an output out of the history.",
	Bicep:    "@secure()",
	Severity: High,
	Source:   "https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter-rule-outputs-should-not-contain-secrets",
	Peers:    []string{"PSRule Azure.Deployment.OutputSecretValue", "MCSB IM-8"},
	Check:    checkOutputs,
}

func checkOutputs(s *Subject) []Result {
	var results []Result
	var unreadable []*arm.Unknown
	clean := 0
	for _, o := range s.Estate.Outputs {
		found := secretsIn(s, o.Value, o.Secrets)
		switch {
		case len(found) > 0:
			results = append(results, judgeOutput(s, o, found))
		case unread(o.Value) != nil:
			unreadable = append(unreadable, unread(o.Value))
		default:
			clean++
		}
	}
	if n := len(unreadable); n > 0 {
		results = append(results, Result{Status: Unknown, DependsOn: roots(unreadable),
			Message: fmt.Sprintf("what is in other outputs (%d) couldn't be read: %s", n, unreadable[0].Why())})
	}
	if clean > 0 {
		results = append(results, Result{Status: Pass, Message: fmt.Sprintf("no key or secret is in the other outputs (%d)", clean)})
	}
	return results
}

func judgeOutput(s *Subject, o estate.Output, found []secretIn) Result {
	steps := append([]Step{{"output " + o.Name + " is written here", o.Deployment, "outputs." + o.Name, o.Pos}},
		secretSteps(found, o.Deployment, "outputs."+o.Name)...)
	r := Result{Resource: o.Deployment, Pos: o.Pos, Proof: steps}
	if o.Secure {
		r.Status, r.Message = Pass, "output "+o.Name+" holds "+secretNames(found)+", and is secure, so that it isn't kept"
		return r
	}
	r.Status, r.Message = Fail, "output "+o.Name+" holds "+secretNames(found)
	return r.level(secretLevel(s, found, High))
}
