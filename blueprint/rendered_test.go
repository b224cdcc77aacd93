package blueprint_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"palisade/access"
	"palisade/arm"
	"palisade/blueprint"
	"palisade/blueprint/types"
	"palisade/estate"
	"palisade/format/armjson"
	"palisade/format/bicep"
	"palisade/format/layout"
	"palisade/format/terraform"
	"palisade/rule"
	"palisade/spec"
	"palisade/template"
)

// TestRendered holds that a plan of any shape, written in any format, reads
// back as the same resources, and that the rules find the same in them.
func TestRendered(t *testing.T) {
	seeds := 8
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s, problems := spec.Parse("random.yaml", []byte(newRandomSpec(uint64(seed))))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			plan, problems := blueprint.Build(s)
			if len(problems) > 0 {
				t.Skip(problems[0])
			}
			wanted := results(plan, plan.Resources())
			for _, format := range []string{"arm", "bicep", "terraform"} {
				read := readBack(t, s, plan, format)
				for _, d := range layout.Differences(plan.Resources(), read, format == "bicep") {
					t.Errorf("%s: %s", format, d)
				}
				if got := results(plan, read); got != wanted {
					t.Errorf("%s: rules find\n%s\ninstead of\n%s", format, got, wanted)
				}
			}
		})
	}
}

// TestRenderedLarge holds the same of a large plan in Terraform, whose parser
// has the narrowest bounds; the benchmark holds it of all.
func TestRenderedLarge(t *testing.T) {
	s := parse(t, "large.yaml", large())
	plan := build(t, s)
	for _, d := range layout.Differences(plan.Resources(), readBack(t, s, plan, "terraform"), false) {
		t.Error(d)
	}
}

// BenchmarkRenderedLarge is all that render does with a large file: it is to
// take less than a second.
func BenchmarkRenderedLarge(b *testing.B) {
	text := large()
	for _, format := range []string{"arm", "bicep", "terraform"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				s := parse(b, "large.yaml", text)
				plan := build(b, s)
				if problems := blueprint.Verify(plan, s.Cloud); len(problems) > 0 {
					b.Fatal(problems[0])
				}
				results(plan, plan.Resources())
				if d := layout.Differences(plan.Resources(), readBack(b, s, plan, format), format == "bicep"); len(d) > 0 {
					b.Fatal(d[0])
				}
			}
		})
	}
}

// results is how often each rule finds what.
func results(plan *blueprint.Plan, resources []arm.Resource) string {
	e := estate.New(append(append([]arm.Resource(nil), resources...), plan.Referred...), estate.Options{})
	count := map[string]int{}
	for _, f := range rule.Run(rule.All, &rule.Subject{Estate: e, World: access.Compile(e), Now: today}) {
		count[f.Rule.ID+" "+f.Status.String()+" "+f.Level().String()]++
	}
	var b bytes.Buffer
	for _, r := range rule.All {
		for _, status := range []rule.Status{rule.Unknown, rule.Fail, rule.Pass} {
			for level := rule.Info; level <= rule.Critical; level++ {
				if key := r.ID + " " + status.String() + " " + level.String(); count[key] > 0 {
					fmt.Fprintf(&b, "%s: %d\n", key, count[key])
				}
			}
		}
	}
	return b.String()
}

func readBack(t testing.TB, s *spec.Spec, plan *blueprint.Plan, format string) []arm.Resource {
	t.Helper()
	var parts []layout.Part
	for _, p := range plan.Parts {
		parts = append(parts, layout.Part{Name: p.Name, Title: p.Title, Practice: p.Practice, Resources: p.Resources})
	}
	tree, err := layout.New(parts, layout.Options{Name: s.Name, Subscription: string(s.Subscription), Version: types.Version, Flat: format == "terraform"})
	if err != nil {
		t.Fatal(err)
	}
	if format == "terraform" {
		files, err := terraform.Write(tree, "A test.")
		if err != nil {
			t.Fatal(err)
		}
		resources, diagnostics := terraform.Read(files)
		noErrors(t, diagnostics)
		return resources
	}
	files := []layout.Written{{Path: "main.json", Text: armjson.Write(tree, "A test.")}}
	if format == "bicep" {
		files = bicep.Write(tree, "A test.")
	}
	loader := bicep.NewLoader(bicep.Options{ReadFile: func(name string) ([]byte, error) {
		for _, f := range files {
			if f.Path == name {
				return f.Text, nil
			}
		}
		return nil, os.ErrNotExist
	}})
	main, err := loader.Template(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	result := template.Evaluate(template.Input{Template: main, Context: template.Context{
		SubscriptionID: string(s.Subscription), TenantID: "«tenant().tenantId»"}})
	noErrors(t, result.Diagnostics)
	return result.Resources
}

func noErrors(t testing.TB, diagnostics []arm.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		if d.Severity != arm.Warning {
			t.Error(d)
		}
	}
}
