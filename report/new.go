package report

import (
	"cmp"
	"slices"

	"palisade/rule"
)

// Files is what was found on the way to the entry points.
type Files struct {
	Count    int       // templates and parameter files
	Skipped  []Skipped // files that aren't checked on their own
	Problems []Problem // files that can't be read
}

// Problem is a file that can't be read, and why.
type Problem struct {
	Path, Why string
}

// New puts the parts together. Their order is kept.
func New(o Options, files Files, parts []*Part) *Report {
	r := &Report{
		Format: Format, Version: o.Version,
		Deployments: []Deployment{}, Findings: []Finding{}, Undecided: []Finding{}, Rules: []Rule{},
		Coverage: Coverage{Files: files.Count},
	}
	for _, p := range parts {
		r.Deployments = append(r.Deployments, p.deployment)
		r.Coverage.Resources += p.resources
	}
	r.Findings = merge(parts, func(f *found) bool { return f.Accepted == nil && f.status == rule.Fail })
	r.Undecided = merge(parts, func(f *found) bool { return f.Accepted == nil && f.status == rule.Unknown })
	if accepted := merge(parts, func(f *found) bool { return f.Accepted != nil }); len(accepted) > 0 {
		r.Accepted = accepted
	}
	for i, x := range o.Rules {
		r.Rules = append(r.Rules, describe(x, i, parts))
	}
	for _, s := range files.Skipped {
		r.Coverage.Skipped = append(r.Coverage.Skipped, Skipped{o.path(s.Path), s.Why, s.Parameters})
	}
	r.Coverage.Diagnostics = diagnostics(o, files.Problems, parts)
	r.Summary = r.summarize()
	return r
}

func describe(x *rule.Rule, index int, parts []*Part) Rule {
	out := Rule{
		ID: x.ID, Name: x.Name, Title: x.Title, Why: x.Why, Fix: x.Fix, Bicep: x.Bicep,
		Severity: x.Severity.String(), Source: x.Source, Peers: x.Peers,
	}
	for _, p := range parts {
		c := p.counts[index]
		out.Results.Fail += c.Fail
		out.Results.Unknown += c.Unknown
		out.Results.Pass += c.Pass
		out.Results.NotApplicable += c.NotApplicable
		out.Results.Accepted += c.Accepted
	}
	return out
}

// merge collects the findings of one kind; the same one in several places
// becomes one with all of them.
func merge(parts []*Part, is func(*found) bool) []Finding {
	out := []Finding{}
	index := map[string]int{}
	for _, p := range parts {
		for i := range p.findings {
			f := &p.findings[i]
			if !is(f) {
				continue
			}
			if j, ok := index[f.key]; ok {
				if last := out[j].In[len(out[j].In)-1]; last != f.In[0] {
					out[j].In = append(out[j].In, f.In...)
				}
				continue
			}
			index[f.key] = len(out)
			out = append(out, f.Finding)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(rank(b.Severity)-rank(a.Severity), comparePositions(a.Position, b.Position), cmp.Compare(a.Rule, b.Rule))
	})
	return out
}

// severities are the names of severities, the mildest first.
var severities = []string{"info", "low", "medium", "high", "critical"}

// rank orders severities; what isn't one ranks below all.
func rank(severity string) int { return slices.Index(severities, severity) }

// diagnostics collects what is wrong with the input, each thing once: files
// are read once but take part in many deployments.
func diagnostics(o Options, problems []Problem, parts []*Part) []Diagnostic {
	type key struct {
		severity, message string
		at                Position
	}
	var out []Diagnostic
	seen := map[key]bool{}
	add := func(d Diagnostic) {
		k := key{severity: d.Severity, message: d.Message}
		if d.Position != nil {
			k.at = *d.Position
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, d)
		}
	}
	for _, p := range problems {
		add(Diagnostic{Severity: "error", Message: p.Why, Position: &Position{o.path(p.Path), 1, 1}})
	}
	for _, p := range parts {
		for _, d := range p.diagnostics {
			add(d)
		}
	}
	slices.SortStableFunc(out, func(a, b Diagnostic) int { return comparePositions(a.Position, b.Position) })
	return out
}

// summarize counts.
func (r *Report) summarize() Summary {
	s := Summary{Findings: len(r.Findings), Undecided: len(r.Undecided), Accepted: len(r.Accepted), Worst: "none", Successful: true}
	if len(r.Findings) > 0 {
		s.Worst = r.Findings[0].Severity
	}
	bySeverity := []*int{&s.Info, &s.Low, &s.Medium, &s.High, &s.Critical}
	for _, f := range r.Findings {
		if i := rank(f.Severity); i >= 0 {
			*bySeverity[i]++
		}
	}
	for _, d := range r.Deployments {
		s.Gateways += len(d.Gateways)
		for _, a := range d.Accounts {
			if !a.Referred {
				s.Accounts++
			}
		}
	}
	files, missing := map[string]bool{}, map[string]bool{}
	for _, d := range r.Coverage.Diagnostics {
		switch d.Severity {
		case "error":
			s.Successful = false
			if d.Position == nil {
				s.NotRead++
			} else if !files[d.Position.File] {
				files[d.Position.File] = true
				s.NotRead++
			}
		case "missing":
			if !missing[d.Message] {
				missing[d.Message] = true
				s.Missing++
			}
		}
	}
	return s
}

// Reaches reports whether a finding is at least as severe as threshold.
func (s Summary) Reaches(threshold string) bool {
	return rank(threshold) >= 0 && rank(s.Worst) >= rank(threshold)
}
