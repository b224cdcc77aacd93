package layout_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/format/bicep"
	"palisade/format/layout"
	"palisade/format/terraform"
	"palisade/source"
	"palisade/template"
)

// written are resources written in all formats, and read back.
type written struct {
	name string
	// implied says that what a resource names it waits for.
	implied bool
	write   func(t *testing.T, parts []layout.Part, o layout.Options) map[string][]byte
	read    func(t *testing.T, dir string, in template.Context) *template.Result
}

var formats = []written{
	{"arm", false, writeARM, readTemplate("main.json")},
	{"bicep", true, writeBicep, readTemplate("main.bicep")},
	{"terraform", false, writeTerraform, readTerraform},
}

func writeARM(t *testing.T, parts []layout.Part, o layout.Options) map[string][]byte {
	tree, err := layout.New(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"main.json": armjson.Write(tree, "test")}
}

func writeBicep(t *testing.T, parts []layout.Part, o layout.Options) map[string][]byte {
	tree, err := layout.New(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range bicep.Write(tree, "Written by a test.") {
		files[f.Path] = f.Text
	}
	return files
}

// writeTerraform gives nothing for what Terraform can't say.
func writeTerraform(t *testing.T, parts []layout.Part, o layout.Options) map[string][]byte {
	o.Flat = true
	tree, err := layout.New(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	written, err := terraform.Write(tree, "Written by a test.")
	if err != nil {
		t.Log(err)
		return nil
	}
	files := map[string][]byte{}
	for _, f := range written {
		files[f.Path] = f.Text
	}
	return files
}

func readTerraform(t *testing.T, dir string, _ template.Context) *template.Result {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var written []layout.Written
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, layout.Written{Path: file, Text: text})
	}
	resources, diagnostics := terraform.Read(written)
	return &template.Result{Resources: resources, Diagnostics: diagnostics}
}

func readTemplate(name string) func(t *testing.T, dir string, in template.Context) *template.Result {
	return func(t *testing.T, dir string, in template.Context) *template.Result {
		loader := source.NewLoader(source.Options{})
		result, err := loader.Evaluate(source.Entry{Template: filepath.Join(dir, name)}, nil, in)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

// save writes files to a folder of the test.
func save(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const subscription = "11111111-1111-4111-8111-111111111111"

var context = template.Context{TenantID: "«tenant().tenantId»", SubscriptionID: subscription, ResourceGroup: "rg-test", Location: "swedencentral"}

// roundTrip writes parts in each format, and fails where what is read back
// isn't the same, or where writing again gives other bytes.
func roundTrip(t *testing.T, parts []layout.Part, o layout.Options) {
	t.Helper()
	var wanted []arm.Resource
	for _, p := range parts {
		wanted = append(wanted, p.Resources...)
	}
	for _, f := range formats {
		files := f.write(t, parts, o)
		if len(files) == 0 && o.Name == "" {
			continue // resources of a template, which this format can't say
		}
		for name, again := range f.write(t, parts, o) {
			if !bytes.Equal(files[name], again) {
				t.Errorf("%s: %s isn't stable", f.name, name)
			}
		}
		dir := save(t, files)
		result := f.read(t, dir, context)
		for _, d := range result.Diagnostics {
			if d.Severity != arm.Warning {
				t.Errorf("%s: %v", f.name, d)
			}
		}
		for _, difference := range layout.Differences(wanted, result.Resources, f.implied) {
			t.Errorf("%s: %s", f.name, difference)
		}
		if t.Failed() {
			for name, content := range files {
				t.Logf("%s:\n%s", name, content)
			}
			return
		}
	}
}

// TestExamples writes what the examples deploy.
func TestExamples(t *testing.T) {
	for _, path := range []string{"leaky/main.bicep", "closed/main.bicep", "almost/azuredeploy.json"} {
		t.Run(strings.ReplaceAll(path, "/", " "), func(t *testing.T) {
			loader := source.NewLoader(source.Options{})
			found := loader.Find([]string{filepath.Join("../../examples", path)}, nil)
			for _, e := range found.Entries {
				result, err := loader.Evaluate(e, nil, context)
				if err != nil {
					t.Fatal(err)
				}
				roundTrip(t, []layout.Part{{Name: "all", Resources: writable(result.Resources)}}, layout.Options{})
			}
		})
	}
}

// writable are the resources that can be written: those whose ids are known.
func writable(all []arm.Resource) []arm.Resource {
	var out []arm.Resource
	for _, r := range all {
		if !strings.Contains(r.ID, "«") && r.Type != "Microsoft.Resources/deployments" {
			out = append(out, r)
		}
	}
	return out
}
