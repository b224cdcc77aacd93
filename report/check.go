package report

import (
	"time"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/rule"
)

// Options is what is the same for the whole report.
type Options struct {
	Version string
	// Dir is the working directory, absolute: positions below it are shown
	// relative to it. "" leaves names as they are.
	Dir   string
	Rules []*rule.Rule // all that were asked
}

// Check is what came of one entry point.
type Check struct {
	Template    string // path
	Parameters  string // path of the parameter file, or ""
	Estate      *estate.Estate
	World       *access.World
	Findings    []rule.Finding // of all rules, in all states
	Resources   int            // that the template declares or refers to
	Diagnostics []arm.Diagnostic
	Open        []Open
	Assumed     []string
	NotDeployed []NotDeployed // accounts
	Now         time.Time     // when gateways are called; zero where that isn't known
}

// NotDeployed is a resource that is declared and, with these parameters, not
// deployed. It has the shape of template.NotDeployed, and is converted from it.
type NotDeployed struct {
	Type, Symbol string
	EmptyLoop    bool
	Pos          arm.Pos
}

// Open is a parameter of the entry point that has no value. It has the shape
// of template.OpenParameter, and is converted from it.
type Open struct {
	Name   string
	Values []arm.Value
	Pos    arm.Pos
}

// Part is one entry point in the words of the report.
type Part struct {
	deployment  Deployment
	findings    []found
	counts      []RuleCount // by rule, in the order of Options.Rules
	resources   int
	diagnostics []Diagnostic
}

// found is a finding of one deployment, with the key that is the same in other
// deployments.
type found struct {
	Finding
	status rule.Status
	key    string
}

// NewPart puts a check into the words of the report. It keeps nothing of the
// estate, and may run for several checks at once.
func NewPart(o Options, c Check) *Part {
	d := Deployment{
		Path: o.path(c.Template), Parameters: o.path(c.Parameters),
		Accounts: []Account{}, Assumed: c.Assumed,
	}
	d.Name = d.Path
	if d.Parameters != "" {
		d.Name += " with " + d.Parameters
	}
	for _, p := range c.Open {
		d.Open = append(d.Open, o.parameter(p))
	}
	for _, n := range c.NotDeployed {
		d.NotDeployed = append(d.NotDeployed, o.notDeployed(n))
	}
	if c.Estate != nil && c.World != nil {
		d.Accounts = o.accounts(c.Estate, c.World)
		d.Gateways = o.gateways(c.Estate, c.World, c.Now)
	}
	p := &Part{deployment: d, resources: c.Resources, counts: o.count(c.Findings)}
	for _, f := range c.Findings {
		if f.Status == rule.Fail || f.Status == rule.Unknown {
			p.findings = append(p.findings, o.finding(c.Estate, d.Name, f))
		}
	}
	for _, x := range c.Diagnostics {
		p.diagnostics = append(p.diagnostics, o.diagnostic(x))
	}
	return p
}

func (o Options) parameter(p Open) Parameter {
	out := Parameter{Name: p.Name, Position: o.position(p.Pos)}
	for _, v := range p.Values {
		out.Values = append(out.Values, v.Text())
	}
	return out
}

func (o Options) notDeployed(n NotDeployed) Declared {
	why := "its condition or its module's is false"
	if n.EmptyLoop {
		why = "its loop or its module's has no turns"
	}
	return Declared{Symbol: n.Symbol, Why: why, Position: o.position(n.Pos)}
}

// count counts results by rule.
func (o Options) count(findings []rule.Finding) []RuleCount {
	counts := make([]RuleCount, len(o.Rules))
	index := make(map[*rule.Rule]int, len(o.Rules))
	for i, r := range o.Rules {
		index[r] = i
	}
	for _, f := range findings {
		i, ok := index[f.Rule]
		if !ok {
			continue
		}
		c := &counts[i]
		if f.Accepted != nil {
			c.Accepted++
			continue
		}
		switch f.Status {
		case rule.Fail:
			c.Fail++
		case rule.Pass:
			c.Pass++
		case rule.NotApplicable:
			c.NotApplicable++
		default:
			c.Unknown++
		}
	}
	return counts
}

var diagnosticNames = [...]string{arm.Error: "error", arm.Missing: "missing", arm.Warning: "warning"}

func (o Options) diagnostic(d arm.Diagnostic) Diagnostic {
	return Diagnostic{
		Severity: diagnosticNames[d.Severity], Message: d.Message, Hint: d.Hint,
		Position: o.position(d.Pos),
	}
}
