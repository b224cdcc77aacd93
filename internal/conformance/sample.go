package main

import (
	"strings"

	"palisade/arm"
	"palisade/template"
)

// samples are values for the parameters that a template requires, made from
// their types.
func samples(t *template.Template) map[string]arm.Value {
	values := map[string]arm.Value{}
	for _, p := range t.Parameters {
		typ := t.Resolve(p.Type)
		if p.Default == nil && !typ.Nullable {
			values[p.Name] = sample(t, p.Type, p.Name, 0)
		}
	}
	return values
}

const sampleID = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/sample-group/providers/Microsoft.Sample/samples/sample-name"

func sample(t *template.Template, typ *template.Type, name string, depth int) arm.Value {
	r := t.Resolve(typ)
	var at arm.Pos
	if len(r.Allowed) > 0 && r.Kind != template.ArrayType {
		return r.Allowed[0]
	}
	switch r.Kind {
	case template.IntType:
		return arm.Int(least(r, 1), at)
	case template.BoolType:
		return arm.Bool(true, at)
	case template.ArrayType:
		return sampleArray(t, r, name, depth)
	case template.ObjectType:
		return sampleObject(t, r, depth)
	}
	return arm.String(sampleString(r, name), at)
}

func least(r template.Type, n int64) int64 {
	if r.Min != nil && *r.Min > n {
		n = *r.Min
	}
	if r.Max != nil && *r.Max < n {
		n = *r.Max
	}
	return n
}

func sampleString(r template.Type, name string) string {
	s := "sample"
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(lower, "resourceid") || strings.HasSuffix(lower, "resourceids"):
		s = sampleID
	case strings.HasSuffix(lower, "objectid") || strings.HasSuffix(lower, "principalid") || strings.HasSuffix(lower, "subscriptionid"):
		s = "66666666-7777-8888-9999-000000000000"
	}
	if r.Max != nil && int64(len(s)) > *r.Max {
		s = s[:*r.Max]
	}
	if r.Min != nil && int64(len(s)) < *r.Min {
		s += strings.Repeat("x", int(*r.Min)-len(s))
	}
	return s
}

func sampleArray(t *template.Template, r template.Type, name string, depth int) arm.Value {
	n := least(r, 1)
	if r.Min == nil && depth > 6 {
		n = 0
	}
	items := make([]arm.Value, n)
	for i := range items {
		items[i] = sample(t, r.Items, strings.TrimSuffix(name, "s"), depth+1)
		if len(r.Allowed) > 0 {
			items[i] = r.Allowed[i%len(r.Allowed)]
		}
	}
	return arm.Array(items, arm.Pos{})
}

func sampleObject(t *template.Template, r template.Type, depth int) arm.Value {
	var members []arm.Member
	for _, p := range r.Properties {
		if q := t.Resolve(p.Type); q.Nullable || depth > 8 {
			continue
		}
		members = append(members, arm.Member{Name: p.Name, Value: sample(t, p.Type, p.Name, depth+1)})
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}
