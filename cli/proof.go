package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"palisade/blueprint"
	"palisade/estate"
	"palisade/rule"
	"palisade/spec"
)

// maxSpecFile bounds the palisade.yaml, in bytes.
const maxSpecFile = 4 << 20

func readSpecFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s: palisade init writes one", path)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSpecFile+1))
	if len(text) > maxSpecFile {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxSpecFile>>20)
	}
	return text, err
}

// proven is the deployment that a file describes, with what the rules find in
// it.
type proven struct {
	spec      *spec.Spec
	accepts   []spec.Accepted // what the file accepts
	plan      *blueprint.Plan
	threshold rule.Severity
	findings  []rule.Finding // broken rules at or above the threshold that nobody accepts
	accepted  []acceptedFinding
	declared  []blueprint.Accepted
	undecided []rule.Finding // at or above the threshold
	below     int
	rules     int
}

// acceptedFinding is a broken rule that the file accounts for.
type acceptedFinding struct {
	rule.Finding
	by spec.Accepted
}

// proveSpec builds the deployment of a palisade.yaml and asks all rules of it.
// The problems say why there is none: mistakes in the file, exceptions that are
// over, and, which would be a mistake of this program, resources that Resource
// Manager doesn't know.
func proveSpec(name string, text []byte, threshold rule.Severity, at time.Time) (*proven, []string) {
	d, problems := evaluateSpec(name, text, at)
	if len(problems) == 0 {
		problems = d.spec.Expired(at)
	}
	if len(problems) == 0 && d.plan == nil {
		_, problems = blueprint.Build(d.spec)
	}
	if len(problems) > 0 {
		return nil, problemTexts(problems)
	}
	if wrong := blueprint.Verify(d.plan, d.spec.Cloud); len(wrong) > 0 {
		texts := []string{"the deployment doesn't fit Resource Manager's types, so nothing is written:"}
		for _, p := range wrong {
			texts = append(texts, p.Pos.String()+": "+p.String())
		}
		return nil, texts
	}
	p := &proven{spec: d.spec, accepts: d.spec.Exceptions(), plan: d.plan, threshold: threshold, rules: len(rule.All)}
	for _, f := range d.findings {
		p.sort(f)
	}
	return p, nil
}

func problemTexts(problems []spec.Problem) []string {
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.String()
	}
	return texts
}

func problemsError(texts []string) error {
	return fmt.Errorf("nothing is written\n  %s", strings.Join(texts, "\n  "))
}

func (p *proven) sort(f rule.Finding) {
	switch {
	case p.declares(f):
	case f.Status == rule.Unknown && f.Level() >= p.threshold:
		p.undecided = append(p.undecided, f)
	case f.Status != rule.Fail:
	default:
		if by, ok := accepts(p.accepts, f); ok {
			p.accepted = append(p.accepted, acceptedFinding{f, by})
		} else if f.Level() >= p.threshold {
			p.findings = append(p.findings, f)
		} else {
			p.below++
		}
	}
}

// declares notes a finding that the file accounts for in so many words.
func (p *proven) declares(f rule.Finding) bool {
	a, ok := p.plan.Accepts(f.Rule.ID, f.Resource)
	if ok = ok && (f.Status == rule.Fail || f.Status == rule.Unknown); ok {
		p.declared = append(p.declared, a)
	}
	return ok
}

// excuses are the rules that a departure breaks, by its key. Every other
// finding stops the render, whatever the file accepts.
var excuses = map[string][]string{
	"mode":              {"PAL001", "PAL004", "PAL005", "PAL006", "PAL007", "PAL008", "PAL034"},
	"level":             {"PAL021"},
	"jailbreak":         {"PAL021"},
	"indirectAttack":    {"PAL021"},
	"protectedMaterial": {"PAL021"},
	"user":              {"PAL013"},
	"plans":             {"PAL020"},
	"keep":              {"PAL019"},
	"hash":              {"PAL027"},
	"address":           {"PAL028"},
	"onError":           {"PAL030"},
	"key":               {"PAL032"},
	"url":               {"PAL033"},
}

// accepts finds the exception that accounts for a finding: one whose rules it
// breaks, and which stands where the finding or its proof comes from. Sections
// that there is one of are about everything.
func accepts(exceptions []spec.Accepted, f rule.Finding) (spec.Accepted, bool) {
	for _, a := range exceptions {
		if f.Rule.ID == departureRule {
			if estate.LastName(f.Resource) == a.Path {
				return a, true
			}
			continue
		}
		key := a.Path[strings.LastIndexByte(a.Path, '.')+1:]
		for _, id := range excuses[key] {
			if id == "PAL034" && f.Level() > rule.Low {
				continue // public is accepted, not keys and others' roles
			}
			if id == f.Rule.ID && (strings.Count(a.Path, ".") == 1 || isAbout(f, a)) {
				return a, true
			}
		}
	}
	return spec.Accepted{}, false
}

func isAbout(f rule.Finding, a spec.Accepted) bool {
	at := func(offset int32) bool { return int(offset) == a.Pos.Offset || int(offset) == a.Section.Offset }
	if f.Pos.IsValid() && at(f.Pos.Offset) {
		return true
	}
	for _, step := range f.Proof {
		if step.Pos.IsValid() && at(step.Pos.Offset) {
			return true
		}
	}
	return false
}

// stopped reports whether something was found that must not be written.
func (p *proven) stopped() bool { return len(p.findings) > 0 }

// show tells what was found, with its proof.
func (p *proven) show(w io.Writer) {
	for _, f := range p.findings {
		showFinding(w, f, "")
	}
	for _, f := range p.undecided {
		showFinding(w, f, " can't be decided")
	}
	for _, a := range p.declared {
		fmt.Fprintf(w, "accepted %s at %s: %s\n", a.Rule, estate.LastName(a.Resource), a.Because)
	}
	for _, a := range p.accepts {
		fmt.Fprintf(w, "accepted until %s  %s: %s, because %s%s\n", a.Expires, a.Path, a.What, a.Because, p.rulesOf(a))
	}
	fmt.Fprintf(w, "%d rules asked: %d at %s or above, %s\n", p.rules, len(p.findings), p.threshold, p.others())
	if p.stopped() {
		fmt.Fprintln(w, "Nothing is written. Close what is found; where it can't be closed, the section of the file takes because: and expires:.")
	}
}

// rulesOf are the rules that an exception accounts for, as " (PAL021)".
func (p *proven) rulesOf(a spec.Accepted) string {
	var ids []string
	for _, f := range p.accepted {
		if f.by == a && (len(ids) == 0 || ids[len(ids)-1] != f.Rule.ID) {
			ids = append(ids, f.Rule.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return " (" + strings.Join(ids, ", ") + ")"
}

func (p *proven) others() string {
	return fmt.Sprintf("%d below, %d accepted, %d undecided", p.below, len(p.accepted)+len(p.declared), len(p.undecided))
}

func showFinding(w io.Writer, f rule.Finding, how string) {
	fmt.Fprintf(w, "%s %s%s  %s\n", f.Rule.ID, f.Level(), how, f.Message)
	fmt.Fprintf(w, "    %s  %s\n", f.Pos, f.Rule.Title)
	for _, step := range f.Proof {
		fmt.Fprintf(w, "    %s  %s\n", step.Pos, step.Text)
	}
	if f.Status == rule.Fail {
		fmt.Fprintf(w, "    %s\n", f.HowToFix())
	}
}
