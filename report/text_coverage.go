package report

import (
	"fmt"
	"slices"
	"strings"
)

const coverageGutter = 16 // characters

// coverage writes what was looked at and what wasn't understood.
func (t *writer) coverage() {
	r := t.report
	if t.shown > 0 || len(r.Undecided) > 0 {
		t.blank()
	}
	t.heading("Coverage", "")
	if r.Summary.Accounts == 0 && r.Summary.Gateways == 0 {
		t.text(2, yellow, noAccounts(r))
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
	} else {
		t.lines("Not used", yellow, skippedLines(withoutTemplate(r.Coverage.Skipped)))
	}
	t.diagnostics("Not understood", red, "error")
	t.diagnostics("Missing", yellow, "missing")
	t.diagnostics("Odd", plain, "warning")
	t.lines("Not deployed", plain, notDeployedLines(r.Deployments))
	t.lines("Elsewhere", plain, referredLines(r.Deployments))
	t.lines("No value", plain, openLines(r.Deployments))
	if assumed := assumedNames(r.Deployments); len(assumed) > 0 {
		t.lines("Assumed", plain, []string{strings.Join(assumed, ", ") + ", where nothing is given"})
	}
	t.labelled(2, coverageGutter, dim, "Rules", plain, ruleLine(r.Rules))
}

// noAccounts says that there are none, or that they may not have been seen.
func noAccounts(r *Report) string {
	if r.Summary.Missing > 0 || r.Summary.NotRead > 0 {
		return "There is no Azure OpenAI or AI Services account in what could be read; what is missing or not understood may hold some."
	}
	return "There is no Azure OpenAI or AI Services account in what was checked."
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

// notDeployedLines names the accounts that are declared and not deployed.
func notDeployedLines(deployments []Deployment) []string {
	var lines []string
	for _, d := range deployments {
		for _, n := range d.NotDeployed {
			line := strings.TrimSpace("account "+n.Symbol) + ", because " + n.Why
			if n.Position != nil {
				line = n.Position.String() + ": " + line
			}
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
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

// withoutTemplate are the parameter files whose values aren't used.
func withoutTemplate(skipped []Skipped) []Skipped {
	var out []Skipped
	for _, s := range skipped {
		if s.Parameters {
			out = append(out, s)
		}
	}
	return out
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
	var failed, open, accepted, passed, not int
	for _, r := range rules {
		switch c := r.Results; {
		case c.Fail > 0:
			failed++
		case c.Unknown > 0:
			open++
		case c.Accepted > 0:
			accepted++
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
	add(accepted, "accepted")
	add(passed, "passed")
	add(not, "had nothing to look at")
	return fmt.Sprintf("%d asked: %s", len(rules), strings.Join(parts, ", "))
}
