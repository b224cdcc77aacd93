package rule

import (
	"fmt"
	"palisade/arm"
	"palisade/estate"
	"strings"
)

var secretSetting = &Rule{
	ID:    "PAL015",
	Name:  "secret-in-setting",
	Title: "No setting of an app holds a key",
	Why: "Whoever may list the settings of an app, or run code in it, has the key; and it stays valid wherever it was " +
		"copied to. An app with a managed identity needs none.",
	Fix: "Give the app's managed identity a role on what the key opens, Cognitive Services OpenAI User for models, and remove " +
		"the setting; what has to be a secret stays in a key vault, to which the setting refers.",
	Bicep:    "value: '@Microsoft.KeyVault(SecretUri=${secret.properties.secretUri})'",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references",
	Peers:    []string{"MCSB IM-3", "MCSB IM-8"},
	Check:    checkSettings,
}

func checkSettings(s *Subject) []Result {
	var results []Result
	for _, app := range s.Estate.Settings.All {
		results = append(results, judgeSettings(s, app)...)
	}
	return results
}

// judgeSettings gives a result for each setting with a key, else one for all.
func judgeSettings(s *Subject, app *estate.Settings) []Result {
	var results []Result
	for _, x := range app.All.Each() {
		if r, bad := judgeSetting(s, app, x); bad {
			results = append(results, r)
		}
	}
	switch {
	case len(results) > 0:
		return results
	case !app.All.Known() && app.All.Open:
		return []Result{unknown(app.Resource, "it isn't known which settings "+estate.LastName(app.App)+" has",
			[]*arm.Unknown{app.All.Unknown})}
	}
	return []Result{pass(app.Resource, fmt.Sprintf("no key is in the settings of %s (%d)", estate.LastName(ownerID(s, app.App)), len(app.All.Each())))}
}

func judgeSetting(s *Subject, app *estate.Settings, x estate.Setting) (Result, bool) {
	step := Step{"setting " + x.Name + " is written here", app.ID, x.Name, x.Pos}
	of := "setting " + x.Name + " of " + estate.LastName(ownerID(s, x.App))
	found := secretsIn(s, x.Value, x.Secrets)
	if literal, ok := x.Value.Str(); ok && len(found) == 0 && hardCoded(x.Name, literal) {
		return fail(app.Resource, of+" is named like a key and holds a text", step).level(Medium), true
	}
	if len(found) == 0 {
		return Result{}, false
	}
	steps := append([]Step{step}, secretSteps(found, app.ID, x.Name)...)
	if x.Maybe != nil {
		return unknown(app.Resource, of+", if it is made, holds "+secretNames(found), []*arm.Unknown{x.Maybe}, steps...), true
	}
	return fail(app.Resource, of+" holds "+secretNames(found), steps...).level(secretLevel(s, found, Medium)), true
}

// hardCoded reports whether a setting's text is a key that is written out: it
// is named like one, and long and without spaces as keys are.
func hardCoded(name, text string) bool {
	const shortest = 32 // characters of a Cognitive Services key
	if strings.HasPrefix(strings.ToLower(text), "@microsoft.keyvault(") || strings.Contains(text, "://") {
		return false
	}
	return keyName(name) && len(text) >= shortest && !strings.ContainsAny(text, " \t\n")
}
