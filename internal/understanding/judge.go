package main

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/source"
	tmpl "palisade/template"
)

// judgement is what was found out about a file.
type judgement struct {
	why      string // why it isn't understood, or ""
	compared int    // property values that were compared with the text
}

// judge evaluates a file that declares n accounts.
func judge(loader *source.Loader, path string, text []byte, n int) judgement {
	result, err := loader.Evaluate(source.Entry{Template: path}, nil, tmpl.Context{})
	if err != nil {
		return judgement{why: err.Error()}
	}
	places := map[string]bool{}
	var accounts []arm.Resource
	for _, r := range result.Resources {
		if !r.Is(source.AccountType) || r.Existing || r.Pos.File.Name != path {
			continue
		}
		places[place(r.Pos)] = true
		accounts = append(accounts, r)
		if why := undecided(&r); why != "" {
			return judgement{why: fmt.Sprintf("%s: %s", r.Pos, why)}
		}
	}
	left := 0
	for _, d := range result.NotDeployed {
		if strings.EqualFold(d.Type, source.AccountType) && d.Pos.File.Name == path {
			places[place(d.Pos)] = true
			left++
		}
	}
	if len(places) < n {
		return judgement{why: fmt.Sprintf("%d of %d accounts aren't there%s", n-len(places), n, firstError(result))}
	}
	j := judgement{}
	if isBicep(path) {
		j.compared, j.why = spots(accounts, string(text))
	} else {
		j.compared, j.why = spotJSON(text, accounts, left)
	}
	return j
}

// spots compares the accounts of a Bicep file with the text of the declaration
// on whose line each stands.
func spots(accounts []arm.Resource, text string) (compared int, why string) {
	written := declarations(blockComment.ReplaceAllStringFunc(text, blank))
	for i := range accounts {
		line, _ := accounts[i].Pos.LineCol()
		n, why := spot(&accounts[i], written[line], text)
		if compared += n; why != "" {
			return compared, why
		}
	}
	return compared, ""
}

// place is where an account is declared: its file and line.
func place(p arm.Pos) string {
	line, _ := p.LineCol()
	return fmt.Sprintf("%s\x00%d", p.File.Name, line)
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
