package estate

import "testing"

func TestSettings(t *testing.T) {
	const key = `{"$call": "listKeys", "args": ["/x/ai"], "path": "key1"}`
	e := load(t, `[
	 {"type": "Microsoft.Web/sites", "name": "site", "properties": {"siteConfig": {"appSettings": [{"name": "A", "value": `+key+`}],
	  "connectionStrings": [{"name": "C", "connectionString": "x"}]}}},
	 {"type": "Microsoft.Web/sites/config", "name": "site/appsettings", "properties": {"B": "@Microsoft.KeyVault(SecretUri=x)"}},
	 {"type": "Microsoft.Web/sites/config", "name": "site/connectionstrings", "properties": {"D": {"value": `+key+`, "type": "Custom"}}},
	 {"type": "Microsoft.Web/sites/config", "name": "site/web", "properties": {"appSettings": {"$if": ["c", [{"name": "W", "value": "1"}], null]}}},
	 {"type": "Microsoft.App/containerApps", "name": "app", "properties": {
	  "configuration": {"secrets": [{"name": "s", "value": `+key+`}, {"name": "v", "keyVaultUrl": "https://kv/secrets/s"}]},
	  "template": {"containers": [{"env": [{"name": "E", "secretRef": "s"}]}]}}},
	 {"type": "Microsoft.ContainerInstance/containerGroups", "name": "group", "properties": {"containers": [{"properties": {"environmentVariables": [{"name": "F", "secureValue": "y"}]}}]}},
	 {"type": "Microsoft.Resources/deploymentScripts", "name": "script", "properties": {"environmentVariables": [{"name": "G", "value": "z"}]}},
	 {"type": "Microsoft.AppConfiguration/configurationStores/keyValues", "name": "store/H", "properties": {"value": "h"}},
	 {"type": "Microsoft.Logic/workflows", "name": "flow", "properties": {"parameters": {"I": {"value": "i"}}}},
	 {"type": "Microsoft.Web/sites/config", "name": "other/appsettings", "properties": {"$parameter": "settings"}}]`)
	byName := map[string]Setting{}
	for _, place := range e.Settings.All {
		for _, s := range place.All.Each() {
			if s.App != place.App {
				t.Errorf("%s: app %s, want %s", s.Name, s.App, place.App)
			}
			byName[s.Name] = s
		}
	}
	kinds := map[string]SettingKind{"A": AppSetting, "B": AppSetting, "C": ConnectionString, "D": ConnectionString, "W": AppSetting,
		"s": AppSecret, "v": AppSecret, "E": EnvironmentVariable, "F": EnvironmentVariable, "G": EnvironmentVariable,
		"H": ConfigurationValue, "I": WorkflowParameter}
	if len(byName) != len(kinds) {
		t.Errorf("got %d settings, want %d", len(byName), len(kinds))
	}
	for name, kind := range kinds {
		s, ok := byName[name]
		if !ok || s.Kind != kind {
			t.Errorf("%s: %+v", name, s)
		}
		holdsKey := name == "A" || name == "D" || name == "s"
		if (len(s.Secrets) == 1) != holdsKey {
			t.Errorf("%s: secrets %+v", name, s.Secrets)
		}
	}
	if s := byName["W"]; s.Maybe == nil {
		t.Errorf("by a condition: %+v", s)
	}
	if s := byName["v"]; s.VaultURL.Value != "https://kv/secrets/s" || byName["E"].SecretRef.Value != "s" || !byName["F"].Value.Is("y") {
		t.Errorf("references: %+v", s)
	}
	if last := e.Settings.All[len(e.Settings.All)-1]; last.All.Known() || !last.All.Open {
		t.Errorf("unknown settings: %+v", last)
	}
}
