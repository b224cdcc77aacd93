package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var managedIdentity = &Rule{
	ID:    "PAL018",
	Name:  "managed-identity",
	Title: "The account has a managed identity",
	Why: "Without an identity of its own the account reaches storage, search and key vaults with keys that somebody " +
		"has to keep, and it can't use a key of the customer's.",
	Fix:      "Give the account a system-assigned identity, or attach a user-assigned one.",
	Bicep:    "identity: { type: 'SystemAssigned' }",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity",
	Peers: []string{
		"checkov CKV_AZURE_238", "PSRule Azure.AI.ManagedIdentity", "PSRule AZR-000281",
		"Azure Policy fe3fd216-4f83-4fc1-8984-2bbec80a3418", "MCSB IM-3",
	},
	Check: accounts(checkManagedIdentity),
}

func checkManagedIdentity(_ *Subject, a *estate.Account) Result {
	id := a.Identity
	step := func(text string) Step { return Step{text, a.ID, "identity", id.Pos} }
	named := id.UserAssigned
	system := estate.True(id.System)
	switch {
	case len(named.Items) > 0:
		return pass(a.Resource, "it has the identity "+estate.LastName(named.Items[0].ID), step("identity names "+named.Items[0].ID))
	case system == estate.Yes:
		return pass(a.Resource, "it has an identity of its own", step("identity.type is system-assigned"))
	case system == estate.Unsure:
		return unknown(a.Resource, "it isn't known whether it has a managed identity: identity.type is "+id.System.Unknown.Text(),
			[]*arm.Unknown{id.System.Unknown})
	case !named.Known():
		return unknown(a.Resource, "it has no managed identity unless "+named.Unknown.Text()+" names one", []*arm.Unknown{named.Unknown})
	}
	return fail(a.Resource, "it has no managed identity", shows(a.Resource, "the account stands here, without an identity"))
}
