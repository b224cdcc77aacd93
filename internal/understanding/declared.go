package main

import (
	"path/filepath"
	"regexp"
	"strings"
)

// What declares an account, as text. The search is kept apart from the parsers:
// it must not share their mistakes.
var (
	inBicep      = regexp.MustCompile(`(?im)^\s*resource\s+\w+\s+'Microsoft\.CognitiveServices/accounts@[^']+'\s*=`)
	blockComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	bicepKind    = regexp.MustCompile(`(?m)^\s*kind:\s*'(\w*)'`)
	nextBicep    = regexp.MustCompile(`(?m)^\s*(resource|module|output)\s`)

	template = regexp.MustCompile(`"\$schema"\s*:\s*"[^"]*[dD]eploymentTemplate\.json`)
	inJSON   = regexp.MustCompile(`(?i)"type"\s*:\s*"Microsoft\.CognitiveServices/accounts"`)
	existing = regexp.MustCompile(`(?is)"existing"\s*:\s*true,\s*"type"\s*:\s*"Microsoft\.CognitiveServices/accounts"`)
	jsonKind = regexp.MustCompile(`"kind"\s*:\s*"(OpenAI|AIServices|\[[^"]*)"`)
)

// bodies are the texts of the accounts in a Bicep file, roughly: from each
// declaration to the next.
func bodies(text string) []string {
	var out []string
	for _, at := range inBicep.FindAllStringIndex(text, -1) {
		body := text[at[1]:]
		if end := nextBicep.FindStringIndex(body); end != nil {
			body = body[:end[0]]
		}
		out = append(out, body)
	}
	return out
}

// declared counts the accounts that a file declares; none where they are surely
// all of kinds that serve no models.
func declared(path, text string) int {
	if strings.EqualFold(filepath.Ext(path), ".bicep") {
		return declaredInBicep(blockComment.ReplaceAllString(text, ""))
	}
	if !template.MatchString(text) || !jsonKind.MatchString(text) {
		return 0
	}
	return len(inJSON.FindAllString(text, -1)) - len(existing.FindAllString(text, -1))
}

func declaredInBicep(text string) int {
	all, serving := 0, 0
	for _, body := range bodies(text) {
		all++
		kind := bicepKind.FindStringSubmatch(body)
		if kind == nil || kind[1] == "OpenAI" || kind[1] == "AIServices" {
			serving++
		}
	}
	if serving == 0 {
		return 0
	}
	return all
}
