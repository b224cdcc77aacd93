package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/source"
	tmpl "palisade/template"
)

const bicepAccount = `param off string = 'Disabled'
resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: 'a'
  kind: 'OpenAI'
  sku: {
    name: 'S0'
  }
  properties: {
    publicNetworkAccess: off
    disableLocalAuth: true // no keys
  }
}
`

const jsonAccount = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01",
  "name": "a", "kind": "OpenAI", "sku": {"name": "S0"},
  "properties": {"disableLocalAuth": true, "networkAcls": {"ipRules": [{"value": "1.2.3.4"}]}, "publicNetworkAccess": "[concat('Dis', 'abled')]"}}]}`

// What is written must be what came out; another text must be told apart.
func TestSpot(t *testing.T) {
	accounts := evaluate(t, "a.bicep", bicepAccount)
	for _, c := range []struct {
		name, old, new string
		differs        bool
	}{
		{"as it is", "", "", false},
		{"a literal", "disableLocalAuth: true", "disableLocalAuth: false", true},
		{"a default", "= 'Disabled'", "= 'Enabled'", true},
		{"a member that isn't there", "disableLocalAuth: true", "restrictOutboundNetworkAccess: true", true},
	} {
		n, why := spots(accounts, strings.Replace(bicepAccount, c.old, c.new, 1))
		if (why != "") != c.differs || n < 2 {
			t.Errorf("%s: %d compared, %q", c.name, n, why)
		}
	}
}

func TestSpotJSON(t *testing.T) {
	accounts := evaluate(t, "a.json", jsonAccount)
	for _, c := range []struct {
		name, old, new string
		differs        bool
	}{
		{"as it is", "", "", false},
		{"a literal", "true", "false", true},
		{"an item", "1.2.3.4", "1.2.3.5", true},
		{"another item", `{"value": "1.2.3.4"}`, `{"value": "1.2.3.4"}, {"value": "1.2.3.5"}`, true},
	} {
		_, why := spotJSON([]byte(strings.Replace(jsonAccount, c.old, c.new, 1)), accounts, 0)
		if (why != "") != c.differs {
			t.Errorf("%s: %q", c.name, why)
		}
	}
	if n, _ := spotJSON([]byte(jsonAccount), accounts, 0); n != 4 {
		t.Errorf("%d compared, want 4", n)
	}
}

func evaluate(t *testing.T, name, text string) []arm.Resource {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := source.NewLoader(source.Options{}).Evaluate(source.Entry{Template: path}, nil, tmpl.Context{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Resources
}
