package arm

// Values and terms may be walked by functions that call themselves, so how deep
// they nest is known and bounded. So is the number of values of a choice, all
// of which are looked at by who follows it.
const (
	termDepth = 1000 // deeper terms are flattened
	maxCases  = 64   // values of one choice; with more it is a call like any other
)

// Depth is how deep arrays, objects and terms are nested in v; it is 0 for a
// string, number, bool or null.
func (v Value) Depth() int {
	switch x := v.x.(type) {
	case *list:
		return int(x.depth)
	case *Object:
		return int(x.depth)
	case *Unknown:
		return int(x.depth)
	}
	return 0
}

func deepest(values []Value) int32 {
	deepest := 0
	for i := range values {
		deepest = max(deepest, values[i].Depth())
	}
	return int32(deepest)
}

// settled measures a term that was just made, and flattens it where it is too
// deep or has too many cases.
func (u *Unknown) settled() *Unknown {
	u.depth = 1 + deepest(u.Args)
	u.cases = 1
	if u.Op == OpIf {
		u.cases = casesOf(u.Args[1]) + casesOf(u.Args[2])
	}
	if u.depth <= termDepth && u.cases <= maxCases {
		return u
	}
	return u.flattened()
}

func casesOf(v Value) int32 {
	if u, ok := v.x.(*Unknown); ok && u.Op == OpIf {
		return u.cases
	}
	return 1
}

// flattened is a term with the text of u that is made from nothing but the
// roots of u.
func (u *Unknown) flattened() *Unknown {
	flat := &Unknown{Op: u.Op, Name: u.Name, Reason: u.Reason, Pos: u.Pos, Secret: u.Secret, depth: 1, cases: 1}
	text := u.term()
	flat.text.Store(&text)
	if u.Op > OpMissing {
		flat.Op, flat.Name = OpCall, text
	}
	for _, root := range u.Roots() {
		if root != u {
			leaf := &Unknown{Op: root.Op, Name: root.Name, Reason: root.Reason, Pos: root.Pos, Secret: root.Secret, depth: 1, cases: 1}
			text := root.term()
			leaf.text.Store(&text)
			flat.Args = append(flat.Args, Unk(leaf))
		}
	}
	return flat
}
