package template

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
)

// collect adds the deployment's resources and outputs to the result, and those
// of its modules.
func (d *deployment) collect() {
	for _, p := range d.t.Parameters {
		d.Parameter(p.Name, p.At)
	}
	for _, g := range d.groups {
		deployed := 0
		for _, i := range g.expand() {
			if len(d.run.result.Resources) >= maxResources {
				d.tooMany(g)
				return
			}
			if !i.skipped() {
				i.collect()
				deployed++
			}
		}
		if deployed == 0 {
			d.run.notDeployed(g.r, len(g.turns) == 0, d.depth)
		}
	}
	d.collectOutputs()
}

// notDeployed keeps r, and what the template of a module declares.
func (run *run) notDeployed(r *Resource, emptyLoop bool, depth int) {
	if r.Existing || depth > maxNesting || len(run.result.NotDeployed) >= maxResources {
		return
	}
	run.result.NotDeployed = append(run.result.NotDeployed,
		NotDeployed{Type: r.Type, Symbol: r.Symbol, EmptyLoop: emptyLoop, Pos: r.At})
	if r.Module == nil || r.Module.Template == nil {
		return
	}
	for _, inner := range r.Module.Template.Resources {
		run.notDeployed(inner, emptyLoop, depth+1)
	}
}

func (d *deployment) tooMany(g *group) {
	if !d.run.full {
		d.Report(arm.Diagnostic{Pos: g.r.At, Message: fmt.Sprintf("the deployment has more than %d resources", maxResources)})
	}
	d.run.full = true
}

func (i *instance) collect() {
	d, r := i.g.d, i.r()
	res := arm.Resource{
		ID:         i.ID().Text(),
		Type:       r.Type,
		Name:       lastPart(i.Name()),
		APIVersion: r.APIVersion,
		Body:       i.Body(),
		Condition:  both(d.condition, i.Condition()),
		Copies:     d.copies,
		Existing:   r.Existing,
		Symbol:     r.Symbol,
		Deployment: d.id.Text(),
		Pos:        r.At,
	}
	if typ := typeOf(res.ID); typ != "" && r.Extension == "" {
		res.Type = typ
	}
	if i.g.copies.IsUnknown() {
		res.Copies = i.g.copies
	}
	if r.Extension == "" || !r.Existing {
		res.DependsOn = i.dependsOn()
	}
	d.run.result.Resources = append(d.run.result.Resources, res)
	if r.Module == nil || r.Existing {
		return
	}
	if child := i.deployment(); child != nil {
		child.collect()
	}
}

func lastPart(name arm.Value) string {
	parts := segments(name)
	return parts[len(parts)-1].Text()
}

// dependsOn are the ids of what is written in dependsOn, as far as it can be
// told.
func (i *instance) dependsOn() []string {
	var out []string
	for _, n := range i.r().DependsOn {
		if s, ok := n.(*expr.Symbol); ok {
			n = &expr.Member{X: s, Name: "id", At: s.At}
		}
		v := i.env.Quiet().Eval(n)
		if items, ok := v.Items(); ok {
			for _, item := range items {
				out = append(out, i.dependency(item))
			}
			continue
		}
		out = append(out, i.dependency(v))
	}
	return out
}

func (i *instance) dependency(v arm.Value) string {
	if s, ok := v.Str(); ok && (s == "" || s[0] != '/') {
		if k, ok := lookup(i.g.d.t.symbols, s); ok && i.g.d.groups[k].r.Loop == nil {
			return i.g.d.groups[k].expand()[0].ID().Text()
		}
	}
	return v.Text()
}

func (d *deployment) collectOutputs() {
	o, ok := d.outputValues().Object()
	if !ok {
		return
	}
	for _, declared := range d.t.Outputs {
		m, ok := o.Lookup(declared.Name)
		if !ok {
			continue
		}
		d.run.result.Outputs = append(d.run.result.Outputs, OutputValue{
			Deployment: d.id.Text(), Name: declared.Name, Value: m.Value,
			Secure: d.t.Resolve(declared.Type).Secure, Nested: d.depth > 0, Pos: declared.At,
		})
	}
}
