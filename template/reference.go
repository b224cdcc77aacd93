package template

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
)

const atDeployment = "known only once it is deployed"

// reference is what reference(id) will say.
func reference(id arm.Value, at arm.Pos) *arm.Unknown {
	return arm.Runtime("reference", "the state of "+shortID(id)+" is "+atDeployment, at, id)
}

// referenceFull is what reference(id, version, 'full') will say.
func referenceFull(id arm.Value, at arm.Pos) *arm.Unknown {
	return arm.Runtime("reference", "the state of "+shortID(id)+" is "+atDeployment, at, id, text("full"))
}

// shortID is the type and name of an id, for a message.
func shortID(id arm.Value) string {
	s := id.Text()
	if i := strings.LastIndex(s, "/providers/"); i >= 0 {
		return s[i+len("/providers/"):]
	}
	return s
}

// childArrays are the members that hold child resources inline: each item has
// an id below its parent's, which the template doesn't write.
var childArrays = []string{
	"subnets", "securityRules", "virtualNetworkPeerings", "privateLinkServiceConnections",
	"frontendIPConfigurations", "backendAddressPools", "ipConfigurations", "routes",
}

// withChildIDs opens the properties of a resource and gives its inline children
// their ids.
func withChildIDs(properties, id arm.Value, rest *arm.Unknown) arm.Value {
	o, _ := properties.Object()
	members := make([]arm.Member, 0, o.Len())
	for _, m := range o.Members() {
		if m.Value.IsNull() {
			continue
		}
		for _, name := range childArrays {
			if strings.EqualFold(m.Name, name) {
				m.Value = childrenWithIDs(m.Value, id, m.Name)
			}
		}
		members = append(members, m)
	}
	return arm.Obj(arm.NewObject(members).Open(rest), properties.Pos())
}

func childrenWithIDs(v, id arm.Value, kind string) arm.Value {
	items, ok := v.Items()
	if !ok {
		return v
	}
	out := make([]arm.Value, len(items))
	for k, item := range items {
		o, isObject := item.Object()
		name := item.Get("name")
		if !isObject || name.IsNull() {
			out[k] = item
			continue
		}
		if _, written := o.Lookup("id"); written {
			out[k] = item
			continue
		}
		out[k] = arm.Obj(o.With(arm.Member{Name: "id", Value: joinText(id, "/", kind, "/", name)}), item.Pos())
	}
	return arm.Array(out, v.Pos())
}

// index finds instances by what reference() may be given: an id or a name.
type index struct {
	building bool
	byID     map[string]*instance
	byName   map[string]*instance
}

// find looks for an instance of this deployment by id or name. What isn't
// deployed isn't found.
func (d *deployment) find(idOrName string) *instance {
	if d.index == nil {
		d.index = &index{building: true, byID: map[string]*instance{}, byName: map[string]*instance{}}
		for _, g := range d.groups {
			if g.state == evaluating {
				continue
			}
			for _, i := range g.expand() {
				if i.condition.state == evaluating || i.skipped() {
					continue
				}
				d.index.byID[strings.ToLower(i.ID().Text())] = i
				if name := strings.ToLower(i.Name().Text()); d.index.byName[name] == nil && !i.r().Existing {
					d.index.byName[name] = i
				}
			}
		}
		d.index.building = false
	}
	if d.index.building {
		return nil
	}
	key := strings.ToLower(idOrName)
	if strings.HasPrefix(key, "/") {
		return d.index.byID[key]
	}
	return d.index.byName[key]
}

// referred finds what the first argument of reference() means: a symbolic
// name, "name[turn]" of a loop, an id or a name.
func (d *deployment) referred(v arm.Value) *instance {
	s := v.Text()
	symbol, turn := s, arm.Null(v.Pos())
	if open := strings.IndexByte(s, '['); open > 0 && strings.HasSuffix(s, "]") {
		symbol, turn = s[:open], turnIndex(s[open+1:len(s)-1], v)
	}
	if k, ok := lookup(d.t.symbols, symbol); ok {
		i, _ := d.groups[k].turn(turn, v.Pos())
		return i
	}
	if i := d.find(s); i != nil {
		return i
	}
	return nil
}

func turnIndex(s string, v arm.Value) arm.Value {
	n := int64(0)
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 1<<30 {
			return arm.Unk(arm.Call("turn", v.Pos(), v))
		}
		n = n*10 + int64(c-'0')
	}
	return arm.Int(n, v.Pos())
}

// Declared finds a resource or module by its symbolic name.
func (d *deployment) Declared(symbol string, turn arm.Value, at arm.Pos) expr.Declared {
	k, ok := lookup(d.t.symbols, symbol)
	if !ok {
		return notDeclared{d.undeclared("resource", symbol, at)}
	}
	g := d.groups[k]
	if g.r.Loop != nil && turn.IsNull() {
		return everyTurn{g}
	}
	if turn.IsUnknown() && !g.copies.IsUnknown() && g.r.Loop != nil {
		g.expand()
		if !g.copies.IsUnknown() {
			return notDeclared{arm.Unk(arm.Call("item", at, text(symbol), turn))}
		}
	}
	i, problem := g.turn(turn, at)
	if problem != "" {
		d.Report(arm.Diagnostic{Pos: at, Message: problem})
		return notDeclared{arm.Unk(arm.NotRead("error", problem, at))}
	}
	return i
}
