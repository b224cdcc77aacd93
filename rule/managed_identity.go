package rule

import (
	"fmt"

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
	if n := len(id.UserAssigned.Items); n > 0 {
		return pass(a.Resource, fmt.Sprintf("it has %d user-assigned identities", n),
			Step{"identity.userAssignedIdentities names " + id.UserAssigned.Items[0].ID, a.ID, "identity", id.Pos})
	}
	r := question[bool]{
		on: a.Resource, property: "identity.type", field: id.System, good: isTrue,
		holds: "it has an identity of its own", broken: "it has no managed identity",
	}.answer()
	if r.Status == Pass {
		r.Message = "it has an identity of its own"
	}
	if r.Status == Fail {
		r.Message = "it has no managed identity"
	}
	for i := range r.Proof {
		r.Proof[i].Text = r.Message
	}
	if r.Status == Fail && !id.UserAssigned.Known() {
		return unknown(a.Resource, "it has no managed identity unless "+id.UserAssigned.Unknown.Text()+" names one",
			[]*arm.Unknown{id.UserAssigned.Unknown}, r.Proof...)
	}
	return r
}
