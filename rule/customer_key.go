package rule

import (
	"strings"

	"palisade/estate"
)

var customerKey = &Rule{
	ID:    "PAL024",
	Name:  "customer-managed-key",
	Title: "Data at rest is encrypted with a key of the customer's",
	Why: "Uploaded files, fine-tuned models and stored completions are always encrypted; with a key of one's own, access " +
		"to them can be logged and withdrawn. Where no rule asks for that, Microsoft's key is fine.",
	Fix: "Set encryption.keySource to Microsoft.KeyVault with a key of a vault that has purge protection; a " +
		"system-assigned identity needs a second deployment for it.",
	Bicep:    "encryption: { keySource: 'Microsoft.KeyVault', keyVaultProperties: { … } }",
	Severity: Info,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/encrypt-data-at-rest",
	Peers: []string{
		"checkov CKV2_AZURE_22", "Azure Policy 67121cc7-ff39-4ab8-b7e3-95b84dab487d", "MCSB DP-5",
		"Azure review checklist AI.92",
	},
	Check: accounts(checkCustomerKey),
}

func checkCustomerKey(_ *Subject, a *estate.Account) Result {
	return question[string]{
		on: a.Resource, property: "properties.encryption.keySource", field: a.Encryption.KeySource,
		good:  func(s string) bool { return strings.EqualFold(s, "Microsoft.KeyVault") },
		holds: "data at rest is encrypted with the customer's key", broken: "data at rest is encrypted with Microsoft's key",
	}.answer()
}
