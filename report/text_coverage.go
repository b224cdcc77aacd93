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
	if len(give) == 0 {
		return ""
	}
	return "give " + strings.Join(give, " ") + ", or a parameter file with --params"
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

const coverageGutter = 16 // characters

// coverage writes what was looked at and what wasn't understood.
func (t *writer) coverage() {
	r := t.report
	if t.shown > 0 || len(r.Undecided) > 0 {
		t.blank()
	}
	t.heading("Coverage", "")
	if r.Summary.Accounts == 0 {
		t.text(2, yellow, "There is no Azure OpenAI or AI Services account in what was checked.")
	}
	var checked []string
	for _, d := range r.Deployments {
		checked = append(checked, d.Name)
	}
	t.lines("Checked", plain, checked)
	t.labelled(2, coverageGutter, dim, "Files", plain, fmt.Sprintf("%d found, %d skipped; %s", r.Coverage.Files,
		len(r.Coverage.Skipped), plural(r.Coverage.Resources, "resource")))
	if t.verbose {
		t.lines("Skipped", plain, skippedLines(r.Coverage.Skipped))
	}
	t.diagnostics("Not understood", red, "error")
	t.diagnostics("Missing", yellow, "missing")
	t.diagnostics("Odd", plain, "warning")
	t.lines("Elsewhere", plain, referredLines(r.Deployments))
	t.lines("No value", plain, openLines(r.Deployments))
	if assumed := assumedNames(r.Deployments); len(assumed) > 0 {
		t.lines("Assumed", plain, []string{strings.Join(assumed, ", ") + ", where nothing is given"})
	}
	t.labelled(2, coverageGutter, dim, "Rules", plain, ruleLine(r.Rules))
}

// lines writes lines under a label.
func (t *writer) lines(label string, s style, lines []string) {
	n := t.limit(maxLines, len(lines))
	for i, line := range lines[:n] {
		if i > 0 {
			label = ""
		}
		t.labelled(2, coverageGutter, dim, label, s, line)
	}
	if n < len(lines) {
		t.text(2+coverageGutter, dim, fmt.Sprintf("and %d more; --verbose shows all", len(lines)-n))
	}
}

// diagnostics writes those of a severity. The same thing in many places is
// said once.
func (t *writer) diagnostics(label string, s style, severity string) {
	var lines []string
	var firsts []Diagnostic
	places := map[string]int{}
	for _, d := range t.report.Coverage.Diagnostics {
		if d.Severity != severity {
			continue
		}
		if places[d.Message] == 0 {
			firsts = append(firsts, d)
		}
		places[d.Message]++
	}
	for i, d := range firsts {
		if i >= maxHints && !t.verbose {
			d.Hint = ""
		}
		lines = append(lines, d.line(places[d.Message]-1))
	}
	t.lines(label, s, lines)
}

// maxHints bounds how many hints are shown: those of many missing modules are
// much alike.
const maxHints = 3

// line is a diagnostic with its first place and the number of others.
func (d Diagnostic) line(others int) string {
	s := d.Message
	if d.Position != nil {
		s = d.Position.String() + ": " + s
	}
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	if others > 0 {
		s += fmt.Sprintf("; and in %s", plural(others, "other place"))
	}
	return s
}

// referredLines names the accounts that are declared elsewhere.
func referredLines(deployments []Deployment) []string {
	var lines []string
	for _, d := range deployments {
		for _, a := range d.Accounts {
			if a.Referred {
				lines = append(lines, fmt.Sprintf("account %s, to which %s only refers", shortName(a.Name), d.Name))
			}
		}
	}
	return lines
}

func skippedLines(skipped []Skipped) []string {
	var lines []string
	for _, s := range skipped {
		lines = append(lines, s.Path+": "+s.Why)
	}
	return lines
}

func openLines(deployments []Deployment) []string {
	var lines []string
	for _, d := range deployments {
		var names []string
		for _, p := range d.Open {
			names = append(names, p.Name)
		}
		if len(names) > 0 {
			lines = append(lines, few(names, maxNames)+" of "+d.Name)
		}
	}
	return lines
}

func assumedNames(deployments []Deployment) []string {
	var names []string
	for _, d := range deployments {
		for _, a := range d.Assumed {
			if !slices.Contains(names, a) {
				names = append(names, a)
			}
		}
	}
	return names
}

// ruleLine counts rules, each once, by its worst result.
func ruleLine(rules []Rule) string {
	var failed, open, passed, not int
	for _, r := range rules {
		switch c := r.Results; {
		case c.Fail > 0:
			failed++
		case c.Unknown > 0:
			open++
		case c.Pass > 0:
			passed++
		default:
			not++
		}
	}
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(failed, "failed")
	add(open, "undecided")
	add(passed, "passed")
	add(not, "had nothing to look at")
	return fmt.Sprintf("%d asked: %s", len(rules), strings.Join(parts, ", "))
}
