package terraform

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// isIdentity reports whether n is a managed identity as azapi's block of that
// name can say it: a type, and user-assigned identities by their ids.
func (w *writer) isIdentity(n expr.Node) bool {
	o, ok := n.(*expr.Object)
	if !ok || memberOf(o, "type") == nil {
		return false
	}
	for _, m := range o.Members {
		if !named(m, "type") && !named(m, "userAssignedIdentities") {
			return false
		}
	}
	assigned := memberOf(o, "userAssignedIdentities")
	if assigned == nil {
		return true
	}
	ids, ok := assigned.(*expr.Object)
	if !ok {
		return false
	}
	for _, m := range ids.Members {
		if v, ok := m.Value.(*expr.Object); !ok || len(v.Members) > 0 {
			return false
		}
	}
	return len(ids.Members) > 0
}

func named(m expr.ObjectMember, name string) bool {
	l, ok := m.Name.(*expr.Literal)
	return ok && l.Value.Is(name)
}

func memberOf(o *expr.Object, name string) expr.Node {
	for _, m := range o.Members {
		if named(m, name) {
			return m.Value
		}
	}
	return nil
}

func (w *writer) identity(o *expr.Object) string {
	var b strings.Builder
	b.WriteString("  identity {\n    type = " + w.expression(memberOf(o, "type")) + "\n")
	if ids, ok := memberOf(o, "userAssignedIdentities").(*expr.Object); ok {
		var list []string
		for _, m := range ids.Members {
			list = append(list, w.expression(m.Name))
		}
		b.WriteString("    identity_ids = [" + strings.Join(list, ", ") + "]\n")
	}
	return b.String() + "  }\n"
}

// identityValue is the block as it stands in the body of a resource.
func identityValue(typ, ids arm.Value) arm.Value {
	members := []arm.Member{{Name: "type", Value: typ, Pos: typ.Pos()}}
	if items, ok := ids.Items(); ok && len(items) > 0 {
		assigned := make([]arm.Member, len(items))
		for i, id := range items {
			assigned[i] = arm.Member{Name: id.Text(), Value: arm.Obj(arm.NewObject(nil), id.Pos()), Pos: id.Pos()}
		}
		members = append(members, arm.Member{Name: "userAssignedIdentities", Value: arm.Obj(arm.NewObject(assigned), ids.Pos())})
	}
	return arm.Obj(arm.NewObject(members), typ.Pos())
}
