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
	if isBicep(path) {
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

func isBicep(path string) bool { return strings.EqualFold(filepath.Ext(path), ".bicep") }

// declarations are the texts of the accounts in a Bicep file by the lines on
// which they begin.
func declarations(text string) map[int]string {
	out := map[int]string{}
	all := bodies(text)
	for i, at := range inBicep.FindAllStringIndex(text, -1) {
		begin := at[0] + len(text[at[0]:at[1]]) - len(strings.TrimLeft(text[at[0]:at[1]], " \t\r\n"))
		out[1+strings.Count(text[:begin], "\n")] = all[i]
	}
	return out
}

// blank keeps the lines of a text and nothing else.
func blank(text string) string { return strings.Repeat("\n", strings.Count(text, "\n")) }
