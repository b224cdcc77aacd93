package rule

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

var trustedServices = &Rule{
	ID:    "PAL009",
	Name:  "trusted-services-bypass",
	Title: "Azure's trusted services don't pass the network rules",
	Why: "With the bypass, search, machine learning and AI resources of any subscription that has a role on the account " +
		"reach it in spite of its network rules.",
	Fix:      "Set networkAcls.bypass to None, and give the services that need the account a private endpoint.",
	Bicep:    "networkAcls: { bypass: 'None', defaultAction: 'Deny' }",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#grant-access-to-trusted-azure-services-for-azure-openai",
	Peers:    nil,
	Check:    accounts(checkTrustedServices),
}

func checkTrustedServices(_ *Subject, a *estate.Account) Result {
	if open := everyNetwork(a); open == estate.Yes {
		return notApplicable(a.Resource, "the account takes all networks anyway, so there is nothing to bypass")
	}
	r := question[string]{
		on: a.Resource, property: "properties.networkAcls.bypass", field: a.Network.Bypass,
		good:  func(s string) bool { return !strings.Contains(strings.ToLower(s), "azureservices") },
		holds: "no service passes the network rules", broken: "trusted services pass the network rules",
	}.answer()
	if r.Status == Fail && estate.Is(a.PublicNetworkAccess, "Disabled") == estate.Yes {
		r.Message = "trusted services may pass although public access is off: " + sentence("networkAcls.bypass", a.Network.Bypass)
		r.Proof = append(r.Proof, says(a.Resource, publicAccess, a.PublicNetworkAccess)...)
	}
	if r.Status == Fail && everyNetwork(a) == estate.Unsure {
		return unknown(a.Resource, r.Message+", if the account doesn't take all networks",
			[]*arm.Unknown{a.PublicNetworkAccess.Unknown, a.Network.DefaultAction.Unknown}, r.Proof...)
	}
	return r
}

const (
	publicAccess  = "properties.publicNetworkAccess"
	defaultAction = "properties.networkAcls.defaultAction"
	ipRules       = "properties.networkAcls.ipRules"
)

// everyNetwork answers whether an account's own properties let all networks in.
func everyNetwork(a *estate.Account) estate.Answer {
	off := estate.Is(a.PublicNetworkAccess, "Disabled", "SecuredByPerimeter")
	deny := estate.Is(a.Network.DefaultAction, "Deny")
	switch {
	case off == estate.Yes || deny == estate.Yes:
		return estate.No
	case off == estate.No && deny == estate.No:
		return estate.Yes
	}
	return estate.Unsure
}
