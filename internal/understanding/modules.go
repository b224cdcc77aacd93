package main

import (
	"regexp"
	"strings"

	"palisade/arm"
	"palisade/source"
	tmpl "palisade/template"
)

// accountModule is the registry's module of an account, where a file uses it.
var accountModule = regexp.MustCompile(`(?m)^\s*module\s+\w+\s+'br/public:avm/res/cognitive-services/account:`)

// modules counts the uses of the registry's module of an account in a file: of
// how many an account came out, or is said not to be deployed, and how many are
// named as missing.
func modules(loader *source.Loader, path, text string) (used, followed, missing int) {
	used = len(accountModule.FindAllString(blockComment.ReplaceAllString(text, ""), -1))
	if used == 0 {
		return 0, 0, 0
	}
	result, err := loader.Evaluate(source.Entry{Template: path}, nil, tmpl.Context{})
	if err != nil {
		return used, 0, 0
	}
	return used, min(used, fromModule(result)), min(used, missingModules(result))
}

func fromModule(result *tmpl.Result) int {
	n := 0
	for _, r := range result.Resources {
		if r.Is(source.AccountType) && !r.Existing && strings.Contains(r.Pos.File.Name, "cognitive-services/account") {
			n++
		}
	}
	for _, d := range result.NotDeployed {
		if strings.Contains(d.Pos.File.Name, "cognitive-services/account") {
			n++
		}
	}
	return n
}

func missingModules(result *tmpl.Result) int {
	n := 0
	for _, d := range result.Diagnostics {
		if d.Severity != arm.Error && strings.Contains(d.Message, "avm/res/cognitive-services/account") && d.Hint != "" {
			n++
		}
	}
	return n
}
