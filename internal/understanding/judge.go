package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/source"
	tmpl "palisade/template"
)

// judge evaluates a file that declares n accounts, and says why it isn't
// understood, or "".
func judge(loader *source.Loader, path string, text []byte, n int) string {
	result, err := loader.Evaluate(source.Entry{Template: path}, nil, tmpl.Context{})
	if err != nil {
		return err.Error()
	}
	places := map[arm.Pos]bool{}
	var accounts []arm.Resource
	for _, r := range result.Resources {
		if !r.Is(source.AccountType) || r.Existing || r.Pos.File.Name != path {
			continue
		}
		places[r.Pos] = true
		accounts = append(accounts, r)
		if why := undecided(&r); why != "" {
			return fmt.Sprintf("%s: %s", r.Pos, why)
		}
	}
	for _, d := range result.NotDeployed {
		if strings.EqualFold(d.Type, source.AccountType) && d.Pos.File.Name == path {
			places[d.Pos] = true
		}
	}
	if written := bodies(string(text)); len(written) == 1 && len(accounts) == 1 {
		if why := different(accounts[0], written[0]); why != "" {
			return why
		}
	}
	if len(places) < n {
		return fmt.Sprintf("%d of %d accounts aren't there%s", n-len(places), n, firstError(result))
	}
	return ""
}

func firstError(r *tmpl.Result) string {
	for _, d := range r.Diagnostics {
		if d.Severity != arm.Warning {
			return ": " + d.String()
		}
	}
	return ""
}

// undecided says what of the values that decide about an account isn't known for a
// reason of ours, or "".
func undecided(r *arm.Resource) string {
	properties := r.Body.Get("properties")
	values := []struct {
		name string
		v    arm.Value
	}{
		{"kind", r.Body.Get("kind")},
		{"publicNetworkAccess", properties.Get("publicNetworkAccess")},
		{"disableLocalAuth", properties.Get("disableLocalAuth")},
		{"networkAcls", properties.Get("networkAcls")},
	}
	for _, x := range values {
		if why := missing(x.v); why != "" {
			return x.name + ": " + why
		}
	}
	return ""
}

// missing is the reason why something that v depends on couldn't be read.
func missing(v arm.Value) string {
	why := ""
	v.Walk(func(w arm.Value) bool {
		if u, ok := w.Unknown(); ok {
			for _, root := range u.Roots() {
				if root.Op == arm.OpMissing {
					why = root.Reason
				}
			}
		}
		return why == ""
	})
	return why
}

// literals are settings that are written out as a value.
var literals = map[string]*regexp.Regexp{
	"publicNetworkAccess": regexp.MustCompile(`(?m)^\s*publicNetworkAccess:\s*'(\w+)'\s*$`),
	"disableLocalAuth":    regexp.MustCompile(`(?m)^\s*disableLocalAuth:\s*(true|false)\s*$`),
	"defaultAction":       regexp.MustCompile(`(?m)^\s*defaultAction:\s*'(\w+)'\s*$`),
}

// different compares an account with the settings that are written out once in
// its text.
func different(r arm.Resource, text string) string {
	properties := r.Body.Get("properties")
	values := map[string]arm.Value{
		"publicNetworkAccess": properties.Get("publicNetworkAccess"),
		"disableLocalAuth":    properties.Get("disableLocalAuth"),
		"defaultAction":       properties.Get("networkAcls").Get("defaultAction"),
	}
	for _, name := range slices.Sorted(maps.Keys(literals)) {
		written := literals[name].FindAllStringSubmatch(text, -1)
		if len(written) != 1 || strings.Count(text, name) != 1 {
			continue
		}
		if got := values[name].Text(); got != written[0][1] {
			return fmt.Sprintf("%s: %s is written and %q understood", r.Pos, name, got)
		}
	}
	return ""
}
