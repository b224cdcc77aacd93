package estate

import (
	"strings"

	"palisade/arm"
)

// Ref is the id of another resource. Unknown parts of an id show as their text,
// and equal texts are equal ids, so that a Ref joins by its Key even where it
// isn't wholly known; where Unknown is set, not finding it proves nothing.
type Ref struct {
	ID  string // as written; "" where not Set
	Key string // ID in lower case, without a slash at the end
	// Choices are the keys that it may be, where it is unknown which of them.
	Choices []string
	Set     bool
	Unknown *arm.Unknown // why the id isn't wholly known, or nil
	Pos     arm.Pos
	From    arm.Pos
}

// Known reports whether the id is known in all its parts.
func (r Ref) Known() bool { return r.Unknown == nil }

// Keys are the keys that r may be: its choices, or its one key.
func (r Ref) Keys() []string {
	switch {
	case len(r.Choices) > 0:
		return r.Choices
	case r.Set:
		return []string{r.Key}
	}
	return nil
}

// Is answers whether r is the id.
func (r Ref) Is(id string) Answer {
	if !r.Set {
		return No
	}
	key, yes, no := Key(id), 0, 0
	for _, k := range r.Keys() {
		switch sameID(k, key) {
		case Yes:
			yes++
		case No:
			no++
		}
	}
	switch len(r.Keys()) {
	case yes:
		return Yes
	case no:
		return No
	}
	return Unsure
}

func (r Ref) String() string { return r.ID }

// Key is the form in which ids are compared: lower case, no slash at the end.
func Key(id string) string {
	key := strings.ToLower(id)
	if len(key) > 1 {
		key = strings.TrimSuffix(key, "/")
	}
	return key
}

// sameID answers whether two keys are the same id. Unknown parts are taken to
// hold no slash, if both ids begin with one.
func sameID(a, b string) Answer {
	if a == b {
		return Yes
	}
	x, y := segments(a), segments(b)
	if x[0] != "" || y[0] != "" {
		return SameText(a, b)
	}
	if len(x) != len(y) {
		return No
	}
	return sameParts(x, y)
}

// sameParts answers whether all parts of two ids of the same length are equal.
func sameParts(a, b []string) Answer {
	all := Yes
	for i := range a {
		switch SameText(a[i], b[i]) {
		case No:
			return No
		case Unsure:
			all = Unsure
		}
	}
	return all
}

// ref reads a resource id.
func (n node) ref() Ref {
	r := Ref{Set: n.set, Pos: n.pos, From: n.from}
	if n.v.IsNull() || n.v.Is("") {
		r.Set = false
		return r
	}
	r.ID = n.v.Text()
	r.Key = Key(r.ID)
	if s, ok := n.v.Str(); ok && !strings.Contains(s, "«") {
		return r
	}
	r.Unknown = whyNot(n.v, "a wholly known id")
	if alts := alternatives(n.v); len(alts) > 1 {
		r.choose(alts)
	}
	return r
}

// choose sets the choices of r; one that is null or empty is left out, for
// then there is nothing that is referred to.
func (r *Ref) choose(alts []arm.Value) {
	for _, v := range alts {
		if !v.IsNull() && !v.Is("") {
			r.Choices = append(r.Choices, Key(v.Text()))
		}
	}
}

// SameText answers whether two texts, parts of which may be unknown and show
// in angle quotes, are the same text in the end. Both are in lower case.
func SameText(a, b string) Answer {
	if a == b {
		return Yes
	}
	i, j := strings.Index(a, "«"), strings.Index(b, "«")
	if i < 0 && j < 0 {
		return No
	}
	head := min(cutAt(a, i), cutAt(b, j))
	x, y := tailAfter(a, i), tailAfter(b, j)
	tail := min(len(x), len(y))
	switch {
	case a[:head] != b[:head], x[len(x)-tail:] != y[len(y)-tail:]:
		return No
	case i < 0 && len(a) < j+len(y), j < 0 && len(b) < i+len(x):
		return No
	}
	return Unsure
}

func cutAt(s string, i int) int {
	if i < 0 {
		return len(s)
	}
	return i
}

// tailAfter is what is known at the end of s, whose first unknown part is at i;
// where all is known, that is all.
func tailAfter(s string, i int) string {
	if i < 0 {
		return s
	}
	return s[strings.LastIndex(s, "»")+len("»"):]
}
