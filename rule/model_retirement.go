package rule

import (
	"fmt"
	"strings"
	"time"

	"palisade/arm"
	"palisade/estate"
)

var modelRetirement = &Rule{
	ID:    "PAL022",
	Name:  "model-retirement",
	Title: "Deployed model versions aren't retired, nor soon",
	Why: "Deployments of a retired version answer with errors or are moved to another version, and new ones can't be made: " +
		"the change then comes on Microsoft's day, without a test.",
	Fix:      "Test the replacement, and set properties.model to it.",
	Bicep:    "model: { format: 'OpenAI', name: 'gpt-5.1', version: '2025-11-13' }",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirement-schedule",
	Peers:    []string{"Azure Proactive Resiliency Library: model retirement"},
	Check:    checkRetirement,
}

// soonDays is how long before its retirement a version is reported: Microsoft
// tells 60 days before, and moving takes a test.
const soonDays = 90

func checkRetirement(s *Subject) []Result {
	var results []Result
	for _, d := range s.Estate.Deployments.All {
		results = append(results, judgeRetirement(s, d))
	}
	return results
}

func judgeRetirement(s *Subject, d *estate.Deployment) Result {
	name, version := d.Model.Name, d.Model.Version
	const property = "properties.model.version"
	proof := append(says(d.Resource, "properties.model.name", name), says(d.Resource, property, version)...)
	depends := []*arm.Unknown{name.Unknown, version.Unknown}
	switch {
	case d.Referred:
		return unknown(d.Resource, "the deployment is declared elsewhere and only referred to here", nil)
	case !name.Known():
		return unknown(d.Resource, "it isn't known which model it is: "+sentence("model.name", name), depends, proof...)
	case strings.Contains(strings.ToLower(name.Value), ".ft-") || d.Model.Source.Set:
		return notApplicable(d.Resource, "a fine-tuned model retires by a schedule of its own")
	case s.Now.IsZero():
		return unknown(d.Resource, "no day is given to compare retirement dates with", nil, proof...)
	case !version.Known() && len(version.Choices) == 0:
		return unknown(d.Resource, "it isn't known which version it is: "+sentence(property, version), depends, proof...)
	}
	if version.Known() && version.Value == "" {
		return judgeDefaultVersion(s, d, proof)
	}
	if !version.Known() {
		return judgeVersions(s, d, proof)
	}
	m := modelVersion(name.Value, version.Value)
	if m == nil {
		return unknown(d.Resource, fmt.Sprintf("%s %s isn't in the retirement schedule of %s", name.Value, version.Value, scheduleDate),
			nil, proof...)
	}
	return judgeVersion(s, d, m, proof)
}

// judgeVersion compares one version's date with the day.
func judgeVersion(s *Subject, d *estate.Deployment, m *model, proof []Step) Result {
	days := int(m.day().Sub(s.Now.Truncate(24*time.Hour)).Hours() / 24)
	what := m.name + " " + m.version
	var r Result
	switch {
	case days <= 0:
		r = fail(d.Resource, what+" retired on "+m.retires+afterwards(d), proof...)
	case days <= soonDays:
		r = fail(d.Resource, fmt.Sprintf("%s retires on %s, in %d days%s", what, m.retires, days, afterwards(d)), proof...).level(Low)
	default:
		return pass(d.Resource, what+" retires on "+m.retires, proof...)
	}
	if m.replacement != "" {
		r = r.fixedBy("Test " + m.replacement + ", which Microsoft names as the replacement, and set properties.model to it.")
	}
	return r
}

// afterwards says what becomes of the deployment.
// Source: azure-ai-docs working-with-models.md (2026-02-12).
func afterwards(d *estate.Deployment) string {
	if estate.Is(d.Upgrade, "NoAutoUpgrade") == estate.Yes {
		return ", and with NoAutoUpgrade the deployment stops working then"
	}
	return ""
}

// judgeDefaultVersion is for a deployment without a version: it gets the
// default of the day, which is only bad where the whole model is going.
func judgeDefaultVersion(s *Subject, d *estate.Deployment, proof []Step) Result {
	last := lastVersion(d.Model.Name.Value)
	if last == nil {
		return unknown(d.Resource, fmt.Sprintf("%s isn't in the retirement schedule of %s", d.Model.Name.Value, scheduleDate), nil, proof...)
	}
	r := judgeVersion(s, d, last, proof)
	when := " retires on "
	if r.Status == Fail && r.Severity == nil {
		when = " retired on "
	}
	r.Message = "it gets the default version of " + last.name + ", whose last version" + when + last.retires
	return r
}

// judgeVersions is for a version that is one of several.
func judgeVersions(s *Subject, d *estate.Deployment, proof []Step) Result {
	f := d.Model.Version
	var bad []string
	passes := 0
	for _, v := range f.Choices {
		m := modelVersion(d.Model.Name.Value, v)
		if m == nil {
			continue
		}
		if r := judgeVersion(s, d, m, proof); r.Status == Pass {
			passes++
		} else {
			bad = append(bad, v)
		}
	}
	switch {
	case passes == len(f.Choices):
		return pass(d.Resource, d.Model.Name.Value+" retires late enough in each version that it may be: "+oneOf(f.Choices), proof...)
	case len(bad) > 0:
		return unknown(d.Resource, d.Model.Name.Value+" is retired, or soon, if model.version = "+oneOf(bad), []*arm.Unknown{f.Unknown}, proof...)
	}
	return unknown(d.Resource, "it isn't known which version it is: "+sentence("model.version", f), []*arm.Unknown{f.Unknown}, proof...)
}
