package estate

import (
	"strings"

	"palisade/arm"
)

// Setting is a value that an app is given: an app setting, a connection string,
// an environment variable or a secret of a container app. Who may list or
// change the configuration of App, or run code in it, has it.
type Setting struct {
	App     string // key of the site, container app or other resource
	Kind    SettingKind
	Name    string
	Value   arm.Value // as written; null where it refers to something else
	Secrets []Secret  // whose keys the value holds
	// SecretRef is the name of a secret of the same app; absent: "".
	SecretRef Field[string]
	// VaultURL is the URL of a vault's secret that it is read from; absent: "".
	VaultURL Field[string]
	Maybe    *arm.Unknown // why it may not be there, or nil
	Pos      arm.Pos
}

// SettingKind says where a Setting stands.
type SettingKind uint8

const (
	AppSetting SettingKind = iota
	ConnectionString
	EnvironmentVariable
	AppSecret
	ConfigurationValue // of an App Configuration store
	WorkflowParameter
)

// Settings is what is known of the settings of one app in one place.
type Settings struct {
	*Resource        // what they are written in
	App       string // key of the app that gets them
	All       List[Setting]
}

// settingOf makes a setting of a value that is written as it is.
func settingOf(app string, kind SettingKind, name string, n node) Setting {
	return Setting{App: app, Kind: kind, Name: name, Value: n.v, Secrets: SecretsIn(n.v), Pos: n.pos}
}

// mapped reads settings written as an object: {name: value}.
func (n node) mapped(app string, kind SettingKind) List[Setting] {
	return convertList(n.entries(), func(x entry) Setting { return settingOf(app, kind, x.name, x.node) })
}

// mappedValues reads settings written as {name: {value: …}}.
func (n node) mappedValues(app string, kind SettingKind) List[Setting] {
	return convertList(n.entries(), func(x entry) Setting { return settingOf(app, kind, x.name, x.at("value")) })
}

// listed reads settings written as [{name, value}, …]; value is the name of the
// member that holds the value.
func (n node) listed(app string, kind SettingKind, value string) List[Setting] {
	return list(n, func(m node) (Setting, bool) {
		s := settingOf(app, kind, m.at("name").v.Text(), m.at(value))
		s.SecretRef = m.at("secretRef").text("")
		s.VaultURL = m.at("keyVaultUrl").text("")
		if s.Value.IsNull() && kind == EnvironmentVariable {
			s.Value = m.at("secureValue").v
			s.Secrets = SecretsIn(s.Value)
		}
		s.Pos = m.pos
		return s, true
	})
}

// addSettings keeps settings if there are, or may be, some.
func (e *Estate) addSettings(r *Resource, app string, l List[Setting]) {
	if len(l.Items) == 0 && len(l.Possible) == 0 && l.Known() {
		return
	}
	for i := range l.Items {
		l.Items[i].Maybe = r.Maybe
	}
	for i := range l.Possible {
		l.Possible[i].Maybe = l.Unknown
	}
	e.Settings.add(r, &Settings{r, app, l})
}

// decodeSiteConfig reads Microsoft.Web/sites/config, also of slots; its name
// says what it holds.
func decodeSiteConfig(e *Estate, r *Resource) {
	app, p := r.Parent, r.prop()
	switch strings.ToLower(r.Name) {
	case "appsettings":
		e.addSettings(r, app, p.mapped(app, AppSetting))
	case "connectionstrings":
		e.addSettings(r, app, p.mappedValues(app, ConnectionString))
	case "web":
		e.addSiteSettings(r, app, p)
	}
}

// addSiteSettings reads the settings that stand in a siteConfig.
func (e *Estate) addSiteSettings(r *Resource, app string, config node) {
	e.addSettings(r, app, config.at("appSettings").listed(app, AppSetting, "value"))
	e.addSettings(r, app, config.at("connectionStrings").listed(app, ConnectionString, "connectionString"))
}

// addContainerSettings reads the secrets and environments of a container app.
func (e *Estate) addContainerSettings(r *Resource) {
	e.addSettings(r, r.Key, r.prop("configuration", "secrets").listed(r.Key, AppSecret, "value"))
	for _, member := range []string{"containers", "initContainers"} {
		e.addEnvironments(r, r.prop("template", member), "env")
	}
}

// addEnvironments reads the environment variables of a list of containers;
// path leads to them in each.
func (e *Estate) addEnvironments(r *Resource, containers node, path ...string) {
	e.addSettings(r, r.Key, flat(list(containers, func(n node) (List[Setting], bool) {
		return n.at(path...).listed(r.Key, EnvironmentVariable, "value"), true
	})))
}

// decodeKeyValue reads Microsoft.AppConfiguration/configurationStores/keyValues.
func decodeKeyValue(e *Estate, r *Resource) {
	one := settingOf(r.Parent, ConfigurationValue, r.Name, r.prop("value"))
	e.addSettings(r, r.Parent, List[Setting]{Items: []Setting{one}, Set: true, Pos: r.Pos})
}

// decodeDeploymentScript reads Microsoft.Resources/deploymentScripts.
func decodeDeploymentScript(e *Estate, r *Resource) {
	e.addSettings(r, r.Key, r.prop("environmentVariables").listed(r.Key, EnvironmentVariable, "value"))
	e.addWorkload(r, "containerSettings.subnetIds[].id")
}
