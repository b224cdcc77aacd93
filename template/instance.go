package template

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// instance is one resource to be deployed: a declared resource in one turn of
// its loop.
type instance struct {
	g   *group
	env expr.Env

	condition, name, id, body memo
	child                     *deployment
	childState                memoState
}

func (i *instance) r() *Resource { return i.g.r }

// Condition is true or false, or unknown.
func (i *instance) Condition() arm.Value {
	c := i.ownCondition()
	if b, known := c.Bool(); known && !b {
		return c
	}
	return both(i.g.when, c)
}

// ownCondition is the condition without that of the loop.
func (i *instance) ownCondition() arm.Value {
	if i.r().Condition == nil {
		return arm.Bool(true, i.r().At)
	}
	return i.g.d.once(&i.condition, "the condition of", i.g.label(), i.r().At, func() arm.Value {
		c := i.env.Eval(i.r().Condition)
		if _, ok := c.Bool(); ok || c.IsUnknown() {
			return c
		}
		i.g.d.Report(arm.Diagnostic{Pos: i.r().Condition.Pos(), Message: "condition is " + c.Kind().String() + ", not bool"})
		return arm.Unk(arm.NotRead("error", "the condition isn't a bool", i.r().At))
	})
}

// skipped reports whether the resource is surely not deployed.
func (i *instance) skipped() bool {
	b, ok := i.Condition().Bool()
	return ok && !b
}

// Name is the name as it is written, whole or a child's own.
func (i *instance) Name() arm.Value {
	return i.g.d.once(&i.name, "the name of", i.g.label(), i.r().At, func() arm.Value {
		if i.r().Name == nil {
			return arm.Unk(arm.NotRead("name", i.g.label()+" has no name", i.r().At))
		}
		v := i.naming().Eval(i.r().Name)
		if _, ok := v.Str(); ok || v.IsUnknown() || v.IsNull() {
			return v
		}
		return arm.String(v.Text(), v.Pos())
	})
}

// naming is where the name and the scope are evaluated. Those of a resource
// that isn't deployed need not make sense.
func (i *instance) naming() expr.Env {
	if i.condition.state != evaluating && i.skipped() {
		return i.env.Quiet()
	}
	return i.env
}

// ID is the resource id; a string, perhaps with unknown parts.
func (i *instance) ID() arm.Value {
	return i.g.d.once(&i.id, "the id of", i.g.label(), i.r().At, i.makeID)
}

func (i *instance) makeID() arm.Value {
	r, d := i.r(), i.g.d
	if r.Extension != "" {
		return joinText(r.Extension+":"+r.Type+"/", i.Name())
	}
	if r.Parent != nil {
		parent := i.naming().Eval(&expr.Member{X: r.Parent, Name: "id", At: r.Parent.At})
		own := r.Type[strings.LastIndexByte(r.Type, '/')+1:]
		return joinText(parent, "/", own, "/", i.Name())
	}
	n := strings.Count(r.Type, "/")
	names := nameParts(i.Name(), n)
	if names == nil {
		d.Report(arm.Diagnostic{Severity: i.wrongName(), Pos: r.At, Message: "name " + i.Name().Text() + " doesn't have a part for each part of the type " + r.Type})
		names = []arm.Value{i.Name()}
	}
	return resourceID(i.scope(), r.Type, names)
}

// wrongName is how bad a name is that doesn't fit its type. A resource that is
// only referred to is deployed all the same where nothing asks for its id.
func (i *instance) wrongName() arm.Severity {
	if i.r().Existing {
		return arm.Warning
	}
	return arm.Error
}

// scope is the id of where the resource is deployed to. A nested deployment is
// an object of the scope that it deploys to.
func (i *instance) scope() arm.Value {
	switch {
	case i.r().Target.ID != nil && i.r().Module == nil:
		return i.targetID()
	case strings.EqualFold(i.r().Type, "Microsoft.Management/managementGroups"):
		return text("")
	}
	return i.target().id()
}

