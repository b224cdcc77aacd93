package rule

import (
	"time"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

// Severity is how bad a broken rule is.
type Severity int

const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

func (s Severity) String() string { return severityNames[s] }

// Status is what a rule found at one subject. The zero value is Unknown, which
// is never green.
type Status int

const (
	// Unknown: something that decides isn't known; Message says what.
	Unknown Status = iota
	// Fail: the practice is broken; Proof shows how.
	Fail
	// Pass: the practice holds; Proof shows why.
	Pass
	// NotApplicable: the estate has nothing that the rule is about.
	NotApplicable
)

func (s Status) String() string {
	return [...]string{"unknown", "fail", "pass", "not applicable"}[s]
}

// Rule is one practice. All but Check is data, for reports.
type Rule struct {
	ID       string // PAL and three digits; never used again for another rule
	Name     string // short name in kebab case, for SARIF and for suppressing
	Title    string // the practice, as a statement
	Why      string // what goes wrong without it
	Fix      string // what to do
	Bicep    string // the property that does it, as a line of Bicep, or ""
	Severity Severity
	Source   string   // where the practice or the behaviour is documented
	Peers    []string // the same practice in other tools, as "tool id"
	Check    func(*Subject) []Result
}

// Subject is what rules look at: one estate, with its access compiled once.
type Subject struct {
	Estate *estate.Estate
	World  *access.World
	// Now is the day that retirement dates are compared with. The zero time
	// means that no day is given: what depends on it is then Unknown.
	Now time.Time
	// Missing is what couldn't be read, such as modules. What a rule doesn't
	// find may be in there, so that it can't say that it isn't there.
	Missing []arm.Diagnostic
}

// Result is what a rule found at one resource.
type Result struct {
	Status   Status
	Resource string // id of the resource that the result is about, "" for the estate
	// Message is one sentence about this resource, without a full stop. For
	// Unknown it says what would have to be known.
	Message string
	Pos     arm.Pos
	Proof   []Step
	// Severity replaces the rule's where this case is better or worse.
	Severity *Severity
	// Fix replaces the rule's where this case needs something else.
	Fix string
	// FailsIf are the values of parameters with which the rule is broken, such
	// as "open = true"; Message and Proof then tell of that case. For Unknown
	// only, where such values were tried.
	FailsIf []string
	// DependsOn are the unknown values that would decide; set for Unknown,
	// where such values are known.
	DependsOn []*arm.Unknown
}

// Step is one link of a proof: what a resource says, and where.
type Step struct {
	Text     string
	Resource string
	Property string
	Pos      arm.Pos
}

// Finding is a result together with its rule.
type Finding struct {
	Rule *Rule
	Result
	// Accepted is why somebody answers for it, or nil.
	Accepted *Accepted
}

// Accepted says that a finding is known and accepted.
type Accepted struct {
	Because string
	Until   string  // the last day, such as 2027-06-30, or "" where the reason doesn't end
	Pos     arm.Pos // where that is written
}

// Level is the severity of this finding.
func (f Finding) Level() Severity {
	if f.Result.Severity != nil {
		return *f.Result.Severity
	}
	return f.Rule.Severity
}

// HowToFix is what to do about this finding.
func (f Finding) HowToFix() string {
	if f.Result.Fix != "" {
		return f.Result.Fix
	}
	return f.Rule.Fix
}

// Run asks every rule. The findings come in the order of the rules, and for
// each rule in the order of the estate.
func Run(rules []*Rule, s *Subject) []Finding {
	var out []Finding
	for _, r := range rules {
		results := r.Check(s)
		if len(results) == 0 {
			results = []Result{{Status: NotApplicable, Message: "the estate has nothing that this is about"}}
		}
		for _, result := range results {
			out = append(out, Finding{Rule: r, Result: result})
		}
	}
	return out
}
