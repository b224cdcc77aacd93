package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"palisade/arm"
)

// attribute is the value of an attribute of a block, or null.
func (r *reader) attribute(d *declared, name string) arm.Value {
	a := d.block.Body.Attributes[name]
	if a == nil {
		return arm.Null(d.at())
	}
	return r.eval(d.file, a.Expr)
}

// typeOf is the type and the API version of a resource.
func (r *reader) typeOf(d *declared) (typ, version string) {
	typ, version, _ = strings.Cut(r.attribute(d, "type").Text(), "@")
	return typ, version
}

// idOf is the id of a resource: a string, perhaps with unknown parts.
func (r *reader) idOf(d *declared) arm.Value {
	switch d.state {
	case evaluated:
		return d.id
	case evaluating:
		r.fail(d.at(), "%s depends on itself", d.address)
		return arm.Unk(arm.NotRead("cycle", d.address+" depends on itself", d.at()))
	}
	d.state = evaluating
	d.id = r.makeID(d)
	d.state = evaluated
	return d.id
}

func (r *reader) makeID(d *declared) arm.Value {
	if id := r.attribute(d, "resource_id"); !id.IsNull() {
		return id
	}
	typ, _ := r.typeOf(d)
	parent, name := r.attribute(d, "parent_id"), r.attribute(d, "name")
	if typ == "" || parent.IsNull() || name.IsNull() {
		r.fail(d.at(), "%s needs a type, a parent_id and a name", d.address)
	}
	if parent.Is("/") {
		parent = arm.String("", parent.Pos())
	}
	kinds := strings.Split(typ, "/")
	last := kinds[len(kinds)-1]
	between := "/providers/" + typ + "/"
	switch {
	case strings.EqualFold(typ, "Microsoft.Resources/resourceGroups"):
		between = "/resourceGroups/"
	case len(kinds) > 2:
		between = "/" + last + "/"
	}
	return arm.Join([]arm.Value{parent, arm.String(between, d.at()), name}, d.at())
}

// inBody are the attributes that stand in the body of what Resource Manager is
// asked for.
var inBody = []string{"location", "tags"}

// known are the attributes that are read or that only azapi itself uses.
var known = []string{"type", "name", "parent_id", "resource_id", "body", "location", "tags", "depends_on", "response_export_values",
	"schema_validation_enabled", "retry", "ignore_casing", "ignore_missing_property", "locks"}

func (r *reader) resource(d *declared) arm.Resource {
	typ, version := r.typeOf(d)
	res := arm.Resource{ID: r.idOf(d).Text(), Type: typ, APIVersion: version, Name: r.attribute(d, "name").Text(),
		Condition: arm.Bool(true, d.at()), Existing: d.isData(), Symbol: d.block.Labels[1], Pos: d.at()}
	for _, a := range attributes(d.block.Body) {
		if !slices.Contains(known, a.Name) {
			at := d.file.At(a.SrcRange.Start.Byte)
			r.fail(at, "the attribute %s of %s isn't read", a.Name, d.address)
			res.Copies = arm.Unk(arm.NotRead(a.Name, "the attribute "+a.Name+" isn't read", at))
		}
	}
	res.Body = r.body(d)
	res.DependsOn = r.dependsOn(d)
	return res
}

func (r *reader) body(d *declared) arm.Value {
	body := r.attribute(d, "body")
	if body.IsUnknown() {
		return body
	}
	var members []arm.Member
	for _, name := range inBody {
		if v := r.attribute(d, name); !v.IsNull() {
			members = append(members, arm.Member{Name: name, Value: v, Pos: v.Pos()})
		}
	}
	for _, b := range d.block.Body.Blocks {
		at := d.file.At(b.TypeRange.Start.Byte)
		if b.Type != "identity" {
			if b.Type != "lifecycle" && b.Type != "timeouts" {
				r.fail(at, "the block %s of %s isn't read", b.Type, d.address)
			}
			continue
		}
		inner := &declared{file: d.file, block: b, address: d.address}
		v := identityValue(r.attribute(inner, "type"), r.attribute(inner, "identity_ids"))
		members = append(members, arm.Member{Name: "identity", Value: v, Pos: at})
	}
	o, ok := body.Object()
	if !ok && !body.IsNull() {
		r.fail(d.at(), "the body of %s is %s, not object", d.address, body.Kind())
	}
	if ok {
		members = append(members, o.Members()...)
	}
	return arm.Obj(arm.NewObject(members), d.at())
}

// dependsOn are the ids of the resources that d refers to, in whatever way.
// Terraform waits for all of them.
func (r *reader) dependsOn(d *declared) []string {
	var ids []string
	add := func(e hclsyntax.Expression) {
		for _, t := range e.Variables() {
			if other := r.resources[addressOf(t)]; other != nil && other != d {
				if id := r.idOf(other).Text(); !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	for _, a := range attributes(d.block.Body) {
		add(a.Expr)
	}
	for _, b := range d.block.Body.Blocks {
		for _, a := range attributes(b.Body) {
			add(a.Expr)
		}
	}
	return ids
}
