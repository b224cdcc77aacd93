package estate

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Cloud is one of Azure's clouds.
type Cloud string

const (
	Public Cloud = "public"
	USGov  Cloud = "usgov"
	China  Cloud = "china"
)

// zoneTable lists private DNS zones; its head says its format and sources.
//
//go:embed tables/zones.txt
var zoneTable string

// zoneNames reads the table once: "cloud type group" in lower case → zones.
var zoneNames = sync.OnceValue(func() map[string][]string {
	zones := map[string][]string{}
	for _, f := range tableLines(zoneTable) {
		if len(f) > 3 {
			zones[strings.ToLower(f[0]+" "+f[1]+" "+f[2])] = f[3:]
		}
	}
	return zones
})

// tableLines splits a table into lines and fields; "#" begins a comment.
func tableLines(text string) [][]string {
	var lines [][]string
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 0 && !strings.HasPrefix(line, "#") {
			lines = append(lines, f)
		}
	}
	return lines
}

// ZoneNames returns the private DNS zones that the names of a resource type are
// in, for a group id of its private endpoints; nil where that isn't known. Case
// doesn't matter.
func ZoneNames(cloud Cloud, resourceType, group string) []string {
	return slices.Clone(zoneNames()[strings.ToLower(string(cloud)+" "+resourceType+" "+group)])
}

// AccountZones returns the zones that clients of an AI account of that kind
// need: for OpenAI that of its host openai.azure.com, for AIServices all three
// hosts, for other kinds cognitiveservices.azure.com. Clouds other than the
// public one have one zone in the source.
func AccountZones(cloud Cloud, kind string) []string {
	all := ZoneNames(cloud, "Microsoft.CognitiveServices/accounts", "account")
	if strings.EqualFold(kind, "AIServices") || len(all) < 2 {
		return all
	}
	host := "privatelink.cognitiveservices."
	if strings.EqualFold(kind, "OpenAI") {
		host = "privatelink.openai."
	}
	return slices.DeleteFunc(all, func(zone string) bool { return !strings.HasPrefix(zone, host) })
}

// CloudOfZone is the cloud whose table has a private zone, and whether one has.
// A zone such as eastus.privatelink.azurecr.io is found by its pattern.
func CloudOfZone(zone string) (Cloud, bool) {
	for _, f := range tableLines(zoneTable) {
		for _, z := range f[3:] {
			if matchesZone(z, zone) {
				return Cloud(f[0]), true
			}
		}
	}
	return "", false
}

func matchesZone(pattern, zone string) bool {
	if rest, ok := strings.CutPrefix(pattern, "{region}"); ok {
		region, found := strings.CutSuffix(strings.ToLower(zone), rest)
		return found && region != "" && !strings.Contains(region, ".")
	}
	return strings.EqualFold(pattern, zone)
}
