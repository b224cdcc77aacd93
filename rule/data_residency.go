package rule

import (
	"strings"
)

var dataResidency = &Rule{
	ID:    "PAL025",
	Name:  "data-residency",
	Title: "Prompts are processed in the account's own region",
	Why: "A global deployment sends prompts to any Azure region of the world, one of a data zone to any region of the zone; " +
		"only what is stored stays in the account's region. Whether that may be is for the law and the contract to say.",
	Fix:      "Use the SKU Standard or ProvisionedManaged, or a DataZone SKU where the zone is allowed.",
	Bicep:    "sku: { name: 'DataZoneStandard', capacity: 10 }",
	Severity: Info,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types",
	Peers:    []string{"Azure Proactive Resiliency Library: deployment type"},
	Check:    checkResidency,
}

func checkResidency(s *Subject) []Result {
	var results []Result
	for _, d := range s.Estate.Deployments.All {
		if d.Referred {
			results = append(results, unknown(d.Resource, "the deployment is declared elsewhere and only referred to here", nil))
			continue
		}
		results = append(results, question[string]{
			on: d.Resource, property: "sku.name", field: d.SKU,
			good:  func(sku string) bool { return !abroad(sku) },
			holds: "prompts are processed in the account's region", broken: "prompts may be processed in other regions",
		}.answer())
	}
	return results
}

// abroad reports whether a SKU processes prompts outside of its region.
func abroad(sku string) bool {
	sku = strings.ToLower(sku)
	return strings.HasPrefix(sku, "global") || strings.HasPrefix(sku, "datazone") || sku == "developertier"
}
