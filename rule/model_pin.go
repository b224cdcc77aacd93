package rule

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

var modelPin = &Rule{
	ID:    "PAL023",
	Name:  "model-version-pin",
	Title: "Where automatic upgrades are off, the version is written down",
	Why: "Without a version the deployment gets the default of the day it is made, and with NoAutoUpgrade it keeps that " +
		"until it stops working: the same template gives different models, and nobody reads which.",
	Fix:      "Write properties.model.version, or set versionUpgradeOption to OnceCurrentVersionExpired.",
	Bicep:    "versionUpgradeOption: 'OnceCurrentVersionExpired'",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/working-with-models",
	Peers:    []string{"Azure Proactive Resiliency Library: versionUpgradeOption"},
	Check:    checkModelPin,
}

func checkModelPin(s *Subject) []Result {
	var results []Result
	for _, d := range s.Estate.Deployments.All {
		results = append(results, judgePin(d))
	}
	return results
}

func judgePin(d *estate.Deployment) Result {
	const upgrade, version = "properties.versionUpgradeOption", "properties.model.version"
	if d.Referred {
		return unknown(d.Resource, "the deployment is declared elsewhere and only referred to here", nil)
	}
	proof := append(says(d.Resource, version, d.Model.Version), says(d.Resource, upgrade, d.Upgrade)...)
	never := estate.Is(d.Upgrade, "NoAutoUpgrade")
	pinned := estate.Test(d.Model.Version, func(v string) bool { return strings.TrimSpace(v) != "" })
	if hasSomeValue(d.Model.Version) {
		pinned = estate.Yes
	}
	switch {
	case pinned == estate.Yes:
		return pass(d.Resource, "its version is written down: "+sentence(version, d.Model.Version), proof...)
	case never == estate.No:
		return pass(d.Resource, "it is upgraded by itself", proof...)
	case pinned == estate.No && never == estate.Yes:
		return fail(d.Resource, "it gets the default version of the day and keeps it: "+sentence(version, d.Model.Version)+", "+
			sentence(upgrade, d.Upgrade), proof...)
	}
	return unknown(d.Resource, "it isn't known whether it is upgraded or its version is written down: "+sentence(version, d.Model.Version)+", "+
		sentence(upgrade, d.Upgrade), []*arm.Unknown{d.Upgrade.Unknown, d.Model.Version.Unknown}, proof...)
}
