package template

import (
	"strings"

	"palisade/arm"
)

// joinText joins strings and values to one string value.
func joinText(parts ...any) arm.Value {
	values := make([]arm.Value, 0, len(parts))
	known := true
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			values = append(values, text(p))
		case arm.Value:
			if _, ok := p.Str(); !ok && !p.IsUnknown() {
				p = text(p.Text())
			}
			known = known && !p.IsUnknown()
			values = append(values, p)
		}
	}
	if !known {
		return arm.Join(values, arm.Pos{})
	}
	var b strings.Builder
	for _, v := range values {
		b.WriteString(v.Text())
	}
	return text(b.String())
}

// segments splits an id or a name at its slashes. Unknown parts are taken to
// hold no slash: they stand for names.
func segments(v arm.Value) []arm.Value {
	if s, ok := v.Str(); ok {
		parts := strings.Split(s, "/")
		out := make([]arm.Value, len(parts))
		for i, p := range parts {
			out[i] = arm.String(p, v.Pos())
		}
		return out
	}
	u, ok := v.Unknown()
	if !ok || u.Op != arm.OpJoin {
		return []arm.Value{v}
	}
	var out []arm.Value
	current := []arm.Value{}
	flush := func() {
		if len(current) == 1 {
			out = append(out, current[0])
		} else {
			out = append(out, arm.Join(current, v.Pos()))
		}
		current = nil
	}
	for _, part := range u.Args {
		s, known := part.Str()
		if !known {
			current = append(current, part)
			continue
		}
		for i, piece := range strings.Split(s, "/") {
			if i > 0 {
				flush()
			}
			current = append(current, arm.String(piece, part.Pos()))
		}
	}
	flush()
	return out
}

// nameParts splits a name into n parts. A name of which too little is known
// gives parts that say so.
func nameParts(name arm.Value, n int) []arm.Value {
	parts := segments(name)
	if len(parts) == n {
		return parts
	}
	if !name.IsUnknown() {
		return nil
	}
	parts = make([]arm.Value, n)
	whole := arm.Unk(arm.Call("split", name.Pos(), name, text("/")))
	u, _ := whole.Unknown()
	for i := range parts {
		parts[i] = arm.Unk(u.Index(arm.Int(int64(i), name.Pos())))
	}
	return parts
}

// resourceID is the id of a resource of a type with names for each part of the
// type, at the scope with that id.
func resourceID(scope arm.Value, typ string, names []arm.Value) arm.Value {
	kinds := strings.Split(typ, "/")
	if strings.EqualFold(typ, "Microsoft.Resources/resourceGroups") && len(names) == 1 {
		return joinText(scope, "/resourceGroups/", names[0])
	}
	if strings.EqualFold(typ, "Microsoft.Resources/subscriptions") && len(names) == 1 {
		return joinText("/subscriptions/", names[0])
	}
	if s, ok := scope.Str(); ok && s == "/" {
		scope = text("")
	}
	parts := []any{scope, "/providers/", kinds[0]}
	for i, kind := range kinds[1:] {
		parts = append(parts, "/", kind)
		if i < len(names) {
			parts = append(parts, "/", names[i])
		}
	}
	return joinText(parts...)
}

// typeOf reads the type back from an id: what follows its last "providers".
func typeOf(id string) string {
	parts := splitID(id)
	last := -1
	for i, p := range parts {
		if strings.EqualFold(p, "providers") {
			last = i
		}
	}
	if last < 0 || last+1 >= len(parts) {
		return ""
	}
	typ := parts[last+1]
	for k := last + 2; k < len(parts); k += 2 {
		typ += "/" + parts[k]
	}
	return typ
}

// splitID splits an id's text at slashes outside of unknown parts.
func splitID(id string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range id {
		switch r {
		case '«':
			depth++
		case '»':
			depth--
		case '/':
			if depth == 0 {
				parts = append(parts, id[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, id[start:])
}
