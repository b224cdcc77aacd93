package cli

import (
	"slices"
	"strings"
	"time"

	"palisade/access"
	"palisade/arm"
	"palisade/blueprint"
	"palisade/estate"
	"palisade/gateway"
	"palisade/rule"
	"palisade/source"
	"palisade/spec"
)

// described is what a palisade.yaml describes, as one estate: its deployment,
// and its gateway; with what all rules find there.
type described struct {
	spec      *spec.Spec
	plan      *blueprint.Plan // nil where there is none
	notBuilt  []spec.Problem  // why there is none
	resources int
	subject   *rule.Subject
	findings  []rule.Finding // those that the file accounts for are marked
}

// evaluateSpec reads a palisade.yaml and asks all rules of what it describes.
// It is the one way from such a file to findings: check, who, why, render and
// deploy go it. The problems are mistakes in the file.
func evaluateSpec(name string, text []byte, at time.Time) (*described, []spec.Problem) {
	s, problems := spec.Parse(name, text)
	if len(problems) > 0 {
		return nil, problems
	}
	d := &described{spec: s}
	if deployed(s) {
		d.plan, d.notBuilt = blueprint.Build(s)
	}
	all := d.all()
	d.resources = len(all)
	e := estate.New(all, estate.Options{})
	d.subject = &rule.Subject{Estate: e, World: access.Compile(e), Now: at, Missing: d.missing()}
	d.findings = rule.Run(rule.All, d.subject)
	holds := slices.DeleteFunc(s.Exceptions(), func(a spec.Accepted) bool { return a.Expires.Over(at) })
	for i := range d.findings {
		d.findings[i].Accepted = d.accepted(d.findings[i], holds)
	}
	return d, nil
}

// deployed reports whether a deployment can be made from the file: a file for
// a gateway alone has nothing to deploy.
func deployed(s *spec.Spec) bool {
	if s.Gateway.Kind != spec.PalisadeGateway {
		return true
	}
	for i := range s.Models {
		for j := range s.Models[i].Upstreams {
			if s.Models[i].Upstreams[j].Deployed() {
				return true
			}
		}
	}
	return false
}

// all are the resources of the deployment and of the gateway.
func (d *described) all() []arm.Resource {
	var all []arm.Resource
	var in gateway.Deployment
	if d.plan != nil {
		all = append(d.plan.Resources(), d.plan.Referred...)
		if g := d.plan.Gateway; g != nil {
			in = gateway.Deployment{Identity: g.Identity, Internal: true, Account: func(region string) string { return g.Accounts[region] }}
		}
	}
	if d.spec.Gateway.Kind == spec.PalisadeGateway {
		all = append(all, gateway.Resources(d.spec, d.spec.Text(), in)...)
	}
	return append(all, d.departures()...)
}

// departureRule is the rule that tells departures that no other rule tells.
const departureRule = "PAL035"

// departures are the departures from safe defaults that don't show in the
// resources or in the gateway, where other rules would find them.
func (d *described) departures() []arm.Resource {
	f := arm.NewFile(d.spec.At().File, d.spec.Text())
	var all []arm.Resource
	for _, a := range d.spec.Exceptions() {
		if d.told(a.Path[strings.LastIndexByte(a.Path, '.')+1:]) {
			continue
		}
		at := f.At(a.Pos.Offset)
		text := func(name, value string) arm.Member {
			return arm.Member{Name: name, Value: arm.String(value, at), Pos: at}
		}
		end := a.Expires.AddDate(0, 0, 1).UTC().Format(time.RFC3339)
		properties := arm.NewObject([]arm.Member{text("what", a.What), text("because", a.Because), text("expires", end)})
		id := "/providers/Palisade.Gateway/departures/" + a.Path
		all = append(all, arm.Resource{ID: id, Type: "Palisade.Gateway/departures", Name: a.Path, Pos: at,
			Body: arm.Obj(arm.NewObject([]arm.Member{text("id", id), {Name: "properties", Value: arm.Obj(properties, at), Pos: at}}), at)})
	}
	return all
}

// told reports whether a departure, by its key, shows in what other rules look
// at.
func (d *described) told(key string) bool {
	switch key {
	case "level", "jailbreak", "indirectAttack", "protectedMaterial", "plans":
		return d.plan != nil
	case "user":
		return d.plan != nil || d.spec.Gateway.Kind == spec.PalisadeGateway
	case "hash", "address", "onError", "key", "url":
		return d.spec.Gateway.Kind == spec.PalisadeGateway
	}
	return false
}

// missing is what can't be looked at because the deployment can't be built.
func (d *described) missing() []arm.Diagnostic {
	f := arm.NewFile(d.spec.At().File, d.spec.Text())
	var all []arm.Diagnostic
	for _, p := range d.notBuilt {
		all = append(all, diagnosticOf(f, p, arm.Error))
	}
	return all
}

func diagnosticOf(f *arm.File, p spec.Problem, severity arm.Severity) arm.Diagnostic {
	return arm.Diagnostic{Severity: severity, Message: p.Message, Hint: p.Hint, Pos: f.At(p.Pos.Offset)}
}

// accepted is why the file accounts for a finding, by what it accepts now, or nil.
func (d *described) accepted(f rule.Finding, holds []spec.Accepted) *rule.Accepted {
	if f.Status != rule.Fail && f.Status != rule.Unknown {
		return nil
	}
	if d.plan != nil {
		if a, ok := d.plan.Accepts(f.Rule.ID, f.Resource); ok {
			return &rule.Accepted{Because: a.Because}
		}
	}
	if f.Status != rule.Fail {
		return nil
	}
	if a, ok := accepts(holds, f); ok {
		return &rule.Accepted{Because: a.Because, Until: a.Expires.String(),
			Pos: arm.NewFile(a.Pos.File, d.spec.Text()).At(a.Pos.Offset)}
	}
	return nil
}

// specVerdict is evaluateSpec for an entry point: its mistakes, and what is
// over in it, are diagnostics.
func (c *checker) specVerdict(e source.Entry) (*described, []arm.Diagnostic, error) {
	text, err := readSpecFile(e.Template)
	if err != nil {
		return nil, nil, err
	}
	f := arm.NewFile(e.Template, text)
	d, problems := evaluateSpec(e.Template, text, now())
	var diagnostics []arm.Diagnostic
	for _, p := range problems {
		diagnostics = append(diagnostics, diagnosticOf(f, p, arm.Error))
	}
	if d == nil {
		return nil, diagnostics, nil
	}
	diagnostics = append(diagnostics, d.missing()...)
	for _, p := range d.spec.Expired(now()) {
		diagnostics = append(diagnostics, diagnosticOf(f, p, arm.Warning))
	}
	return d, diagnostics, nil
}
