package main

import (
	"fmt"
	"strings"

	"palisade/source"
	tmpl "palisade/template"
)

// reached are the places, as file:line, at which the deployments of a tree
// declare accounts: what `palisade check` of the folder sees. Accounts that
// aren't deployed are among them, as the report names those. left are files that
// aren't looked at, with the reason that is given.
func reached(loader *source.Loader, root string) (places map[string]bool, left map[string]string) {
	places, left = map[string]bool{}, map[string]string{}
	found := loader.Find([]string{root}, nil)
	for _, s := range found.Skipped {
		left[s.Path] = s.Why
	}
	for _, e := range found.Entries {
		result, err := loader.Evaluate(e, nil, tmpl.Context{})
		if err != nil {
			continue
		}
		for _, r := range result.Resources {
			if r.Is(source.AccountType) && !r.Existing && r.Pos.File != nil {
				places[place(r.Pos)] = true
			}
		}
		for _, d := range result.NotDeployed {
			if strings.EqualFold(d.Type, source.AccountType) {
				places[place(d.Pos)] = true
			}
		}
	}
	return places, left
}

// compiled begins the reason for leaving out a template whose source is there.
const compiled = "compiled from "

// unreached says why the accounts of a file aren't seen when its tree is checked,
// or "".
func unreached(path string, n int, places map[string]bool, left string) string {
	seen := 0
	for p := range places {
		if file, _, _ := strings.Cut(p, "\x00"); file == path {
			seen++
		}
	}
	switch {
	case seen >= n:
		return ""
	case left != "":
		return left
	}
	return fmt.Sprintf("%d of %d accounts aren't seen from the deployments of the tree", n-seen, n)
}
