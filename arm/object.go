package arm

import "strings"

// Member is one name and value of an object; Pos is where the name stands.
type Member struct {
	Name  string
	Value Value
	Pos   Pos
}

// Object is a JSON object that keeps the order of its members. Names are
// looked up without regard to case.
type Object struct {
	members []Member
	index   map[string]int32 // lower-case name → member; only for large objects
	rest    *Unknown
	size    int
	depth   int32
}

const indexFrom = 12 // members; below this a scan is faster than a map

// NewObject makes an object of members, which it takes over. Of two members
// with the same name the later one wins and takes the place of the earlier.
func NewObject(members []Member) *Object {
	o := &Object{members: members}
	if len(members) >= indexFrom {
		return o.indexed().measured()
	}
	for i := 1; i < len(o.members); i++ {
		if j := scan(o.members[:i], o.members[i].Name); j >= 0 {
			o.members[j] = o.members[i]
			o.members = append(o.members[:i], o.members[i+1:]...)
			i--
		}
	}
	return o.measured()
}

func (o *Object) measured() *Object {
	o.size = 1
	for i := range o.members {
		o.size += o.members[i].Value.Size()
		o.depth = max(o.depth, int32(o.members[i].Value.Depth()))
	}
	o.depth++
	o.size = min(o.size, sizeLimit)
	return o
}

func (o *Object) indexed() *Object {
	o.index = make(map[string]int32, len(o.members))
	kept := o.members[:0]
	for _, m := range o.members {
		name := strings.ToLower(m.Name)
		if j, ok := o.index[name]; ok {
			kept[j] = m
			continue
		}
		o.index[name] = int32(len(kept))
		kept = append(kept, m)
	}
	o.members = kept
	return o
}

// Open returns a copy of o whose members that aren't written are unknown
// members of rest instead of null: the state of a resource at run time, of
// which the template says only a part. A written null says nothing.
func (o *Object) Open(rest *Unknown) *Object {
	return &Object{members: o.members, index: o.index, rest: rest, size: o.size, depth: max(o.depth, rest.depth+1)}
}

// Rest returns what unwritten members are members of, or nil.
func (o *Object) Rest() *Unknown { return o.rest }

// Len is the number of written members.
func (o *Object) Len() int { return len(o.members) }

// Members returns the written members in order; they must not be changed.
func (o *Object) Members() []Member { return o.members }

// Get returns the value of a member: null where it isn't there, or unknown
// where the object is open.
func (o *Object) Get(name string) Value {
	m, ok := o.Lookup(name)
	switch {
	case o.rest == nil:
		return m.Value
	case !ok || m.Value.IsNull():
		return Unk(o.rest.Member(name))
	}
	return m.Value.open(func() *Unknown { return o.rest.Member(m.Name) })
}

// open makes the objects in v open, too: what is written in an open object is
// run-time state all the way down.
func (v Value) open(rest func() *Unknown) Value {
	switch x := v.x.(type) {
	case *Object:
		if x.rest != nil {
			return v
		}
		return Obj(x.Open(rest()), v.pos)
	case *list:
		items := make([]Value, len(x.items))
		for i, item := range x.items {
			items[i] = item.open(func() *Unknown { return rest().Index(Int(int64(i), v.pos)) })
		}
		return Array(items, v.pos)
	}
	return v
}

// Lookup returns the written member of that name.
func (o *Object) Lookup(name string) (Member, bool) {
	i := -1
	if o.index == nil {
		i = scan(o.members, name)
	} else if j, ok := o.index[name]; ok {
		i = int(j)
	} else if j, ok := o.index[strings.ToLower(name)]; ok {
		i = int(j)
	}
	if i < 0 {
		return Member{}, false
	}
	return o.members[i], true
}

// With returns a copy of o with the member set.
func (o *Object) With(m Member) *Object {
	members := make([]Member, 0, len(o.members)+1)
	return NewObject(append(append(members, o.members...), m)).withRest(o.rest)
}

func (o *Object) withRest(rest *Unknown) *Object { o.rest = rest; return o }

func (o *Object) equal(p *Object) bool {
	if len(o.members) != len(p.members) {
		return false
	}
	for _, m := range o.members {
		n, ok := p.Lookup(m.Name)
		if !ok || !Equal(m.Value, n.Value) {
			return false
		}
	}
	return true
}

func scan(members []Member, name string) int {
	for i := range members {
		if len(members[i].Name) == len(name) && strings.EqualFold(members[i].Name, name) {
			return i
		}
	}
	return -1
}
