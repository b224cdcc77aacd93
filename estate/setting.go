package estate

import "palisade/arm"

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
