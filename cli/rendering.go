package cli

import (
	"fmt"
	"os"
	"path"
	"strings"

	"palisade/arm"
	"palisade/blueprint"
	"palisade/blueprint/types"
	"palisade/format/armjson"
	"palisade/format/bicep"
	"palisade/format/layout"
	"palisade/format/terraform"
	"palisade/spec"
	"palisade/template"
)

// renderMark is in each file that render writes, near its beginning; by it a
// later render knows what it may replace.
const renderMark = "Written by palisade render"

// rendered is a plan in a format. What was written is read back; that it says
// something else than the plan would be a mistake of this program, and is an
// error.
func rendered(s *spec.Spec, plan *blueprint.Plan, to, source string) ([]layout.Written, error) {
	files, err := printed(s, plan, to, renderMark+" from "+source+". Change that file and render again.")
	if err != nil {
		return nil, err
	}
	read, diagnostics := readBack(files, to, string(s.Subscription))
	for _, d := range diagnostics {
		if d.Severity != arm.Warning {
			return nil, fmt.Errorf("internal error, nothing is written: what was rendered can't be read back: %v", d)
		}
	}
	if differences := layout.Differences(plan.Resources(), read, to == "bicep"); len(differences) > 0 {
		return nil, fmt.Errorf("internal error, nothing is written: what was rendered reads back as something else:\n  %s", strings.Join(differences[:min(len(differences), 5)], "\n  "))
	}
	for _, file := range plan.Files {
		text := append([]byte("# "+renderMark+" from "+source+". Change that file and render again.\n"), file.Text...)
		files = append(files, layout.Written{Path: file.Name, Text: text})
	}
	return files, nil
}

func printed(s *spec.Spec, plan *blueprint.Plan, to, header string) ([]layout.Written, error) {
	tree, err := layout.New(layoutParts(plan), layout.Options{
		Name: s.Name, Subscription: string(s.Subscription), Version: types.Version, Flat: to == "terraform",
	})
	if err != nil {
		return nil, err
	}
	switch to {
	case "arm":
		return []layout.Written{{Path: "main.json", Text: armjson.Write(tree, header)}}, nil
	case "terraform":
		return terraform.Write(tree, header, firsts(plan)...)
	}
	return bicep.Write(tree, header), nil
}

// firsts are what Terraform has to make in two steps.
func firsts(plan *blueprint.Plan) []terraform.First {
	out := make([]terraform.First, len(plan.First))
	for i, f := range plan.First {
		out[i] = terraform.First(f)
	}
	return out
}

func layoutParts(plan *blueprint.Plan) []layout.Part {
	parts := make([]layout.Part, len(plan.Parts))
	for i, p := range plan.Parts {
		parts[i] = layout.Part{Name: p.Name, Title: p.Title, Practice: p.Practice, Resources: p.Resources}
	}
	return parts
}

// readBack reads a rendering as check would read it.
func readBack(files []layout.Written, to, subscription string) ([]arm.Resource, []arm.Diagnostic) {
	if to == "terraform" {
		return terraform.Read(files)
	}
	t, err := readTemplate(files)
	if err != nil {
		return nil, []arm.Diagnostic{{Message: err.Error()}}
	}
	result := template.Evaluate(template.Input{Template: t, Context: template.Context{TenantID: unknownTenant, SubscriptionID: subscription}})
	return result.Resources, result.Diagnostics
}

// unknownTenant is the text of the tenant where the file doesn't say it.
const unknownTenant = "«tenant().tenantId»"

// readTemplate reads the first file, and the others where it names them.
func readTemplate(files []layout.Written) (*template.Template, error) {
	byPath := map[string][]byte{}
	for _, f := range files {
		byPath[path.Clean(f.Path)] = f.Text
	}
	loader := bicep.NewLoader(bicep.Options{ReadFile: func(name string) ([]byte, error) {
		if text, ok := byPath[path.Clean(strings.ReplaceAll(name, "\\", "/"))]; ok {
			return text, nil
		}
		return nil, os.ErrNotExist
	}})
	return loader.Template(files[0].Path)
}
