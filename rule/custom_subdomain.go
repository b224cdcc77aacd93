package rule

import "palisade/estate"

var customSubdomain = &Rule{
	ID:    "PAL010",
	Name:  "custom-subdomain",
	Title: "The account has a host name of its own",
	Why: "On the region's shared host name Entra tokens aren't accepted, and neither private endpoints nor virtual " +
		"network rules work: what is left is keys over the internet. The name can't be changed once it is set.",
	Fix:      "Set customSubDomainName to a name that is unique in Azure, such as the name of the account.",
	Bicep:    "customSubDomainName: accountName",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains",
	Peers:    nil,
	Check:    accounts(checkCustomSubdomain),
}

func checkCustomSubdomain(_ *Subject, a *estate.Account) Result {
	const property = "properties.customSubDomainName"
	f := a.CustomSubDomain
	if hasSomeValue(f) {
		return pass(a.Resource, "it has a host name of its own, which isn't known yet: "+sentence(property, f),
			says(a.Resource, property, f)...)
	}
	return question[string]{
		on: a.Resource, property: property, field: f, good: func(s string) bool { return s != "" },
		holds:  "it has a host name of its own",
		broken: "neither Entra tokens nor private endpoints can be used",
	}.answer()
}
