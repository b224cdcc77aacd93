package blueprint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"palisade/access"
	"palisade/blueprint"
	"palisade/estate"
	"palisade/rule"
	"palisade/spec"
)

// today is the day on which the rules are asked.
var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// examples are the files that are deployed in examples.
func examples(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../examples/gateway/*.yaml", "../examples/deploy/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	return slices.DeleteFunc(all, func(file string) bool { return filepath.Base(file) == "demo.yaml" })
}

func parse(t testing.TB, name, text string) *spec.Spec {
	t.Helper()
	s, problems := spec.Parse(name, []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%s: %v", name, problems)
	}
	return s
}

func parseFile(t testing.TB, file string) *spec.Spec {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, filepath.ToSlash(file), string(text))
}

func build(t testing.TB, s *spec.Spec) *blueprint.Plan {
	t.Helper()
	p, problems := blueprint.Build(s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

// findings asks all rules of a plan.
func findings(p *blueprint.Plan) []rule.Finding {
	e := estate.New(append(p.Resources(), p.Referred...), estate.Options{})
	return rule.Run(rule.All, &rule.Subject{Estate: e, World: access.Compile(e), Now: today})
}

// TestProof holds that what is written from the examples breaks no rule from
// medium on, and that nothing that a rule asks remains unknown, but for what
// the file accounts for.
func TestProof(t *testing.T) {
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := parseFile(t, file)
			for _, f := range open(s, build(t, s)) {
				t.Error(show(f))
			}
		})
	}
}

// open are the findings of a plan that nothing accounts for.
func open(s *spec.Spec, p *blueprint.Plan) []rule.Finding {
	return slices.DeleteFunc(findings(p), func(f rule.Finding) bool {
		_, accepted := p.Accepts(f.Rule.ID, f.Resource)
		return accepted || excepted(s, f) || f.Level() < rule.Medium || f.Status != rule.Fail && f.Status != rule.Unknown
	})
}

// excepted reports whether a finding is of a rule that an exception of the file
// breaks.
func excepted(s *spec.Spec, f rule.Finding) bool {
	return slices.ContainsFunc(s.Exceptions(), func(a spec.Accepted) bool {
		key := a.Path[strings.LastIndexByte(a.Path, '.')+1:]
		return slices.Contains(map[string][]string{
			"mode": {"PAL001"}, "level": {"PAL021"}, "jailbreak": {"PAL021"}, "indirectAttack": {"PAL021"},
			"protectedMaterial": {"PAL021"}, "user": {"PAL013"}, "plans": {"PAL020"},
		}[key], f.Rule.ID)
	})
}

func show(f rule.Finding) string {
	text := fmt.Sprintf("%s %s %s %s: %s", f.Rule.ID, f.Status, f.Level(), estate.LastName(f.Resource), f.Message)
	for _, s := range f.Proof {
		text += "\n    " + s.Text
	}
	return text
}
