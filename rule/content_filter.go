package rule

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

var contentFilter = &Rule{
	ID:    "PAL021",
	Name:  "content-filter",
	Title: "Models answer behind a content filter that is at least the default",
	Why: "The default blocks hate, sexual content, violence and self-harm from medium severity on, in prompts and in " +
		"answers, and attempts to jailbreak the model. Filters that are off, only annotate or let medium severity through leave " +
		"that to the application; Defender's alerts rest on them, too.",
	Fix: "Use Microsoft.DefaultV2, or a raiPolicies resource whose filters are enabled and blocking with severityThreshold " +
		"Medium or Low, with Jailbreak on prompts, and mode Blocking.",
	Bicep:    "raiPolicyName: 'Microsoft.DefaultV2'",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/concepts/default-safety-policies",
	Peers: []string{
		"Azure Policy af253d37-136a-42f8-a1fc-30010c083d41", "Azure Policy f3a9c2e0-7b4d-4d8f-9c3a-2e1f6b9a8d4e",
		"Azure Policy 930f48f9-f07e-427c-9494-52603581c6a9", "Azure Policy c1ad46c6-37f8-4af0-9c71-c208375c87dd",
		"Azure review checklist AI.52", "MCSB AI-2",
	},
	Check: checkContentFilters,
}

// systemPolicies are there without being declared.
var systemPolicies = []string{"Microsoft.Default", "Microsoft.DefaultV2"}

// noFilter is the name of the policy without filters.
const noFilter = "Microsoft.Nil"

func checkContentFilters(s *Subject) []Result {
	var results []Result
	users := map[*estate.ContentPolicy][]string{}
	for _, d := range s.Estate.Deployments.All {
		r, policy := judgeDeploymentFilter(s, d)
		if policy != nil {
			users[policy] = append(users[policy], d.Name)
			continue
		}
		results = append(results, r)
	}
	for _, p := range s.Estate.ContentPolicies.All {
		results = append(results, judgePolicy(p, users[p]))
	}
	return results
}

// judgeDeploymentFilter judges which policy a deployment names. One that is
// declared here is judged once for all who use it, and returned.
func judgeDeploymentFilter(s *Subject, d *estate.Deployment) (Result, *estate.ContentPolicy) {
	const property = "properties.raiPolicyName"
	f := d.ContentPolicy
	if d.Referred {
		return unknown(d.Resource, "the deployment is declared elsewhere and only referred to here", nil), nil
	}
	if estate.Is(f, noFilter) == estate.No && estate.Is(f, systemPolicies...) != estate.Yes {
		if p := policyNamed(s, d); p != nil {
			return Result{}, p
		}
		if f.Known() {
			return unknown(d.Resource, "content filter "+f.String()+" isn't in what was read", nil, says(d.Resource, property, f)...), nil
		}
	}
	if !f.Known() && len(f.Choices) == 0 {
		return unknown(d.Resource, "it isn't known which content filter it has: "+sentence(property, f),
			[]*arm.Unknown{f.Unknown}, says(d.Resource, property, f)...), nil
	}
	r := question[string]{
		on: d.Resource, property: property, field: f,
		good:  func(name string) bool { return !strings.EqualFold(name, noFilter) },
		holds: "it has the default content filter", broken: "it has no content filter",
	}.answer()
	if r.Status == Pass && estate.Is(f, systemPolicies...) != estate.Yes {
		r = unknown(d.Resource, "it isn't known which content filter it has: "+sentence(property, f), []*arm.Unknown{f.Unknown}, r.Proof...)
	}
	if r.Status == Fail {
		return r.level(High), nil
	}
	return r, nil
}

// policyNamed finds the declaration of a deployment's policy.
func policyNamed(s *Subject, d *estate.Deployment) *estate.ContentPolicy {
	name := strings.ToLower(d.ContentPolicy.String())
	for _, p := range s.Estate.ContentPolicies.Of(d.Parent) {
		if estate.SameText(strings.ToLower(p.Name), name) == estate.Yes {
			return p
		}
	}
	return nil
}

