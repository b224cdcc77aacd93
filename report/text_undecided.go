package report

import (
	"fmt"
	"slices"
	"strings"
)

// group is findings that aren't decided for the same reason.
type group struct {
	because []Cause
	why     string
	rules   []string
	results int
	first   *Finding
}

// undecided writes what isn't known, with the rules that wait for it.
func (t *writer) undecided() {
	groups := undecidedGroups(t.report.Undecided)
	if len(groups) == 0 {
		return
	}
	t.blank()
	t.heading("Not decided", fmt.Sprintf("%s of %s", plural(len(t.report.Undecided), "result"), plural(t.openRules(), "rule")))
	n := t.limit(maxLines, len(groups))
	for _, g := range groups[:n] {
		t.group(g)
	}
	if n < len(groups) {
		t.text(2, dim, fmt.Sprintf("and for %d more reasons; --verbose shows all", len(groups)-n))
	}
}

// openRules is the number of rules with something undecided.
func (t *writer) openRules() int {
	var ids []string
	for _, f := range t.report.Undecided {
		if !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	return len(ids)
}

func undecidedGroups(findings []Finding) []*group {
	var out []*group
	byWhy := map[string]*group{}
	for i := range findings {
		f := &findings[i]
		why := whyOpen(f)
		g := byWhy[why]
		if g == nil {
			g = &group{because: f.Because, why: why, first: f}
			byWhy[why] = g
			out = append(out, g)
		}
		g.results++
		if rule := f.Rule + " " + f.Name; !slices.Contains(g.rules, rule) {
			g.rules = append(g.rules, rule)
		}
	}
	slices.SortStableFunc(out, func(a, b *group) int { return b.results - a.results })
	return out
}

func whyOpen(f *Finding) string {
	if len(f.Because) == 0 {
		return f.Message
	}
	var whys []string
	for _, c := range f.Because {
		if !slices.Contains(whys, c.Why) {
			whys = append(whys, c.Why)
		}
	}
	return strings.Join(whys, "; ")
}

func (t *writer) group(g *group) {
	t.blank()
	t.text(2, yellow, g.why)
	at := g.first.Position
	if len(g.because) > 0 && g.because[0].Position != nil {
		at = g.because[0].Position
	}
	t.place(4, at)
	t.cases(g.why)
	rules := t.list(g.rules)
	if g.results > len(g.rules) {
		rules += fmt.Sprintf(" (%d results)", g.results)
	}
	t.labelled(4, 7, dim, "Waits", plain, rules)
	if hint := t.hint(g.because); hint != "" {
		t.labelled(4, 7, green, "Fix", plain, hint)
	}
	if t.verbose {
		t.waiting(g.why)
	}
}

// cases writes with which values of parameters rules are broken.
func (t *writer) cases(why string) {
	for i := range t.report.Undecided {
		f := &t.report.Undecided[i]
		if len(f.FailsIf) > 0 && whyOpen(f) == why {
			t.labelled(4, 7, severityStyle(f.Severity), "Fails", plain, "if "+strings.Join(f.FailsIf, ", or ")+": "+f.Rule+" "+f.Message)
		}
	}
}

// waiting writes each finding that waits for something.
func (t *writer) waiting(why string) {
	for i := range t.report.Undecided {
		f := &t.report.Undecided[i]
		if whyOpen(f) == why {
			t.labelled(4, 7, dim, f.Rule, plain, f.Message)
			t.place(11, f.Position)
		}
	}
}

// hint says how to give the parameters that are missing.
func (t *writer) hint(because []Cause) string {
	var give []string
	for _, c := range because {
		if c.Kind != "parameter" {
			continue
		}
		value, may := "…", ""
		p := t.parameter(c.Name)
		if p == nil {
			continue
		}
		if len(p.Values) > 0 {
			value, may = p.Values[0], " (or "+few(p.Values[1:], maxNames)+")"
			if len(p.Values) == 1 {
				may = ""
			}
		}
		give = append(give, fmt.Sprintf("--param %s=%s%s", c.Name, value, may))
	}
	var hints []string
	if len(give) > 0 {
		hints = append(hints, "give "+strings.Join(give, " ")+", or a parameter file with --params")
	}
	if slices.ContainsFunc(because, func(c Cause) bool { return strings.HasPrefix(c.Name, "${") }) {
		hints = append(hints, "give azd's values with --env-file .azure/NAME/.env")
	}
	return strings.Join(hints, "; ")
}

// parameter finds a parameter of an entry point that has no value.
func (t *writer) parameter(name string) *Parameter {
	for i := range t.report.Deployments {
		open := t.report.Deployments[i].Open
		for j := range open {
			if open[j].Name == name {
				return &open[j]
			}
		}
	}
	return nil
}
