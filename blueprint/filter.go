package blueprint

import (
	"fmt"
	"slices"

	"palisade/arm"
	"palisade/spec"
)

// filterName is the name of the content filter that a model asks for. Models
// that ask for the same share it; its name tells what it is.
func filterName(f *spec.Filter) string {
	settings := fmt.Sprint(f.Level, f.Jailbreak, f.IndirectAttack, f.ProtectedMaterial, f.Blocklists)
	usual := fmt.Sprint(f.Level, spec.FilterBlock, spec.FilterBlock, spec.FilterBlock, []string(nil))
	if settings == usual {
		return "palisade-" + string(f.Level)
	}
	return "palisade-" + string(f.Level) + "-" + hash(settings, 8)
}

// blocklists are those that an account's models name, each once.
func blocklists(a *account) []string {
	var names []string
	for _, m := range a.models {
		for _, name := range m.Filter.Blocklists {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// filter makes a content filter.
// Source: azure-ai-docs openai/concepts/default-safety-policies.md (2026-05-31).
func (b *builder) filter(a *account, m *spec.Model, name string) {
	at := b.at("models", m.Name, "filter")
	f := &m.Filter
	var filters, lists []arm.Value
	for _, harm := range []string{"Hate", "Sexual", "Violence", "Selfharm"} {
		for _, source := range []string{"Prompt", "Completion"} {
			filters = append(filters, at.harm(f, harm, source))
		}
	}
	filters = append(filters, at.detector("Jailbreak", "Prompt", f.Jailbreak), at.detector("Indirect Attack", "Prompt", f.IndirectAttack),
		at.detector("Protected Material Text", "Completion", f.ProtectedMaterial),
		at.detector("Protected Material Code", "Completion", f.ProtectedMaterial))
	for _, list := range f.Blocklists {
		for _, source := range []string{"Prompt", "Completion"} {
			lists = append(lists, at.obj(at.is("blocklistName", list), at.is("blocking", true), at.is("source", source)))
		}
	}
	b.child(at, a, "raiPolicies/"+name, at.props(
		at.is("basePolicyName", "Microsoft.DefaultV2"), at.is("mode", "Blocking"),
		at.is("contentFilters", filters), at.is("customBlocklists", lists)))
}

func (p place) harm(f *spec.Filter, name, source string) arm.Value {
	threshold := map[spec.FilterLevel]string{spec.FilterStrict: "Low", spec.FilterRelaxed: "High"}[f.Level]
	if threshold == "" {
		threshold = "Medium"
	}
	return p.obj(p.is("name", name), p.is("enabled", true), p.is("blocking", f.Level != spec.FilterOff),
		p.is("severityThreshold", threshold), p.is("source", source))
}

func (p place) detector(name, source string, do spec.FilterAction) arm.Value {
	return p.obj(p.is("name", name), p.is("enabled", do != spec.FilterIgnore),
		p.is("blocking", do == spec.FilterBlock), p.is("source", source))
}
