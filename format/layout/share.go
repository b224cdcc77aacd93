package layout

import (
	"palisade/arm"
	"palisade/expr"
)

const (
	stringType = "string"
	objectType = "object"

	locationName = "location"
	tagsName     = "tags"
)

// share gives the location and the tags that most resources have a name: a
// variable of the main file, which it passes on to the others.
func (b *builder) share() error {
	for _, s := range []sharing{{b, locationName, stringType, nil}, {b, tagsName, objectType, nil}} {
		if value, ok := s.mostUsed(); ok {
			s.value = value
			s.apply()
		}
	}
	return nil
}

// sharing is one member of bodies whose value is shared.
type sharing struct {
	b         *builder
	name, typ string
	value     expr.Node
}

// mostUsed is the value that most bodies have; ok is false where no two have
// the same, or a parameter has the name.
func (s sharing) mostUsed() (expr.Node, bool) {
	if s.b.reserved[s.name] {
		return nil, false
	}
	count, best := map[string]int{}, (expr.Node)(nil)
	most := 1
	for _, n := range s.b.nodes {
		m := s.member(n.out)
		if m == nil {
			continue
		}
		key, ok := literalKey(m.Value)
		if count[key]++; ok && key != `"global"` && count[key] > most {
			best, most = m.Value, count[key]
		}
	}
	return best, best != nil
}

func (s sharing) member(r *Resource) *expr.ObjectMember {
	for i := range r.Body.Members {
		if name, ok := r.Body.Members[i].Name.(*expr.Literal); ok && name.Value.Is(s.name) {
			return &r.Body.Members[i]
		}
	}
	return nil
}

func (s sharing) apply() {
	key, _ := literalKey(s.value)
	main := s.b.tree.Main
	for _, n := range s.b.nodes {
		m := s.member(n.out)
		if m == nil {
			continue
		}
		if k, ok := literalKey(m.Value); !ok || k != key {
			continue
		}
		m.Value = &expr.Variable{Name: s.name}
		if n.file != main {
			m.Value = &expr.Parameter{Name: s.name}
			add(n.file, &Parameter{Name: s.name, Type: s.typ, Value: &expr.Variable{Name: s.name}})
		}
	}
	main.Variables = append(main.Variables, &Variable{s.name, s.value})
}

// literalKey is n as JSON, if it is written out in full.
func literalKey(n expr.Node) (key string, ok bool) {
	v, ok := literalValue(n)
	return v.JSON(), ok
}

func literalValue(n expr.Node) (arm.Value, bool) {
	switch n := n.(type) {
	case *expr.Literal:
		return n.Value, true
	case *expr.Object:
		members := make([]arm.Member, len(n.Members))
		for i, m := range n.Members {
			name, ok := literalValue(m.Name)
			value, ok2 := literalValue(m.Value)
			if !ok || !ok2 {
				return arm.Value{}, false
			}
			members[i] = arm.Member{Name: name.Text(), Value: value}
		}
		return arm.Obj(arm.NewObject(members), arm.Pos{}), true
	}
	return arm.Value{}, false
}
