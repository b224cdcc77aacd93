package main

import "testing"

func TestDeclared(t *testing.T) {
	const account = "resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' "
	const schema = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"`
	for _, c := range []struct {
		name, path, text string
		want             int
	}{
		{"OpenAI", "a.bicep", account + "= {\n  kind: 'OpenAI'\n}", 1},
		{"kind by a parameter", "a.bicep", account + "= {\n  kind: kind\n}", 1},
		{"another kind", "a.bicep", account + "= {\n  kind: 'SpeechServices'\n}", 0},
		{"the kind of the next resource", "a.bicep", account + "= {\n}\nresource s 'x@1' = {\n  kind: 'StorageV2'\n}", 1},
		{"existing", "a.bicep", account + "existing = {\n  name: 'a'\n}", 0},
		{"comments", "a.bicep", "// " + account + "= {\n/*\n" + account + "= {\n*/", 0},
		{"a loop", "a.bicep", account + "= [for x in y: {\n  kind: 'AIServices'\n}]", 1},
		{"JSON", "a.json", `{` + schema + `, "resources": [{"type": "Microsoft.CognitiveServices/accounts", "kind": "OpenAI"}]}`, 1},
		{"JSON with an expression", "a.json", `{` + schema + `, "resources": [{"type": "microsoft.cognitiveservices/accounts", "kind": "[parameters('kind')]"}]}`, 1},
		{"JSON, existing", "a.json", `{` + schema + `, "resources": {"a": {"existing": true, "type": "Microsoft.CognitiveServices/accounts"}, "b": {"kind": "OpenAI"}}}`, 0},
		{"no template", "a.json", `{"type": "Microsoft.CognitiveServices/accounts", "kind": "OpenAI"}`, 0},
	} {
		if got := declared(c.path, c.text); got != c.want {
			t.Errorf("%s: %d declared, want %d", c.name, got, c.want)
		}
	}
}
