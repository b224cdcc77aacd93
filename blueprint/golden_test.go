package blueprint_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"palisade/blueprint"
	"palisade/estate"
)

var update = flag.Bool("update", false, "write what is built now into testdata")

// TestGolden holds what is made of the examples: parts, resources by ID, and
// what each waits for. It is built twice: the same text gives the same plan.
func TestGolden(t *testing.T) {
	for _, file := range examples(t) {
		folder, name := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(folder+"/"+name, func(t *testing.T) {
			got := listing(build(t, parseFile(t, file)))
			if again := listing(build(t, parseFile(t, file))); again != got {
				t.Error("built twice, it differs")
			}
			golden := filepath.Join("testdata", folder+"-"+name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != got {
				t.Errorf("%s differs; go test ./blueprint -update writes it anew\n%s", golden, difference(string(want), got))
			}
		})
	}
}

// listing shows a plan, without the bodies, which the types and rules hold.
func listing(p *blueprint.Plan) string {
	var out strings.Builder
	for _, part := range p.Parts {
		fmt.Fprintf(&out, "# %s: %s\n# %s\n# in %s\n", part.Name, part.Title, part.Practice, part.Scope)
		short := strings.NewReplacer(part.Scope+"/", "~/").Replace
		for _, r := range part.Resources {
			fmt.Fprintf(&out, "%s %s (%d properties, waits for %d)\n", r.APIVersion, short(r.ID), r.Properties().Size(), len(r.DependsOn))
		}
	}
	for _, r := range p.Referred {
		fmt.Fprintf(&out, "there: %s\n", r.ID)
	}
	for _, f := range p.Files {
		fmt.Fprintf(&out, "file: %s (%d bytes)\n", f.Name, len(f.Text))
	}
	for _, f := range p.First {
		fmt.Fprintf(&out, "first: %s of %s is %s: %s\n", f.Property, estate.LastName(f.Resource), f.Value, f.Why)
	}
	for _, a := range p.Accepted {
		fmt.Fprintf(&out, "accepted: %s at %s: %s\n", a.Rule, estate.LastName(a.Resource), a.Because)
	}
	fmt.Fprintf(&out, "stack: %s, but not for %v\n", p.Stack.Mode, p.Stack.ExcludedPrincipals)
	return out.String()
}

func difference(want, got string) string {
	old, now := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for _, line := range old {
		if !slices.Contains(now, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range now {
		if !slices.Contains(old, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}
