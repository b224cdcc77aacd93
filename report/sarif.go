package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// SARIFOptions say how the SARIF is written.
type SARIFOptions struct {
	// Source reads a file that a position names, to give regions their end; it
	// may be nil, and may fail.
	Source func(path string) ([]byte, error)
}

// SARIF writes the report as SARIF 2.1.0, in the form that GitHub code scanning
// takes. What isn't decided are results of a rule of its own, a note for each
// thing that isn't known: GitHub doesn't look at the kind of a result, and would
// show an open one with the severity of its rule. What goes over GitHub's limits
// is cut, the mildest first, with a notification that says so.
func SARIF(w io.Writer, r *Report, o SARIFOptions) error {
	s := &sarif{report: r, source: newExcerpts(o.Source)}
	run := s.run()
	text, err := fit(&run, gitHub)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// The rule of what isn't decided.
const (
	undecidedID   = "PAL000"
	undecidedName = "undecided"
)

// sarif is the work on one log.
type sarif struct {
	report *Report
	source *excerpts
	counts map[string]int // of fingerprints
}

func (s *sarif) run() sarifRun {
	s.counts = map[string]int{}
	run := sarifRun{ColumnKind: "utf16CodeUnits", Results: []sarifResult{}, Properties: s.report.Summary}
	run.Tool.Driver = sarifDriver{
		Name: "Palisade", Version: s.report.Version, Rules: []sarifRule{undecidedRule},
	}
	index := map[string]int{}
	for _, r := range s.report.Rules {
		index[r.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, s.rule(r))
	}
	for i := range s.report.Findings {
		f := &s.report.Findings[i]
		run.Results = append(run.Results, s.result(f, index[f.Rule]))
	}
	for i := range s.report.Accepted {
		f := &s.report.Accepted[i]
		run.Results = append(run.Results, s.suppressed(f, index[f.Rule]))
	}
	for _, g := range undecidedGroups(s.report.Undecided) {
		run.Results = append(run.Results, s.open(g))
	}
	invocation := sarifInvocation{ExecutionSuccessful: s.report.Summary.Successful}
	for _, d := range s.report.Coverage.Diagnostics {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, s.notification(d))
	}
	run.Invocations = []sarifInvocation{invocation}
	return run
}

func marshal(run *sarifRun) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{*run},
	})
	return []byte(b.String()), err
}

// result is a finding. Its message has the steps as links to the related
// locations, which GitHub shows; the code flow has them again, for viewers that
// walk through it.
func (s *sarif) result(f *Finding, ruleIndex int) sarifResult {
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: ruleIndex, Level: level(f.Severity),
		Locations:  []sarifLocation{s.primary(f)},
		Properties: sarifResultProperties{Severity: f.Severity, In: f.In},
	}
	var text strings.Builder
	text.WriteString(sentence(escape(f.headline())))
	var flow []sarifThreadFlowLocation
	for _, step := range f.Proof {
		if step.Position == nil || len(flow) == maxFlow {
			text.WriteString("\n- " + escape(step.Text))
			continue
		}
		at := s.location(step.Position)
		at.Message = &sarifMessage{Text: step.Text}
		flow = append(flow, sarifThreadFlowLocation{at})
		related := at
		id := len(flow)
		related.ID = &id
		out.RelatedLocations = append(out.RelatedLocations, related)
		fmt.Fprintf(&text, "\n- [%s](%d)", escape(step.Text), id)
	}
	if len(f.In) > 1 {
		fmt.Fprintf(&text, "\nThis holds in %d places.", len(f.In))
	}
	if f.Fix != "" {
		text.WriteString("\nFix: " + escape(f.Fix))
	}
	out.Message.Text = text.String()
	if len(flow) > 1 {
		out.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{{flow}}}}
	}
	out.PartialFingerprints = s.fingerprint(f.Rule, out.Locations[0], subjectOf(f))
	return out
}

// suppressed is a finding that somebody answers for.
func (s *sarif) suppressed(f *Finding, ruleIndex int) sarifResult {
	out := s.result(f, ruleIndex)
	out.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: f.Accepted.text()}}
	return out
}

// headline is the message with the name of what it is about in front, for a
// list of alerts doesn't show it.
func (f *Finding) headline() string {
	name := nameOf(f.In[0])
	for _, p := range f.In {
		if nameOf(p) != name {
			return f.Message
		}
	}
	if name == "" || strings.Contains(f.Message, name) {
		return f.Message
	}
	return name + ": " + f.Message
}

// open is the result for something that isn't known.
func (s *sarif) open(g *group) sarifResult {
	f := *g.first
	if len(g.because) > 0 && g.because[0].Position != nil {
		f.Position = g.because[0].Position
	}
	var ids []string
	for _, r := range g.rules {
		id, _, _ := strings.Cut(r, " ")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := sarifResult{
		RuleID: undecidedID, Level: "note", Locations: []sarifLocation{s.primary(&f)},
		Properties: sarifResultProperties{Undecided: g.results, Rules: ids},
	}
	out.Message.Text = sentence(escape(g.why)) + fmt.Sprintf(" %s can't be decided: %s.",
		plural(g.results, "result"), escape(strings.Join(g.rules, ", ")))
	out.PartialFingerprints = s.fingerprint(undecidedID, out.Locations[0], g.why)
	return out
}

// level is the SARIF level of a severity.
func level(severity string) string {
	switch severity {
	case "critical", "high":
		return "error"
	case "medium":
		return "warning"
	}
	return "note"
}

func (s *sarif) notification(d Diagnostic) sarifNotification {
	n := sarifNotification{Level: "note", Message: sarifMessage{Text: escape(d.Message)}}
	switch d.Severity {
	case "error":
		n.Level = "error"
	case "missing":
		n.Level = "warning"
	}
	if d.Hint != "" {
		n.Message.Text += " (" + escape(d.Hint) + ")"
	}
	if d.Position != nil {
		n.Locations = []sarifLocation{s.location(d.Position)}
	}
	return n
}

// escape keeps brackets from being read as links.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(text)
}

// sentence ends text with a full stop.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
