package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// parent is the resource around a nested one. The zero value is none.
type parent struct {
	typ  string
	name expr.Node
	loop *template.Loop
}

// resources adds the resources in o to the template: an array of them, or an
// object of them by symbolic name.
func (l *lowerer) resources(t *template.Template, o *arm.Object) {
	l.nested(t, o.Get("resources"), extensionAliases(o), parent{})
}

func (l *lowerer) nested(t *template.Template, v arm.Value, aliases map[string]bool, p parent) {
	switch v.Kind() {
	case arm.ArrayKind:
		items, _ := v.Items()
		for _, item := range items {
			l.resource(t, arm.Member{Value: item, Pos: item.Pos()}, aliases, p)
		}
	case arm.ObjectKind:
		o, _ := v.Object()
		for _, m := range o.Members() {
			l.resource(t, m, aliases, p)
		}
	case arm.NullKind:
	default:
		l.fail(v.Pos(), "resources is %s, not array or object", v.Kind())
	}
}

// resource adds m, whose name is the symbolic name or "", and its children.
func (l *lowerer) resource(t *template.Template, m arm.Member, aliases map[string]bool, p parent) {
	o, ok := m.Value.Object()
	if !ok {
		l.fail(m.Pos, "resource is %s, not object", m.Value.Kind())
		return
	}
	r := &template.Resource{Symbol: m.Name, At: m.Pos}
	r.Type, r.APIVersion = l.text(t, o.Get("type")), l.text(t, o.Get("apiVersion"))
	if r.Type == "" {
		l.fail(m.Pos, "resource has no type that can be known")
		return
	}
	if alias := extensionOf(o, aliases); alias != "" {
		l.extension(r, o, alias)
		t.Resources = append(t.Resources, r)
		return
	}
	l.identify(r, o, p)
	r.Existing, _ = o.Get("existing").Bool()
	r.Condition = l.optional(o.Get("condition"))
	if r.Loop = l.resourceLoop(o.Get("copy")); r.Loop == nil {
		r.Loop = p.loop
	}
	l.target(r, o)
	l.dependsOn(r, o.Get("dependsOn"))
	if strings.EqualFold(r.Type, "Microsoft.Resources/deployments") && !r.Existing {
		l.module(r, t, o)
	} else {
		r.Body = l.body(o)
	}
	t.Resources = append(t.Resources, r)
	l.nested(t, o.Get("resources"), aliases, parent{typ: r.Type, name: r.Name, loop: r.Loop})
}

// text is a string that must be known when the template is read: written out,
// or by way of a variable or the default of a parameter.
func (l *lowerer) text(t *template.Template, v arm.Value) string {
	if s, ok := v.Str(); ok && !inBrackets(s) {
		return s
	}
	n := l.node(v)
	for range 8 {
		switch x := n.(type) {
		case *expr.Literal:
			s, _ := x.Value.Str()
			return s
		case *expr.Variable:
			n = variableValue(t, x.Name)
		case *expr.Parameter:
			n = parameterDefault(t, x.Name)
		}
	}
	return ""
}

func variableValue(t *template.Template, name string) expr.Node {
	for _, v := range t.Variables {
		if strings.EqualFold(v.Name, name) {
			return v.Value
		}
	}
	return nil
}

func parameterDefault(t *template.Template, name string) expr.Node {
	for _, p := range t.Parameters {
		if strings.EqualFold(p.Name, name) {
			return p.Default
		}
	}
	return nil
}

// identify finds the full type and name. Those of a nested resource are
// relative to its parent, unless they are written in full.
func (l *lowerer) identify(r *template.Resource, o *arm.Object, p parent) {
	name, ok := o.Lookup("name")
	if !ok {
		l.fail(r.At, "resource of type %s has no name", r.Type)
		name.Value = arm.Unk(arm.NotRead("name", "a resource of type "+r.Type+" has no name", r.At))
	}
	r.Name = l.node(name.Value)
	r.Type = strings.Trim(r.Type, "/")
	first, _, _ := strings.Cut(r.Type, "/")
	if p.typ == "" || strings.Contains(first, ".") {
		return
	}
	r.Type = p.typ + "/" + r.Type
	r.Name = joinNames(p.name, r.Name)
}

func joinNames(parent, own expr.Node) expr.Node {
	a, ok := literalText(parent)
	b, ok2 := literalText(own)
	if ok && ok2 {
		return &expr.Literal{Value: arm.String(a+"/"+b, own.Pos())}
	}
	slash := &expr.Literal{Value: arm.String("/", own.Pos())}
	return &expr.Join{Parts: []expr.Node{parent, slash, own}, At: own.Pos()}
}

// target reads where the resource is deployed to. For what isn't a deployment,
// a subscription and resource group become the scope that they name.
func (l *lowerer) target(r *template.Resource, o *arm.Object) {
	if scope := l.optional(o.Get("scope")); scope != nil {
		r.Target.ID = scope
		return
	}
	subscription, group := l.optional(o.Get("subscriptionId")), l.optional(o.Get("resourceGroup"))
	switch {
	case strings.EqualFold(r.Type, "Microsoft.Resources/deployments"):
		r.Target.Subscription, r.Target.ResourceGroup = subscription, group
	case group != nil && subscription != nil:
		r.Target.ID = &expr.Call{Name: "resourceGroup", Args: []expr.Node{subscription, group}, At: group.Pos()}
	case group != nil:
		r.Target.ID = &expr.Call{Name: "resourceGroup", Args: []expr.Node{group}, At: group.Pos()}
	case subscription != nil:
		r.Target.ID = &expr.Call{Name: "subscription", Args: []expr.Node{subscription}, At: subscription.Pos()}
	}
}

func (l *lowerer) dependsOn(r *template.Resource, v arm.Value) {
	items, ok := v.Items()
	if !ok && !v.IsNull() {
		items = []arm.Value{v}
	}
	for _, item := range items {
		r.DependsOn = append(r.DependsOn, l.node(item))
	}
}

// body is the resource without the members that tell Resource Manager what to
// do with it.
func (l *lowerer) body(o *arm.Object) expr.Node {
	members := make([]arm.Member, 0, o.Len())
	for _, m := range o.Members() {
		if !isInstruction(m.Name) {
			members = append(members, m)
		}
	}
	if n := l.lowerMembers(members, arm.Pos{}); n != nil {
		return n
	}
	return &expr.Literal{Value: arm.Obj(arm.NewObject(members), arm.Pos{})}
}

func isInstruction(name string) bool {
	switch strings.ToLower(name) {
	case "type", "apiversion", "name", "condition", "copy", "scope", "subscriptionid", "resourcegroup",
		"dependson", "existing", "resources", "comments", "metadata", "import", "extension":
		return true
	}
	return false
}
