package bicep

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

const (
	deploymentType = "Microsoft.Resources/deployments"
	// deploymentVersion is the API version of the template deployments that
	// Bicep makes of modules.
	deploymentVersion = "2025-04-01"
)

// module lowers a module: a nested template deployment.
func (l *lowerer) module(d *moduleDecl) {
	info, p := l.resources[d.name.name], partsOf(d.body)
	if d.name.name == "" {
		return
	}
	r := &template.Resource{Symbol: d.name.name, Type: deploymentType, APIVersion: deploymentVersion, At: l.at(d.at)}
	r.Module = l.moduleTemplate(d)
	l.locals = append(l.locals, l.loopOf(r, info, d.decorators)...)
	if p.condition != nil {
		r.Condition = l.expr(p.condition)
	}
	if p.object == nil {
		r.Module = &template.Module{Missing: "the body of module " + d.name.name + " couldn't be read"}
	} else {
		l.moduleBody(r, p.object)
	}
	if r.Name == nil {
		r.Name = l.generatedName(d.name.name, info.loop, r.At)
	}
	l.locals = l.locals[:0]
	l.t.Resources = append(l.t.Resources, r)
}

func (l *lowerer) moduleBody(r *template.Resource, object *objectNode) {
	for _, m := range object.members {
		switch keyOf(m) {
		case "name":
			r.Name = l.expr(m.value)
		case "scope":
			r.Target.ID = l.scope(m.value)
		case "dependsOn":
			r.DependsOn = l.dependsOn(m.value)
		case "params":
			l.arguments(r.Module, m.value)
		}
	}
}

// arguments lowers the parameters of a module. Spread ones are wrapped as
// Resource Manager takes them: {"value": …}.
func (l *lowerer) arguments(m *template.Module, n node) {
	o, ok := n.(*objectNode)
	if ok && allNamed(o) {
		for _, arg := range o.members {
			m.Arguments = append(m.Arguments, template.Argument{Name: keyOf(arg), Value: l.expr(arg.value), At: l.at(arg.key.offset())})
		}
		return
	}
	at := l.at(n.offset())
	value := expr.ObjectMember{Name: text("value", at), Value: &expr.Local{Name: "argument", At: at}, At: at}
	wrap := &expr.Lambda{Params: []string{"argument"}, Body: &expr.Object{Members: []expr.ObjectMember{value}, At: at}, At: at}
	m.ArgumentsValue = call("mapValues", at, l.expr(n), wrap)
}

func allNamed(o *objectNode) bool {
	for _, m := range o.members {
		if keyOf(m) == "" {
			return false
		}
	}
	return true
}

// generatedName is the name of a module's deployment where none is given
// (Azure/bicep, Bicep.Core/Intermediate/ExpressionFactory.cs): the symbol, the
// turn of its loop, and a hash of the symbol and the deployment around it, in
// at most 64 characters.
func (l *lowerer) generatedName(symbol string, loop *loopInfo, at arm.Pos) expr.Node {
	const hash, turn, limit = 13, 3, 64
	hashed := call("uniqueString", at, text(symbol, at),
		&expr.Member{X: call("deployment", at), Name: "name", At: at})
	if loop == nil {
		return &expr.Join{Parts: []expr.Node{text(symbol[:min(len(symbol), limit-hash-1)]+"-", at), hashed}, At: at}
	}
	prefix := symbol[:min(len(symbol), limit-hash-turn-2)]
	return &expr.Join{Parts: []expr.Node{text(prefix+"-", at), &expr.Local{Name: loop.turn(), At: at}, text("-", at), hashed}, At: at}
}

// moduleTemplate finds the template of a module.
func (l *lowerer) moduleTemplate(d *moduleDecl) *template.Module {
	s, ok := d.path.(*stringNode)
	if !ok {
		return &template.Module{Missing: "the path of module " + d.name.name + " couldn't be read"}
	}
	u, found := l.other(s)
	switch {
	case u == nil:
		return &template.Module{Missing: found.missing, Hint: found.hint}
	case u.source != nil && u.reaches(l.unit):
		return &template.Module{Missing: fmt.Sprintf("module %s uses this file, too, which would never end", quote(s.value))}
	case u.source != nil && dialectOf(u.path) == paramsFile:
		return &template.Module{Missing: quote(s.value) + " is a parameter file, not a module"}
	}
	return &template.Module{Template: u.asTemplate()}
}

// other is the file that a reference names, or nil with the reason.
func (l *lowerer) other(s *stringNode) (*unit, found) {
	f := l.unit.resolve(s.value)
	if f.path == "" {
		return nil, f
	}
	u := l.unit.loader.unit(f.path)
	if u.err != nil {
		return nil, found{missing: fmt.Sprintf("%s can't be read: %v", quote(s.value), u.err)}
	}
	return u, f
}

// rawDeployment lowers a template deployment that is written as a resource.
// Its template is an object of Bicep.
func (l *lowerer) rawDeployment(r *template.Resource, members []member, at arm.Pos) {
	m := &template.Module{} // a string such as "[parameters('x')]" is evaluated inside: Bicep escapes it
	r.Module = m
	var rest []member
	for _, mem := range members {
		o, ok := mem.value.(*objectNode)
		switch {
		case keyOf(mem) == "resourceGroup":
			r.Target.ResourceGroup = l.expr(mem.value)
		case keyOf(mem) == "subscriptionId":
			r.Target.Subscription = l.expr(mem.value)
		case keyOf(mem) != "properties":
			rest = append(rest, mem)
		case !ok:
			properties := l.expr(mem.value)
			m.Value = &expr.Member{X: properties, Name: "template", At: at}
			m.ArgumentsValue = &expr.Member{X: properties, Name: "parameters", Safe: true, At: at}
		default:
			l.rawProperties(m, o)
		}
	}
	if len(rest) > 0 {
		r.Body = l.object(rest, at)
	}
	if m.Value == nil && m.Link == nil {
		m.Missing = "the deployment has no template"
	}
}

func (l *lowerer) rawProperties(m *template.Module, o *objectNode) {
	for _, p := range o.members {
		switch keyOf(p) {
		case "template":
			m.Value = l.expr(p.value)
		case "parameters":
			m.ArgumentsValue = l.expr(p.value)
		case "templateLink":
			m.Link = &expr.Member{X: l.expr(p.value), Name: "uri", At: l.at(p.value.offset())}
		}
	}
}
