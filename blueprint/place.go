package blueprint

import (
	"palisade/arm"
	"palisade/spec"
)

// place makes values that come from one place of the file.
type place struct{ pos arm.Pos }

// at is the place of a key of the file.
func (b *builder) at(path ...string) place { return b.from(b.spec.At(path...)) }

func (b *builder) from(p spec.Pos) place {
	if !p.IsValid() {
		return place{}
	}
	return place{b.file.At(p.Offset)}
}

// obj is an object of members; those without a value are left out.
func (p place) obj(members ...arm.Member) arm.Value {
	kept := make([]arm.Member, 0, len(members))
	for _, m := range members {
		if !m.Value.IsNull() {
			kept = append(kept, m)
		}
	}
	return arm.Obj(arm.NewObject(kept), p.pos)
}

// props is the member properties.
func (p place) props(members ...arm.Member) arm.Member { return p.is("properties", p.obj(members...)) }

// is a member; see value for what v may be.
func (p place) is(name string, v any) arm.Member {
	return arm.Member{Name: name, Value: p.value(v), Pos: p.pos}
}

// value turns a Go value into one of arm: a bool, int, string, list of strings
// or of values, or a value, which keeps its place. Anything else is null.
func (p place) value(v any) arm.Value {
	switch v := v.(type) {
	case bool:
		return arm.Bool(v, p.pos)
	case int:
		return arm.Int(int64(v), p.pos)
	case int64:
		return arm.Int(v, p.pos)
	case string:
		return arm.String(v, p.pos)
	case []string:
		return arm.Strings(v, p.pos)
	case []arm.Value:
		return arm.Array(v, p.pos)
	case arm.Value:
		return v
	}
	return arm.Null(p.pos)
}

// id is the object that refers to another resource.
func (p place) id(id string) arm.Value { return p.obj(p.is("id", id)) }

// list is an array of values.
func (p place) list(items ...arm.Value) arm.Value { return arm.Array(items, p.pos) }

// state is what reference(id) answers once the resource is deployed, in the
// form that template.Evaluate gives.
func (p place) state(id string) *arm.Unknown {
	return arm.Runtime("reference", "the state of "+shortID(id)+" is known only once it is deployed", p.pos, p.value(id))
}

// principal is the object ID of the identity of a resource: of a user-assigned
// identity itself, of others the system-assigned one.
func (p place) principal(id string) arm.Value {
	if isIdentity(id) {
		return arm.Unk(p.state(id).Member("principalId"))
	}
	full := arm.Runtime("reference", "the state of "+shortID(id)+" is known only once it is deployed", p.pos, p.value(id), p.value("full"))
	return arm.Unk(full.Member("identity").Member("principalId"))
}

// tenant is the tenant of the deployment.
func (b *builder) tenant(at place) arm.Value {
	if b.spec.Tenant != "" {
		return at.value(string(b.spec.Tenant))
	}
	return arm.Unk(arm.Runtime("tenant", "the tenant is that of the subscription", at.pos).Member("tenantId"))
}
