package estate

// Table holds the resources of one kind in the order in which they were read.
type Table[T any] struct {
	All      []*T
	byKey    map[string][]*T
	byParent map[string][]*T
}

// Get returns the first declaration of the id, or nil.
func (t *Table[T]) Get(id string) *T {
	if all := t.byKey[Key(id)]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// Declarations returns all declarations of the id.
func (t *Table[T]) Declarations(id string) []*T { return t.byKey[Key(id)] }

// Of returns what stands directly in or on the resource with that id.
func (t *Table[T]) Of(parent string) []*T { return t.byParent[Key(parent)] }

func (t *Table[T]) add(r *Resource, x *T) *T {
	if t.byKey == nil {
		t.byKey, t.byParent = map[string][]*T{}, map[string][]*T{}
	}
	t.All = append(t.All, x)
	t.byKey[r.Key] = append(t.byKey[r.Key], x)
	t.byParent[r.Parent] = append(t.byParent[r.Parent], x)
	return x
}
