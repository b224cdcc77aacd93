package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/azure"
	"palisade/blueprint"
	"palisade/blueprint/types"
	"palisade/estate"
	"palisade/format/layout"
	"palisade/rule"
	"palisade/template"
)

// planned is the deployment that a file describes, proven, as it goes to Azure.
type planned struct {
	*proven
	deploy *azure.Plan
}

// planDeployment reads a palisade.yaml and makes what is deployed from it. The
// rules are asked, but what they find is the caller's to tell.
func planDeployment(file string) (*planned, error) {
	text, err := readSpecFile(file)
	if err != nil {
		return nil, err
	}
	p, problems := proveSpec(file, text, rule.Medium, now())
	if len(problems) > 0 {
		return nil, deployProblems(problems)
	}
	s := p.spec
	if s.Subscription == "" || len(s.Regions) == 0 {
		return nil, deployProblems([]string{file + ": subscription: and regions: have to say where it is deployed to"})
	}
	deploy := &azure.Plan{
		Name: "palisade-" + s.Name + "-" + s.Environment, Location: s.Regions[0],
		Resources: p.plan.Resources(), Referred: referred(p.plan), Deny: string(p.plan.Stack.Mode), Excluded: p.plan.Stack.ExcludedPrincipals, Tags: map[string]string{},
	}
	for _, t := range s.Tags {
		deploy.Tags[t.Name] = t.Value
	}
	out := &planned{p, deploy}
	return out, out.templates(filepath.Base(file))
}

// templates writes the template of the plan, and those that may have to go first:
// one without locks, and one with what Azure takes while it makes a resource.
func (p *planned) templates(source string) error {
	write := func(plan *blueprint.Plan) (json.RawMessage, error) {
		files, err := rendered(p.spec, plan, "arm", source)
		if err != nil {
			return nil, err
		}
		return files[0].Text, nil
	}
	var err error
	if p.deploy.Template, err = write(p.plan); err != nil {
		return err
	}
	unlocked := withoutLocks(p.plan)
	if len(unlocked.Resources()) < len(p.plan.Resources()) {
		if p.deploy.Unlocked, err = write(unlocked); err != nil {
			return err
		}
	}
	if len(p.plan.First) > 0 {
		first, making := withFirst(unlocked)
		p.deploy.Making = making
		p.deploy.First, err = write(first)
	}
	return err
}

// withoutLocks is the plan without its locks.
func withoutLocks(plan *blueprint.Plan) *blueprint.Plan {
	out := *plan
	out.Parts = nil
	for _, part := range plan.Parts {
		part.Resources = slices.DeleteFunc(slices.Clone(part.Resources), func(r arm.Resource) bool { return r.Is("Microsoft.Authorization/locks") })
		if len(part.Resources) > 0 {
			out.Parts = append(out.Parts, part)
		}
	}
	return &out
}

// withFirst is the plan with the values that Azure takes while it makes a
// resource, and the resources that these are of.
func withFirst(plan *blueprint.Plan) (*blueprint.Plan, []arm.Resource) {
	out := *plan
	out.Parts = slices.Clone(plan.Parts)
	var making []arm.Resource
	for i := range out.Parts {
		out.Parts[i].Resources = slices.Clone(out.Parts[i].Resources)
		for j, r := range out.Parts[i].Resources {
			for _, f := range plan.First {
				if strings.EqualFold(f.Resource, r.ID) {
					making = append(making, r)
					out.Parts[i].Resources[j].Body = set(r.Body, strings.Split(f.Property, "."), f.Value)
				}
			}
		}
	}
	return &out, making
}

// set is v with another value at a path of members.
func set(v arm.Value, path []string, text string) arm.Value {
	if len(path) == 0 {
		return arm.String(text, v.Pos())
	}
	o, ok := v.Object()
	if !ok {
		return v
	}
	return arm.Obj(o.With(arm.Member{Name: path[0], Value: set(v.Get(path[0]), path[1:], text)}), v.Pos())
}

