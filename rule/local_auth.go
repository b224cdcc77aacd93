package rule

import "palisade/estate"

var localAuth = &Rule{
	ID:    "PAL002",
	Name:  "local-auth",
	Title: "API keys are refused",
	Why: "Whoever has a key is the account: a key isn't tied to a person or workload, knows no roles, no conditional " +
		"access and no expiry, and every call with it looks the same in the logs.",
	Fix:      "Set disableLocalAuth to true, and give each caller the role Cognitive Services OpenAI User.",
	Bicep:    "disableLocalAuth: true",
	Severity: High,
	Source:   "https://learn.microsoft.com/azure/ai-services/disable-local-auth",
	Peers: []string{
		"checkov CKV_AZURE_236", "PSRule Azure.AI.DisableLocalAuth", "PSRule AZR-000282",
		"Steampipe cognitive_service_local_auth_disabled", "azqr aif-008", "AzTS OpenAI_AuthN_Disable_Local_Auth",
		"Azure Policy 71ef260a-8f18-47b7-abcb-62d0673d94dc", "Azure Policy 14de9e63-1b31-492e-a5a3-c3f7fd57f555",
		"MCSB IM-1", "Azure review checklist AI.102",
	},
	Check: accounts(checkLocalAuth),
}

// disableLocalAuth is the property that turns keys off.
const disableLocalAuth = "properties.disableLocalAuth"

func checkLocalAuth(_ *Subject, a *estate.Account) Result {
	return question[bool]{
		on: a.Resource, property: disableLocalAuth, field: a.DisableLocalAuth, good: isTrue,
		holds: "keys are refused", broken: "keys are accepted",
	}.answer()
}
