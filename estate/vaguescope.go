package estate

import (
	"strconv"
	"strings"
)

// vagueScopes indexes scopes that may hold more than their ids say. Without an
// index each resource would have to be held against each of them.
type vagueScopes struct {
	anywhere []string // management groups, and ids of which too little is known
	byShape  map[string]*vagueBucket
}

// vagueBucket holds scopes of one type and depth. A declared one can't be
// another declared resource, as their ids differ.
type vagueBucket struct{ declared, other []string }

func (v *vagueScopes) add(e *Estate, scope string) {
	if scope != "" && !IsManagementGroup(scope) && !strings.Contains(scope, "«") {
		return
	}
	shape, ok := shapeOf(scope)
	if !ok || IsManagementGroup(scope) {
		v.anywhere = append(v.anywhere, scope)
		return
	}
	if v.byShape == nil {
		v.byShape = map[string]*vagueBucket{}
	}
	b := v.byShape[shape]
	if b == nil {
		b = &vagueBucket{}
		v.byShape[shape] = b
	}
	if e.Has(scope) {
		b.declared = append(b.declared, scope)
	} else {
		b.other = append(b.other, scope)
	}
}

// candidates returns the scopes that may hold the id though it doesn't say so.
func (v *vagueScopes) candidates(e *Estate, id string) []string {
	found := v.anywhere[:len(v.anywhere):len(v.anywhere)]
	for _, key := range Ancestors(id) {
		shape, _ := shapeOf(key)
		b := v.byShape[shape]
		if b == nil {
			continue
		}
		found = append(found, b.other...)
		if !e.Has(key) {
			found = append(found, b.declared...)
		}
	}
	return found
}

// shapeOf is the type and the number of parts of an id; ok is false where they
// aren't known.
func shapeOf(id string) (shape string, ok bool) {
	typ := TypeOf(id)
	if !strings.HasPrefix(id, "/") || strings.Contains(typ, "«") {
		return "", false
	}
	return strconv.Itoa(len(segments(id))) + " " + strings.ToLower(typ), true
}