// referred are the resources that a plan takes to be there: those that it names,
// and those whose state it asks for.
func referred(plan *blueprint.Plan) []arm.Resource {
	seen := map[string]bool{}
	var out []arm.Resource
	add := func(r arm.Resource) {
		if r.APIVersion == "" {
			r.APIVersion = types.Version(r.Type)
		}
		if !seen[r.Key()] {
			seen[r.Key()] = true
			out = append(out, r)
		}
	}
	for _, r := range plan.Resources() {
		seen[r.Key()] = true
	}
	for _, r := range plan.Referred {
		add(r)
	}
	for _, r := range plan.Resources() {
		for _, id := range asked(r.Body) {
			if parsed, ok := layout.ParseID(id); ok {
				add(arm.Resource{ID: id, Type: parsed.Type, Name: azure.Short(id)})
			}
		}
	}
	return out
}

// asked are the IDs of resources whose state is asked for in v.
func asked(v arm.Value) []string {
	var out []string
	v.Walk(func(v arm.Value) bool {
		if u, ok := v.Unknown(); ok {
			for _, root := range u.Roots() {
				if root.Op == arm.OpRuntime && strings.EqualFold(root.Name, "reference") && len(root.Args) > 0 {
					out = append(out, root.Args[0].Text())
				}
			}
		}
		return true
	})
	return out
}

// parameters gives the values of --param to the plan; all that the template
// asks for have to be there, and no others.
func (p *planned) parameters(given []string) error {
	t, err := readTemplate([]layout.Written{{Path: "main.json", Text: p.deploy.Template}})
	if err != nil {
		return err
	}
	p.deploy.Parameters = map[string]string{}
	for _, g := range given {
		name, value, ok := strings.Cut(g, "=")
		if !ok || !slices.ContainsFunc(t.Parameters, func(d *template.Parameter) bool { return d.Name == name }) {
			return usagef("--param %s: it is NAME=VALUE, of a parameter of the deployment", g)
		}
		p.deploy.Parameters[name] = value
	}
	for _, d := range t.Parameters {
		if _, ok := p.deploy.Parameters[d.Name]; !ok && d.Default == nil {
			return usagef("the deployment asks for %s: --param %s=VALUE", d.Name, d.Name)
		}
	}
	return nil
}

func deployProblems(texts []string) error {
	return errorText("nothing was asked of Azure\n  " + strings.Join(texts, "\n  "))
}

// errorText is an error that is only text.
type errorText string

func (e errorText) Error() string { return string(e) }

// judgeLive asks all rules of what stands in Azure. What was accepted in the
// plan is accepted there.
func (p *planned) judgeLive(live []arm.Resource) *proven {
	e := estate.New(append(append([]arm.Resource(nil), live...), p.plan.Referred...), estate.Options{})
	out := &proven{spec: p.spec, accepts: p.accepts, plan: p.plan, threshold: p.threshold, rules: p.rules}
	for _, f := range rule.Run(rule.All, &rule.Subject{Estate: e, World: access.Compile(e), Now: now()}) {
		if by, ok := p.acceptedBefore(f); ok {
			out.accepted = append(out.accepted, by)
			continue
		}
		out.sort(f)
	}
	return out
}

// acceptedBefore finds the same finding among those accepted in the plan.
func (p *planned) acceptedBefore(f rule.Finding) (acceptedFinding, bool) {
	for _, a := range p.accepted {
		if f.Status == rule.Fail && a.Rule.ID == f.Rule.ID && strings.EqualFold(a.Resource, f.Resource) {
			return a, true
		}
	}
	return acceptedFinding{}, false
}

// login logs in to the subscription of a file.
func (s *session) login(p *planned, cloud string) (*azure.Client, error) {
	if cloud != "" && cloud != string(p.spec.Cloud) {
		return nil, usagef("--cloud %s, but the file says cloud: %s", cloud, p.spec.Cloud)
	}
	o := s.azure
	o.Subscription, o.Tenant, o.Cloud = string(p.spec.Subscription), string(p.spec.Tenant), string(p.spec.Cloud)
	return azure.Login(o)
}