// judgePolicy compares a policy with the default.
func judgePolicy(p *estate.ContentPolicy, users []string) Result {
	if p.Referred {
		return unknown(p.Resource, "the content filter is declared elsewhere and only referred to here", nil)
	}
	var w weakness
	for i, f := range p.Filters.Each() {
		w.filter(p, f, i < len(p.Filters.Items))
	}
	w.mode(p)
	if p.Filters.Open {
		w.perhaps, w.why = append(w.perhaps, "it may have other filters"), append(w.why, p.Filters.Unknown)
	}
	by := ""
	if len(users) > 0 {
		by = " (used by " + listing(users) + ")"
	}
	switch {
	case len(w.surely) > 0:
		level := Medium
		if !w.harmful {
			level = Low
		}
		return fail(p.Resource, "weaker than the default: "+listing(w.surely)+by, w.steps...).level(level)
	case len(w.perhaps) > 0:
		return unknown(p.Resource, "it may be weaker than the default: "+listing(w.perhaps)+by, w.why, w.steps...)
	}
	return pass(p.Resource, fmt.Sprintf("none of its %d filters is weaker than the default%s", len(p.Filters.Items), by), w.steps...)
}

// weakness collects in what a policy is weaker than the default.
type weakness struct {
	surely, perhaps []string
	harmful         bool // one of the weak filters is for a harm category or jailbreak
	why             []*arm.Unknown
	steps           []Step
}

// filter compares one filter with the default of its kind.
// Source: azure-ai-docs default-safety-policies.md (2026-05-31).
func (w *weakness) filter(p *estate.ContentPolicy, f estate.ContentFilter, surely bool) {
	name := strings.Map(letters, strings.ToLower(f.Name.String()))
	harm := strings.Contains("|hate|sexual|violence|selfharm|", "|"+name+"|")
	if !harm && name != "jailbreak" && name != "protectedmaterialtext" && name != "protectedmaterialcode" {
		return
	}
	what := f.Name.String()
	if source := f.Source.String(); source != "" {
		what += " on " + strings.ToLower(source) + "s"
	}
	ask := func(weak estate.Answer, text string, why *arm.Unknown) bool {
		if weak == estate.No {
			return false
		}
		w.note(weak == estate.Yes && surely, what+" "+text, harm || name == "jailbreak", why)
		w.steps = append(w.steps, Step{what + " " + text, p.ID, "properties.contentFilters", f.Pos})
		return weak == estate.Yes
	}
	isFalse := func(b bool) bool { return !b }
	if ask(estate.Test(f.Enabled, isFalse), "is off", f.Enabled.Unknown) {
		return
	}
	if ask(estate.Test(f.Blocking, isFalse), "only annotates", f.Blocking.Unknown) || !harm {
		return
	}
	ask(estate.Is(f.Threshold, "High"), "lets medium severity through", f.Threshold.Unknown)
}

func (w *weakness) note(surely bool, text string, harmful bool, why *arm.Unknown) {
	if surely {
		w.surely = append(w.surely, text)
		w.harmful = w.harmful || harmful
		return
	}
	w.perhaps, w.why = append(w.perhaps, text), append(w.why, why)
}

// mode notes that answers are shown before they are judged.
func (w *weakness) mode(p *estate.ContentPolicy) {
	is := estate.Is(p.Mode, "Asynchronous_filter", "Deferred")
	if is == estate.No {
		return
	}
	w.note(is == estate.Yes, "answers are streamed before they are filtered (mode = "+p.Mode.String()+")", false, p.Mode.Unknown)
	w.steps = append(w.steps, says(p.Resource, "properties.mode", p.Mode)...)
}

func letters(r rune) rune {
	if r < 'a' || r > 'z' {
		return -1
	}
	return r
}
