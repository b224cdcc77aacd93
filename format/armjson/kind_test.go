package armjson

import "testing"

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		want Kind
	}{
		{"template", `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": []}`, Template},
		{"subscription template", `{"$schema": "HTTP://schema.management.azure.com/schemas/2018-05-01/SubscriptionDeploymentTemplate.json", "resources": {}}`, Template},
		{"template without schema", `{"contentVersion": "1.0.0.0", "resources": []}`, Template},
		{"template without schema and version", `{"resources": [{"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01"}]}`, Template},
		{"template with the schema of parameters", `{"$schema": "x/deploymentParameters.json#", "parameters": {}, "resources": []}`, Template},
		{"template without resources", `{"$schema": "x/deploymentTemplate.json#", "parameters": {"a": {"type": "string"}}}`, Template},
		{"parameters", `{"$schema": "x/2015-01-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {"a": {"value": 1}}}`, Parameters},
		{"parameters of none", `{"$schema": "x/deploymentParameters.json#", "parameters": {}}`, Parameters},
		{"parameters without schema", `{"parameters": {"a": {"value": 1}, "b": {"reference": {"keyVault": {"id": "x"}, "secretName": "y"}}}}`, Parameters},
		{"parameters with the schema of a template", `{"$schema": "x/deploymentTemplate.json#", "parameters": {"a": {"value": 1}}}`, Parameters},
		{"bare parameters", `{"a": {"value": 1, "metadata": {}}, "b": {"expression": "[externalInputs('c')]"}}`, Parameters},
		{"form", `{"$schema": "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#", "parameters": {"resources": []}}`, UIDefinition},
		{"form without schema", `{"handler": "Microsoft.Azure.CreateUIDef", "parameters": {}}`, UIDefinition},
		{"policy", `{"properties": {"policyRule": {"if": {}}}}`, Policy},
		{"policy set", `{"properties": {"policyDefinitions": []}}`, Policy},
		{"outputs", `{"a": {"type": "String", "value": "x"}}`, Other},
		{"package.json", `{"name": "x", "resources": ["a"]}`, Other},
		{"empty", `{}`, Other},
		{"array", `[]`, Other},
	} {
		if got := KindOf(mustRead(t, c.text)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestGuessKind(t *testing.T) {
	for text, want := range map[string]Kind{
		`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "re`: Template,
		`{"contentVersion": "1.0.0.0", `:                   Template,
		`{"$schema": "x/deploymentParameters.json#", "con`: Parameters,
		`{"name": "package", `:                             Other,
		``:                                                 Other,
	} {
		if got := GuessKind([]byte(text)); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
