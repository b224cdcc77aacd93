package rule

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

var diagnosticSettings = &Rule{
	ID:    "PAL019",
	Name:  "diagnostic-settings",
	Title: "Audit and request logs are sent somewhere",
	Why: "Nothing is kept by itself: without a diagnostic setting nobody can tell who listed keys, who called the model, " +
		"or from where, once it matters.",
	Fix: "Add a Microsoft.Insights/diagnosticSettings on the account that sends the categories Audit and RequestResponse, " +
		"or the group allLogs, to a Log Analytics workspace.",
	Bicep:    "logs: [{ categoryGroup: 'allLogs', enabled: true }]",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/monitor-openai",
	Peers: []string{
		"azqr aif-001", "CloudSploit accountDiagnosticLogging", "Azure Policy 1b4d1c4e-934c-4703-944c-27c82c06bebb",
		"Azure Policy 55d1f543-d1b0-4811-9663-d6d0dbc6326d", "MCSB LT-4", "Azure review checklist AI.86",
	},
	Check: accountsAnywhere(checkDiagnostics),
}

// wantedLogs are the categories that tell who did what.
// Source: azure-monitor-docs supported-logs of Microsoft.CognitiveServices/accounts.
var wantedLogs = []wantedLog{{"Audit", []string{"allLogs", "audit"}}, {"RequestResponse", []string{"allLogs"}}}

type wantedLog struct {
	category string
	groups   []string
}

// is answers whether a log setting is for the category.
func (w wantedLog) is(l estate.LogSetting) estate.Answer {
	category, group := estate.Is(l.Category, w.category), estate.Is(l.Group, w.groups...)
	switch {
	case category == estate.Yes || group == estate.Yes:
		return estate.Yes
	case category == estate.No && group == estate.No:
		return estate.No
	}
	return estate.Unsure
}

func checkDiagnostics(s *Subject, a *estate.Account) Result {
	settings := s.Estate.DiagnosticSettings.Of(a.ID)
	if len(settings) == 0 {
		if a.Referred {
			return unknown(a.Resource, "no diagnostic setting is on it here; "+declaredElsewhere, nil)
		}
		return s.absent(a.Resource, fail(a.Resource, "no diagnostic setting is on it, so that no log is kept",
			shows(a.Resource, "the account stands here")))
	}
	var sent, perhaps, none []string
	var depends []*arm.Unknown
	for _, w := range wantedLogs {
		is, why := sends(settings, w)
		switch is {
		case estate.Yes:
			sent = append(sent, w.category)
		case estate.Unsure:
			perhaps, depends = append(perhaps, w.category), append(depends, why...)
		default:
			none = append(none, w.category)
		}
	}
	proof := settingSteps(settings)
	switch {
	case len(none) == len(wantedLogs):
		return fail(a.Resource, "its diagnostic setting sends neither Audit nor RequestResponse anywhere", proof...)
	case len(none) > 0 && len(sent) > 0:
		return fail(a.Resource, listing(none)+" isn't sent, only "+listing(sent), proof...).level(Low)
	case len(perhaps) > 0:
		return unknown(a.Resource, "it isn't known whether the logs are sent: "+listing(perhaps), depends, proof...)
	}
	return pass(a.Resource, strings.Join(sent, " and ")+" are sent to "+listing(sinks(settings)), proof...)
}

// sends answers whether one of the settings sends the category to a place, and
// what would decide that.
func sends(settings []*estate.DiagnosticSetting, w wantedLog) (estate.Answer, []*arm.Unknown) {
	var why []*arm.Unknown
	perhaps := false
	for _, d := range settings {
		if d.Referred {
			perhaps = true
			continue
		}
		if len(sinksOf(d)) == 0 {
			continue
		}
		for i, l := range d.Logs.Each() {
			surely := d.Maybe == nil && i < len(d.Logs.Items)
			is, on := w.is(l), estate.True(l.Enabled)
			switch {
			case is == estate.No || on == estate.No:
			case is == estate.Yes && on == estate.Yes && surely:
				return estate.Yes, nil
			default:
				perhaps = true
				why = append(why, d.Maybe, l.Category.Unknown, l.Group.Unknown, l.Enabled.Unknown, d.Logs.Unknown)
			}
		}
		if d.Logs.Open {
			perhaps = true
			why = append(why, d.Logs.Unknown)
		}
	}
	if perhaps {
		return estate.Unsure, why
	}
	return estate.No, nil
}

func settingSteps(settings []*estate.DiagnosticSetting) []Step {
	var steps []Step
	for _, d := range settings {
		text := "diagnostic setting " + d.Name + " has no destination"
		if to := sinksOf(d); len(to) > 0 {
			text = "diagnostic setting " + d.Name + " sends to " + strings.Join(to, ", ")
		}
		steps = append(steps, shows(d.Resource, text))
		for _, l := range d.Logs.Each() {
			name := l.Category.String()
			if name == "" {
				name = "group " + l.Group.String()
			}
			steps = append(steps, Step{name + " is enabled: " + l.Enabled.String(), d.ID, "properties.logs", l.Pos})
		}
	}
	return steps
}

func sinks(settings []*estate.DiagnosticSetting) []string {
	var all []string
	for _, d := range settings {
		for _, to := range sinksOf(d) {
			if !slices.Contains(all, to) {
				all = append(all, to)
			}
		}
	}
	return all
}

// sinksOf are the names of the places that a setting sends to.
func sinksOf(d *estate.DiagnosticSetting) []string {
	var names []string
	for _, ref := range []estate.Ref{d.Workspace, d.Storage, d.EventHub, d.Partner} {
		if ref.Set {
			names = append(names, estate.LastName(ref.ID))
		}
	}
	return names
}
