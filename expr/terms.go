package expr

import (
	"strings"

	"palisade/arm"
)

// Terms of functions that make arrays and objects can be looked into: some of
// their items and members are known although the whole isn't.

func isCall(v arm.Value, names ...string) (*arm.Unknown, bool) {
	u, ok := v.Unknown()
	if !ok || u.Op != arm.OpCall {
		return nil, false
	}
	for _, name := range names {
		if u.Name == name {
			return u, true
		}
	}
	return nil, false
}

// isArrayTerm reports whether v is unknown but surely an array.
func isArrayTerm(v arm.Value) bool {
	if _, ok := isCall(v, "split", "map", "filter", "sort", "range", "items", "objectKeys", "flatten", "distinct"); ok {
		return true
	}
	u, ok := isCall(v, "concat", "union", "intersection")
	if !ok {
		return false
	}
	for _, a := range u.Args {
		if _, ok := a.Items(); ok {
			return true
		}
	}
	return false
}

// itemOf is the item k of an array of which only a part is known, counted from
// 0, or fromEnd from 1.
func itemOf(v arm.Value, k int64, fromEnd bool) (arm.Value, bool) {
	if u, ok := isCall(v, "split"); ok && len(u.Args) == 2 {
		return itemOfSplit(u, k, fromEnd)
	}
	u, ok := isCall(v, "concat")
	if !ok || !isArrayTerm(v) || len(u.Args) == 0 {
		return arm.Value{}, false
	}
	for i := range u.Args {
		a := u.Args[i]
		if fromEnd {
			a = u.Args[len(u.Args)-1-i]
		}
		items, ok := a.Items()
		if !ok {
			return itemOf(a, k, fromEnd)
		}
		n := int64(len(items))
		switch {
		case fromEnd && k >= 1 && k <= n:
			return items[n-k], true
		case !fromEnd && k >= 0 && k < n:
			return items[k], true
		}
		k -= n
	}
	return arm.Value{}, false
}

// hasItems reports whether an unknown array surely has an item.
func hasItems(v arm.Value) bool {
	if u, ok := isCall(v, "split"); ok {
		return len(u.Args) == 2 // at least the whole text
	}
	u, ok := isCall(v, "concat", "union")
	if !ok || !isArrayTerm(v) {
		return false
	}
	for _, a := range u.Args {
		if items, ok := a.Items(); ok && len(items) > 0 || hasItems(a) {
			return true
		}
	}
	return false
}

func itemOfSplit(u *arm.Unknown, k int64, fromEnd bool) (arm.Value, bool) {
	delimiters, ok := delimitersOf(u.Args[1])
	if !ok {
		return arm.Value{}, false
	}
	parts, _ := textOf(u.Args[0])
	head, tail, _ := splitParts(parts, delimiters)
	switch {
	case !fromEnd && k >= 0 && k < int64(len(head)):
		return arm.Join(head[k], u.Pos), true
	case fromEnd && k >= 1 && k <= int64(len(tail)):
		return arm.Join(tail[int64(len(tail))-k], u.Pos), true
	}
	return arm.Value{}, false
}

// splitParts splits a text with unknown parts. An unknown part may hold more
// delimiters, so only the pieces before the first and after the last such part
// are known; whole is set where none may, and then head has all pieces.
func splitParts(parts []arm.Value, delimiters []string) (head, tail [][]arm.Value, whole bool) {
	whole = true
	pieces := [][]arm.Value{nil}
	for _, p := range parts {
		s, known := p.Str()
		switch {
		case !known && mayContain(p, delimiters):
			if whole {
				head = pieces[:len(pieces)-1]
			}
			whole = false
			pieces = [][]arm.Value{nil}
		case !known:
			pieces[len(pieces)-1] = append(pieces[len(pieces)-1], p)
		default:
			for i, piece := range splitAny(s, delimiters) {
				if i > 0 {
					pieces = append(pieces, nil)
				}
				pieces[len(pieces)-1] = append(pieces[len(pieces)-1], arm.String(piece, p.Pos()))
			}
		}
	}
	if whole {
		return pieces, pieces, true
	}
	return head, pieces[1:], false
}

// mayContain reports whether an unknown part of a text may contain one of some
// texts. Hashes have an alphabet of their own.
func mayContain(v arm.Value, texts []string) bool {
	u, ok := isCall(v, "uniqueString", "guid")
	if !ok {
		return true
	}
	alphabet := "abcdefghijklmnopqrstuvwxyz234567"
	if u.Name == "guid" {
		alphabet = "0123456789abcdef-"
	}
	for _, t := range texts {
		if strings.Trim(t, alphabet) == "" {
			return true
		}
	}
	return false
}

// memberOf is a member of a merged object of which some parts are unknown: it
// is known where no unknown part can replace it.
func memberOf(u *arm.Unknown, name string) (arm.Value, bool) {
	if u.Op != arm.OpCall || u.Name != "union" && u.Name != "shallowMerge" {
		return arm.Value{}, false
	}
	for i := len(u.Args) - 1; i >= 0; i-- {
		o, ok := u.Args[i].Object()
		if !ok || o.Rest() != nil || unknownNames(o) {
			return arm.Value{}, false
		}
		m, ok := o.Lookup(name)
		if !ok {
			continue
		}
		_, merges := m.Value.Object()
		merges = merges || m.Value.IsUnknown()
		return m.Value, i == 0 || u.Name == "shallowMerge" || !merges
	}
	return arm.Value{}, false
}

// hasMember reports whether a merged object surely has a member.
func hasMember(v arm.Value, name string) bool {
	u, ok := isCall(v, "union", "shallowMerge")
	if !ok {
		return false
	}
	for _, a := range u.Args {
		if o, ok := a.Object(); ok {
			if _, found := o.Lookup(name); found {
				return true
			}
		}
		if hasMember(a, name) {
			return true
		}
	}
	return false
}
