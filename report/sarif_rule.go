package report

import (
	"strings"
	"unicode/utf8"
)

var undecidedRule = sarifRule{
	ID: undecidedID, Name: undecidedName,
	ShortDescription: sarifMessage{Text: "What decides is known"},
	FullDescription: sarifMessage{Text: "Some rules can't be decided, because a parameter has no value or something " +
		"can't be read. What isn't known isn't safe."},
	Help: sarifMessage{
		Text: "Give the parameter a value with --param name=value or a parameter file with --params, or restore the module.",
		Markdown: "Give the parameter a value with `--param name=value` or a parameter file with `--params`, " +
			"or restore the module.",
	},
	DefaultConfiguration: sarifConfiguration{"note"},
	Properties:           sarifRuleProperties{Tags: []string{"coverage"}, Precision: "very-high", ProblemSeverity: "recommendation"},
}

// securitySeverity is the score by which GitHub names a severity: above 9.0 is
// critical, from 7.0 high, from 4.0 medium, above 0 low.
func securitySeverity(severity string) string {
	switch severity {
	case "critical":
		return "9.5"
	case "high":
		return "8.0"
	case "medium":
		return "5.5"
	case "low":
		return "3.0"
	}
	return ""
}

func (s *sarif) rule(r Rule) sarifRule {
	out := sarifRule{
		ID: r.ID, Name: r.Name,
		ShortDescription:     sarifMessage{Text: limited(r.Title)},
		FullDescription:      sarifMessage{Text: limited(sentence(r.Title) + " " + sentence(r.Why))},
		Help:                 ruleHelp(r),
		DefaultConfiguration: sarifConfiguration{level(r.Severity)},
		Properties: sarifRuleProperties{
			Tags:      []string{"security", "azure", "azure-openai"},
			Precision: "very-high", SecuritySeverity: securitySeverity(r.Severity),
		},
	}
	if out.Properties.SecuritySeverity == "" {
		out.Properties.ProblemSeverity = "recommendation"
	}
	if isURL(r.Source) {
		out.HelpURI = r.Source
	}
	return out
}

func isURL(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " \t<>\"")
}

// ruleHelp is the help of a rule, as text and as Markdown.
func ruleHelp(r Rule) sarifMessage {
	var text, md strings.Builder
	para := func(head, plain, marked string) {
		if plain == "" {
			return
		}
		if text.Len() > 0 {
			text.WriteString("\n\n")
			md.WriteString("\n\n")
		}
		text.WriteString(head + plain)
		if head != "" {
			md.WriteString("**" + strings.TrimSuffix(head, ": ") + "**\n\n")
		}
		md.WriteString(marked)
	}
	para("", sentence(r.Title), "# "+r.Title)
	para("Why: ", r.Why, r.Why)
	para("Fix: ", r.Fix, r.Fix)
	if r.Bicep != "" {
		para("In Bicep: ", r.Bicep, "```bicep\n"+r.Bicep+"\n```")
	}
	source := r.Source
	if isURL(source) {
		source = "<" + source + ">"
	}
	para("Source: ", r.Source, source)
	peers := strings.Join(r.Peers, ", ")
	para("The same in other tools: ", peers, peers)
	return sarifMessage{Text: text.String(), Markdown: md.String()}
}

// maxDescription is how much of a description GitHub takes, in characters.
const maxDescription = 1024

func limited(text string) string {
	if utf8.RuneCountInString(text) <= maxDescription {
		return text
	}
	return string([]rune(text)[:maxDescription-1]) + "…"
}
