package azure

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// Differences says in what live isn't as planned: each planned value that is
// known has to be there. What the service adds doesn't count.
func Differences(planned, live arm.Resource) []string {
	var out []string
	for _, name := range []string{"location", "kind", "sku", "tags", "properties"} {
		if v := planned.Body.Get(name); !v.IsNull() {
			out = compare(name, v, live.Body.Get(name), out)
		}
	}
	return out
}

func compare(path string, want, have arm.Value, out []string) []string {
	if want.IsUnknown() || want.IsNull() {
		return out
	}
	if o, ok := want.Object(); ok {
		for _, m := range o.Members() {
			out = compare(path+"."+m.Name, m.Value, have.Get(m.Name), out)
		}
		return out
	}
	if items, ok := want.Items(); ok {
		return compareItems(path, items, have, out)
	}
	if !same(want, have) {
		out = append(out, fmt.Sprintf("%s is %s, planned was %s", path, have.JSON(), want.JSON()))
	}
	return out
}

// compareItems compares lists by place; the service may keep another order of
// plain values.
func compareItems(path string, items []arm.Value, have arm.Value, out []string) []string {
	live, _ := have.Items()
	if len(live) != len(items) {
		return append(out, fmt.Sprintf("%s has %d items, planned were %d", path, len(live), len(items)))
	}
	for i, item := range items {
		if _, isText := item.Str(); isText && contains(live, item) {
			continue
		}
		out = compare(fmt.Sprintf("%s[%d]", path, i), item, live[i], out)
	}
	return out
}

func contains(items []arm.Value, v arm.Value) bool {
	for _, item := range items {
		if same(v, item) {
			return true
		}
	}
	return false
}

// same compares plain values: text without regard to case, spaces left out of
// region names.
func same(want, have arm.Value) bool {
	a, isText := want.Str()
	b, isTextToo := have.Str()
	if isText && isTextToo {
		return strings.EqualFold(a, b) || strings.EqualFold(a, strings.ReplaceAll(b, " ", ""))
	}
	return arm.Equal(want, have)
}
