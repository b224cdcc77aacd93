package report

// Format names the shape of the JSON. It changes when a field changes its
// meaning or goes away, not when one is added.
const Format = "palisade-report/1"

// Report is all that a check found. Lists are in a fixed order: the same input
// gives the same report.
type Report struct {
	Format      string       `json:"format"`
	Version     string       `json:"version"` // of Palisade
	Summary     Summary      `json:"summary"`
	Deployments []Deployment `json:"deployments"`
	Findings    []Finding    `json:"findings"`  // broken rules, worst first
	Undecided   []Finding    `json:"undecided"` // rules that can't be decided, worst first
	// Accepted are broken or undecided rules that somebody answers for, worst
	// first. They aren't among the others, and don't count.
	Accepted []Finding `json:"accepted,omitempty"`
	Coverage Coverage  `json:"coverage"`
	Rules    []Rule    `json:"rules"` // all rules that were asked
}

// Summary is the report in numbers. A finding that several deployments share
// counts once.
type Summary struct {
	Findings   int    `json:"findings"`
	Critical   int    `json:"critical"`
	High       int    `json:"high"`
	Medium     int    `json:"medium"`
	Low        int    `json:"low"`
	Info       int    `json:"info"`
	Undecided  int    `json:"undecided"`
	Accounts   int    `json:"accounts"`           // that are declared, not only referred to
	Accepted   int    `json:"accepted,omitempty"` // findings that somebody answers for; they count as none of the above
	Gateways   int    `json:"gateways,omitempty"`
	Worst      string `json:"worst"`      // severity of the worst finding, or "none"
	NotRead    int    `json:"notRead"`    // files that couldn't be understood, wholly or in part
	Missing    int    `json:"missing"`    // things named that aren't there, such as modules, each once
	Successful bool   `json:"successful"` // all that was asked for could be read and understood
}

// Deployment is one entry point: a template, and what it is deployed with.
type Deployment struct {
	Name       string      `json:"name"`                 // as shown: the path, and the parameter file
	Path       string      `json:"path"`                 // of the template
	Parameters string      `json:"parameters,omitempty"` // parameter file
	Accounts   []Account   `json:"accounts"`
	Gateways   []Gateway   `json:"gateways,omitempty"`
	Open       []Parameter `json:"open,omitempty"`    // parameters without a value
	Assumed    []string    `json:"assumed,omitempty"` // what nobody said of where it is deployed
	// NotDeployed are the accounts that are declared and, with these
	// parameters, not deployed.
	NotDeployed []Declared `json:"notDeployed,omitempty"`
}

// Declared is an account that isn't deployed, and why.
type Declared struct {
	Symbol   string    `json:"symbol,omitempty"` // "" where the template has none
	Why      string    `json:"why"`
	Position *Position `json:"position,omitempty"`
}

// Parameter is a parameter of an entry point that has no value.
type Parameter struct {
	Name     string    `json:"name"`
	Values   []string  `json:"values,omitempty"` // all that it may be, where these are few
	Position *Position `json:"position,omitempty"`
}

// Position is a place in a file. Line and column count from 1, the column in
// bytes. The path is relative to the working directory where it is below it,
// and has forward slashes.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Finding is one result of a rule, or the same result in several deployments.
type Finding struct {
	Rule     string    `json:"rule"`     // id
	Name     string    `json:"name"`     // name of the rule
	Severity string    `json:"severity"` // critical | high | medium | low | info
	Message  string    `json:"message"`  // about the first of In
	Position *Position `json:"position,omitempty"`
	Proof    []Step    `json:"proof"`
	Fix      string    `json:"fix,omitempty"`
	// FailsIf are the values of parameters with which the rule is broken, such
	// as "open = true"; the message then tells of that case. Of undecided ones
	// only.
	FailsIf []string `json:"failsIf,omitempty"`
	// Because are the unknown things that would decide; of undecided ones only.
	Because []Cause `json:"because,omitempty"`
	// Accepted is why somebody answers for it; of accepted ones only.
	Accepted *Accepted `json:"accepted,omitempty"`
	In       []Place   `json:"in"`
}

// Accepted is why a finding is accepted, and until when.
type Accepted struct {
	Because  string    `json:"because"`
	Until    string    `json:"until,omitempty"` // the last day, such as 2027-06-30; "" where the reason doesn't end
	Position *Position `json:"position,omitempty"`
}

// Place is where a finding holds.
type Place struct {
	Deployment string `json:"deployment"`         // name of the deployment
	Resource   string `json:"resource,omitempty"` // id; "" for the whole deployment
	Account    string `json:"account,omitempty"`  // id of the account that it is about
	Gateway    string `json:"gateway,omitempty"`  // id of the gateway that it is about
}

// Step is one link of a proof.
type Step struct {
	Text     string    `json:"text"`
	Resource string    `json:"resource,omitempty"`
	Property string    `json:"property,omitempty"`
	Position *Position `json:"position,omitempty"`
}

// Cause is something that isn't known.
type Cause struct {
	Kind     string    `json:"kind"` // parameter | runtime | missing
	Name     string    `json:"name"`
	Why      string    `json:"why"`
	Position *Position `json:"position,omitempty"`
}

// Rule says what a rule is about.
type Rule struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Why      string    `json:"why"`
	Fix      string    `json:"fix"`
	Bicep    string    `json:"bicep,omitempty"` // the property that fixes it
	Severity string    `json:"severity"`
	Source   string    `json:"source"`
	Peers    []string  `json:"peers,omitempty"`
	Results  RuleCount `json:"results"`
}

// RuleCount counts the results of a rule over all deployments.
type RuleCount struct {
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	Pass          int `json:"pass"`
	NotApplicable int `json:"notApplicable"`
	Accepted      int `json:"accepted,omitempty"` // broken or undecided, and not counted above
}

// Coverage is what was looked at, and what wasn't understood.
type Coverage struct {
	Files       int          `json:"files"`             // templates and parameter files that were found
	Resources   int          `json:"resources"`         // that the deployments declare or refer to
	Skipped     []Skipped    `json:"skipped,omitempty"` // files that weren't checked on their own
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
}

// Skipped is a file that wasn't checked on its own, and why.
type Skipped struct {
	Path       string `json:"path"`
	Why        string `json:"why"`
	Parameters bool   `json:"parameters,omitempty"` // it is a parameter file whose values aren't used
}

// Diagnostic is one thing that is wrong with the input. An error or something
// missing leaves a hole in what was understood, a warning doesn't.
type Diagnostic struct {
	Severity string    `json:"severity"` // error | missing | warning
	Message  string    `json:"message"`
	Hint     string    `json:"hint,omitempty"`
	Position *Position `json:"position,omitempty"`
}
