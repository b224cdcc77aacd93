package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/template"
)

// difference compares what two templates would deploy, and says where they
// first differ, or "".
func difference(a, b *template.Result) string {
	if d := compareMaps("resource", resources(a), resources(b)); d != "" {
		return d
	}
	return compareMaps("output", outputs(a), outputs(b))
}

// resources are the deployed resources by id. A template deployment counts by
// its id: how its template is written is the very thing that differs, and its
// API version is that of the compiler.
func resources(r *template.Result) map[string]arm.Value {
	out := map[string]arm.Value{}
	for _, res := range r.Resources {
		if res.Existing {
			continue
		}
		body, version := res.Body, res.APIVersion
		if res.Is("Microsoft.Resources/deployments") {
			body, version = arm.Value{}, ""
		}
		members := []arm.Member{
			{Name: "type", Value: arm.String(strings.ToLower(res.Type), res.Pos)},
			{Name: "apiVersion", Value: arm.String(version, res.Pos)},
			{Name: "condition", Value: res.Condition},
			{Name: "copies", Value: res.Copies},
			{Name: "body", Value: body},
		}
		key := canonicalID(res.ID)
		for out[key].Kind() != arm.NullKind {
			key += "'"
		}
		out[key] = arm.Obj(arm.NewObject(members), res.Pos)
	}
	return out
}

// canonicalID replaces the unknown parts of an id, whose text may be spelled
// differently, and ignores case.
func canonicalID(id string) string {
	var b strings.Builder
	depth := 0
	for _, c := range id {
		switch {
		case c == '«':
			depth++
		case c == '»':
			depth--
			b.WriteString("?")
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return strings.ToLower(b.String())
}

func outputs(r *template.Result) map[string]arm.Value {
	out := map[string]arm.Value{}
	for _, o := range r.Outputs {
		if !o.Nested {
			out[strings.ToLower(o.Name)] = o.Value
		}
	}
	return out
}

func compareMaps(what string, a, b map[string]arm.Value) string {
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if _, ok := b[key]; !ok {
			return fmt.Sprintf("%s %s is only in Bicep", what, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[key]; !ok {
			return fmt.Sprintf("%s %s is only in JSON", what, key)
		}
		if d := compareValues(key, a[key], b[key]); d != "" {
			return what + " " + d
		}
	}
	return ""
}

// compareValues says where two values differ. Unknowns are equal when they
// depend on the same parameters and run-time values.
func compareValues(path string, a, b arm.Value) string {
	if a.IsUnknown() || b.IsUnknown() {
		return compareDependencies(path, a, b)
	}
	if x, ok := a.Object(); ok {
		if y, ok := b.Object(); ok {
			return compareObjects(path, x, y)
		}
	}
	x, okA := a.Items()
	y, okB := b.Items()
	if !okA || !okB {
		if arm.Equal(a, b) || isID(a) && a.Is(b.Text()) {
			return ""
		}
		return fmt.Sprintf("%s: Bicep %s, JSON %s", path, clip(a), clip(b))
	}
	if len(x) != len(y) {
		return fmt.Sprintf("%s: Bicep has %d items, JSON %d", path, len(x), len(y))
	}
	for i := range x {
		if d := compareValues(fmt.Sprintf("%s[%d]", path, i), x[i], y[i]); d != "" {
			return d
		}
	}
	return ""
}

func compareObjects(path string, a, b *arm.Object) string {
	for _, m := range a.Members() {
		if _, ok := b.Lookup(m.Name); !ok && !m.Value.IsNull() {
			return fmt.Sprintf("%s.%s: only in Bicep: %s", path, m.Name, clip(m.Value))
		}
	}
	for _, m := range b.Members() {
		n, ok := a.Lookup(m.Name)
		if !ok && !m.Value.IsNull() {
			return fmt.Sprintf("%s.%s: only in JSON: %s", path, m.Name, clip(m.Value))
		}
		if d := compareValues(path+"."+m.Name, n.Value, m.Value); d != "" {
			return d
		}
	}
	return ""
}

// compareDependencies says what only one of two unknowns depends on.
func compareDependencies(path string, a, b arm.Value) string {
	x, y := dependencies(a), dependencies(b)
	if slices.Equal(x, y) {
		return ""
	}
	only := func(x, y []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(x), func(s string) bool { return slices.Contains(y, s) }), ", ")
	}
	return fmt.Sprintf("%s: Bicep %s, JSON %s; only Bicep depends on: %s; only JSON on: %s", path, clip(a), clip(b), only(x, y), only(y, x))
}

// dependencies are the texts of what v depends on, sorted; of a known value,
// the value. An error counts only where there is nothing else: in a branch that
// isn't taken it says nothing.
func dependencies(v arm.Value) []string {
	u, ok := v.Unknown()
	if !ok {
		return []string{"known " + v.JSON()}
	}
	var texts []string
	for _, r := range u.Roots() {
		if r.Op != arm.OpMissing || r.Name != "error" {
			texts = append(texts, strings.ToLower(rootText(r)))
		}
	}
	if len(texts) == 0 {
		return []string{"error"}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// rootText names a root. What its arguments depend on are roots themselves, so
// of these only the known ones are spelled out.
func rootText(r *arm.Unknown) string {
	if r.Op != arm.OpRuntime {
		return r.Text()
	}
	args := make([]string, len(r.Args))
	for i, a := range r.Args {
		args[i] = "?"
		if !a.HasUnknown() {
			args[i] = a.JSON()
		}
	}
	return r.Name + "(" + strings.Join(args, ", ") + ")"
}

func clip(v arm.Value) string {
	s := v.JSON()
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return s
}

// isID reports whether v is a resource id, in which case doesn't count.
func isID(v arm.Value) bool {
	s, ok := v.Str()
	return ok && strings.HasPrefix(s, "/")
}
