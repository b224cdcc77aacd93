package cli

import (
	"fmt"
	"maps"
	"strings"

	"palisade/arm"
	"palisade/rule"
	"palisade/source"
	"palisade/template"
)

// maxCases bounds how many combinations of values are tried.
const maxCases = 16

// oneCase is one combination of values for the parameters that have none.
type oneCase struct {
	values map[string]arm.Value
	label  string // "allowPublic = true"
}

// decideByCases tries parameters without a value that can only have a few,
// where rules can't be decided because of them: with each value, the rule has
// an answer.
func (c *checker) decideByCases(e source.Entry, given map[string]arm.Value, v *verdict) []rule.Finding {
	tried := cases(deciding(v))
	if len(tried) == 0 {
		return v.findings
	}
	answers := make([][]rule.Finding, len(tried))
	for i, k := range tried {
		values := maps.Clone(given)
		maps.Copy(values, k.values)
		with, err := c.evaluate(e, values)
		if err != nil {
			return v.findings
		}
		answers[i] = with.findings
	}
	out := make([]rule.Finding, len(v.findings))
	for i, f := range v.findings {
		out[i] = decide(f, tried, answers)
	}
	return out
}

// deciding are the open parameters with few values that undecided rules depend
// on.
func deciding(v *verdict) []template.OpenParameter {
	names := map[string]bool{}
	for _, f := range v.findings {
		for _, u := range f.DependsOn {
			for _, root := range u.Roots() {
				if root.Op == arm.OpParameter {
					names[strings.ToLower(root.Name)] = true
				}
			}
		}
	}
	var out []template.OpenParameter
	for _, p := range v.result.Open {
		if names[strings.ToLower(p.Name)] && len(p.Values) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// cases are the combinations of the values of parameters, as many parameters
// as fit into maxCases.
func cases(parameters []template.OpenParameter) []oneCase {
	out := []oneCase{{values: map[string]arm.Value{}}}
	for _, p := range parameters {
		if len(out)*len(p.Values) > maxCases {
			break
		}
		var next []oneCase
		for _, k := range out {
			for _, v := range p.Values {
				values := maps.Clone(k.values)
				values[p.Name] = v
				label := fmt.Sprintf("%s = %s", p.Name, v.Text())
				if k.label != "" {
					label = k.label + " and " + label
				}
				next = append(next, oneCase{values, label})
			}
		}
		out = next
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// decide answers an undecided finding from the cases: if all agree, that is
// the answer; if it fails in some, it stays undecided and says in which.
func decide(f rule.Finding, tried []oneCase, answers [][]rule.Finding) rule.Finding {
	if f.Status != rule.Unknown {
		return f
	}
	var failing []string
	var example *rule.Finding
	passes := 0
	for i, answer := range answers {
		g := worst(f, answer)
		switch {
		case g == nil || g.Status == rule.Unknown:
		case g.Status == rule.Fail:
			failing = append(failing, tried[i].label)
			example = g
		default:
			passes++
		}
	}
	switch {
	case passes == len(tried):
		f.Status = rule.Pass
	case len(failing) == len(tried):
		return *example
	case example != nil:
		f.FailsIf, f.Message = failing, example.Message
		f.Proof, f.Result.Severity, f.Fix = example.Proof, example.Result.Severity, example.Fix
	}
	return f
}

// worst finds the answer to the same question in another case; of several, the
// worst.
func worst(f rule.Finding, in []rule.Finding) *rule.Finding {
	var found *rule.Finding
	for i := range in {
		g := &in[i]
		if g.Rule != f.Rule || !strings.EqualFold(g.Resource, f.Resource) {
			continue
		}
		if found == nil || badness(g.Status) > badness(found.Status) {
			found = g
		}
	}
	return found
}

func badness(s rule.Status) int {
	switch s {
	case rule.Fail:
		return 2
	case rule.Unknown:
		return 1
	}
	return 0
}
