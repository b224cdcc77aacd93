package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// reviewAfter is how long an exception in a first file holds, in days.
const reviewAfter = 180

// text is the palisade.yaml of the answers. The day is that of an exception's
// beginning.
func (a *starter) text(day time.Time) string {
	var b strings.Builder
	b.WriteString("# What palisade render, deploy and serve work from. Every key there is, with its\n" +
		"# meaning and default: docs/spec.md\n\n")
	b.WriteString(commented("name: "+a.name, "begins the names of all resources"))
	b.WriteString("subscription: " + a.subscription + "\n")
	if a.tenant != "" {
		b.WriteString(commented("tenant: "+a.tenant, "whose tokens are accepted"))
	}
	b.WriteString(commented("regions: "+list(a.regions), "the first holds what exists once"))
	b.WriteString("\n" + a.networkText(day))
	fmt.Fprintf(&b, "\n# The models, by the name that callers use. There is one deployment in each region.\nmodels:\n  %s:\n", scalar(a.model))
	b.WriteString(commented("    version: "+strconv.Quote(a.version), "pinned, in quotes"))
	b.WriteString(commented("    sku: DataZoneStandard", "Standard keeps prompts in the region"))
	b.WriteString(commented("    capacity: 50", "thousands of tokens per minute"))
	fmt.Fprintf(&b, "\n# Who may use which model. Nobody else may, and nobody has a key.\naccess:\n  team:\n")
	b.WriteString(commented("    who: [{group: "+a.group+"}]", "object ID of an Entra group"))
	fmt.Fprintf(&b, "    models: [%s]\n", scalar(a.model))
	b.WriteString(a.alertsText())
	b.WriteString(restText)
	return b.String()
}

// commented is a line with a comment, at the same column where there is room.
func commented(line, comment string) string { return fmt.Sprintf("%-33s # %s\n", line, comment) }

func (a *starter) networkText(day time.Time) string {
	switch a.network {
	case "selected":
		return fmt.Sprintf("# The accounts have public endpoints for these addresses. That departs from the\n"+
			"# safe default, so it has a reason and an end.\n"+
			"network:\n  mode: selected\n  ranges: %s\n  because: %s\n  expires: %s\n",
			list(a.ranges), strconv.Quote(a.because), day.AddDate(0, 0, reviewAfter).Format(time.DateOnly))
	case "existing":
		return fmt.Sprintf("# Private endpoints in a network of its own, joined to the hub.\n"+
			"network:\n  mode: existing\n"+
			"  addressSpace: 10.90.0.0/20      # free in the hub; divided among the regions\n"+
			"  hub:\n    vnet: %s\n"+
			"    # zones: /subscriptions/…/resourceGroups/…    where the private DNS zones are\n"+
			"    # dns: [10.0.0.4]                            DNS servers, if not Azure's\n"+
			"    # firewall: 10.0.1.4                         through which everything goes out\n", a.hub)
	}
	return "# Reached over private endpoints alone, in a network of its own.\n" +
		"network:\n  mode: private\n" +
		"  addressSpace: 10.90.0.0/20      # divided among the regions\n" +
		"  # peers: [/subscriptions/…/virtualNetworks/apps]    networks that call the models\n"
}

func (a *starter) alertsText() string {
	if a.email == "" {
		return "\n# Who is told when something is opened, refused often, or used up.\n# alerts: {emails: [ai-platform@contoso.com], tokensPerDay: 100M}\n"
	}
	return "\n# Who is told when something is opened, refused often, or used up.\nalerts:\n  emails: [" + scalar(a.email) + "]\n"
}

// restText shows what many go on with.
const restText = `
# What many add:
# budget: {perMonth: 1000, currency: EUR}
# encryption: {customerKey: true}
# logging: {retention: 365d}
# gateway: {kind: apim, apim: {publisherName: Contoso, publisherEmail: ai-platform@contoso.com}}
`

// list is a list of the parts between commas.
func list(text string) string {
	parts := strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' })
	for i, p := range parts {
		parts[i] = scalar(p)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// scalar is text as it can stand in YAML, in quotes where it needs them.
func scalar(s string) string {
	for _, c := range s {
		plain := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-._/@", c)
		if !plain {
			return strconv.Quote(s)
		}
	}
	return s
}
