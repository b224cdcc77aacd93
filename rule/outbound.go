package rule

import (
	"fmt"

	"palisade/estate"
)

var outboundRestricted = &Rule{
	ID:    "PAL011",
	Name:  "outbound-restricted",
	Title: "The account calls only hosts that are listed",
	Why: "The service fetches from URLs that callers name (images, data sources, tools). Without a list, a prompt can " +
		"make it send data to any host.",
	Fix:      "Set restrictOutboundNetworkAccess to true and list the hosts that it has to reach in allowedFqdnList.",
	Bicep:    "restrictOutboundNetworkAccess: true",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention",
	Peers: []string{
		"checkov CKV_AZURE_247", "AzTS DP_Data_Loss_Prevention", "MCSB DP-2", "Azure review checklist AI.106",
	},
	Check: accounts(checkOutbound),
}

func checkOutbound(_ *Subject, a *estate.Account) Result {
	r := question[bool]{
		on: a.Resource, property: "properties.restrictOutboundNetworkAccess", field: a.RestrictOutbound, good: isTrue,
		holds: "outbound calls are restricted", broken: "outbound calls may go to any host",
	}.answer()
	if r.Status == Pass && a.AllowedFQDNs.Known() {
		r.Message = fmt.Sprintf("outbound calls only go to hosts that are listed (%d): %s", len(a.AllowedFQDNs.Items),
			sentence("restrictOutboundNetworkAccess", a.RestrictOutbound))
	}
	return r
}
