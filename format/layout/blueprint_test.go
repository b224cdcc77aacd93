package layout_test

import (
	"os"
	"path/filepath"
	"testing"

	"palisade/blueprint"
	"palisade/format/layout"
	"palisade/spec"
)

// TestBlueprints writes the deployments of the example files.
func TestBlueprints(t *testing.T) {
	var files []string
	for _, folder := range []string{"gateway", "deploy"} {
		found, err := filepath.Glob("../../examples/" + folder + "/*.yaml")
		if err != nil || len(found) == 0 {
			t.Fatal("no examples", err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file))+" "+filepath.Base(file), func(t *testing.T) {
			plan := planOf(t, file)
			if plan == nil {
				t.Skip("deploys nothing")
			}
			roundTrip(t, partsOf(plan), layout.Options{Name: "test"})
		})
	}
}

func planOf(t testing.TB, file string) *blueprint.Plan {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := spec.Parse(file, text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	plan, problems := blueprint.Build(s)
	if len(problems) > 0 {
		t.Log(problems)
		return nil
	}
	return plan
}

func partsOf(plan *blueprint.Plan) []layout.Part {
	var parts []layout.Part
	for _, p := range plan.Parts {
		parts = append(parts, layout.Part{Name: p.Name, Title: p.Title, Practice: p.Practice, Resources: p.Resources})
	}
	return parts
}

// TestShow writes an example to a folder to look at.
func TestShow(t *testing.T) {
	dir := os.Getenv("PALISADE_SHOW")
	if dir == "" {
		t.Skip("PALISADE_SHOW isn't set")
	}
	plan := planOf(t, "../../examples/gateway/"+os.Getenv("PALISADE_SHOW_FILE"))
	for _, f := range formats {
		for name, text := range f.write(t, partsOf(plan), layout.Options{Name: "contoso-chat"}) {
			path := filepath.Join(dir, f.name, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