// targetID is the id that Target.ID means.
func (i *instance) targetID() arm.Value {
	v := i.naming().Eval(i.r().Target.ID)
	if o, ok := v.Object(); ok {
		v = o.Get("id")
	}
	switch s := strings.ToLower(v.Text()); {
	case v.IsNull():
		return i.g.d.place.id()
	case strings.HasPrefix(s, "/") || strings.HasPrefix(s, "«"):
		return v
	case strings.HasPrefix(s, "microsoft.management/managementgroups/"):
		return joinText("/providers/", v)
	}
	return joinText(i.g.d.place.id(), "/providers/", v)
}

// target is the place that a module or resource is deployed to.
func (i *instance) target() place {
	p, t, env := i.g.d.place, i.r().Target, i.naming()
	if t.ID != nil {
		return p.placeOf(i.targetID())
	}
	if t.ManagementGroup != nil {
		p.kind, p.managementGroup = ManagementGroup, env.Eval(t.ManagementGroup)
	}
	if t.Subscription != nil {
		p.kind, p.subscription = Subscription, env.Eval(t.Subscription)
	}
	if t.ResourceGroup != nil {
		p.kind, p.resourceGroup = ResourceGroup, env.Eval(t.ResourceGroup)
	}
	return p
}

// Body is the resource as it is written; null for an existing one.
func (i *instance) Body() arm.Value {
	return i.g.d.once(&i.body, "", i.g.label(), i.r().At, func() arm.Value {
		if i.r().Body == nil {
			return arm.Null(i.r().At)
		}
		return i.env.Eval(i.r().Body)
	})
}

// Member answers an expression that asks for a member of the resource.
func (i *instance) Member(name string, safe bool, at arm.Pos) arm.Value {
	v := i.member(name, at)
	if c := i.Condition(); safe && c.IsUnknown() {
		return arm.Unk(arm.If(c, v, arm.Null(at), at))
	}
	return v
}

// member asks by the id, as Azure does: where this resource isn't deployed,
// another declaration of the same one answers, such as its other variant.
func (i *instance) member(name string, at arm.Pos) arm.Value {
	r := i.r()
	if r.Extension != "" {
		return i.properties(at).Get(name)
	}
	switch {
	case strings.EqualFold(name, "id"):
		return i.ID()
	case strings.EqualFold(name, "name"):
		return i.Name()
	case strings.EqualFold(name, "type"):
		return arm.String(r.Type, r.At)
	case strings.EqualFold(name, "apiVersion"):
		return arm.String(r.APIVersion, r.At)
	case i.skipped():
		if other := i.g.d.find(i.ID().Text()); other != nil {
			return other.member(name, at)
		}
		return arm.Null(at)
	case strings.EqualFold(name, "outputs") && r.Module != nil:
		return i.outputs()
	case strings.EqualFold(name, "properties"):
		return i.properties(at)
	}
	return i.full(at).Get(name)
}

// Whole is the resource as an expression sees it: its state at run time.
func (i *instance) Whole(at arm.Pos) arm.Value {
	if i.skipped() {
		return arm.Null(at)
	}
	if i.r().Extension != "" {
		return i.properties(at)
	}
	return i.full(at)
}

// properties is the run-time view of the properties: what is written, and for
// the rest what reference() will say.
func (i *instance) properties(at arm.Pos) arm.Value {
	if i.r().Module != nil && !i.r().Existing {
		return i.deploymentProperties(at)
	}
	id := i.ID()
	rest := reference(id, at)
	o, ok := i.Body().Get("properties").Object()
	if !ok {
		return arm.Unk(rest)
	}
	if o.Rest() != nil {
		return arm.Obj(o, at)
	}
	return withChildIDs(arm.Obj(o, at), id, rest)
}

// full is the run-time view of the whole resource.
func (i *instance) full(at arm.Pos) arm.Value {
	o, ok := i.Body().Object()
	if !ok {
		o = arm.NewObject(nil)
	}
	members := []arm.Member{
		{Name: "id", Value: i.ID()}, {Name: "name", Value: i.Name()},
		{Name: "type", Value: arm.String(i.r().Type, at)},
		{Name: "apiVersion", Value: arm.String(i.r().APIVersion, at)},
	}
	members = append(members, o.Members()...)
	members = append(members, arm.Member{Name: "properties", Value: i.properties(at)})
	return arm.Obj(arm.NewObject(members).Open(referenceFull(i.ID(), at)), at)
}
