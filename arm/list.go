package arm

// list is a JSON array with its size and depth, which would cost a walk to
// find out.
type list struct {
	items []Value
	size  int
	depth int32
}

// sizeLimit caps sizes so that sums of them can't overflow.
const sizeLimit = 1 << 40

func newList(items []Value) *list {
	l := &list{items: items, size: 1, depth: 1 + deepest(items)}
	for i := range items {
		l.size += items[i].Size()
	}
	l.size = min(l.size, sizeLimit)
	return l
}

func (l *list) equal(m *list) bool {
	if len(l.items) != len(m.items) {
		return false
	}
	for i := range l.items {
		if !Equal(l.items[i], m.items[i]) {
			return false
		}
	}
	return true
}

// Size is the number of values in v when it is written out, itself included.
// Parts that are shared count each time.
func (v Value) Size() int {
	switch x := v.x.(type) {
	case *list:
		return x.size
	case *Object:
		return x.size
	}
	return 1
}
