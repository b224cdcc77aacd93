package cli

import (
	"fmt"
	"strings"
	"time"

	"palisade/rule"
)

var rulesVerb = verb{
	name:    "rules",
	summary: "list the rules, or explain one",
	usage: `Usage: palisade rules [ID]

Lists the rules that check asks, or tells all about one.

Examples:
  palisade rules
  palisade rules PAL001
`,
	run: runRules,
}

func runRules(s *session, args []string) (int, error) {
	flags := newFlags("rules")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() == 0 {
		for _, r := range rule.All {
			fmt.Fprintf(s.stdout, "%s  %-8s  %s\n", r.ID, r.Severity, r.Title)
		}
		return exitClean, nil
	}
	for _, r := range rule.All {
		if strings.EqualFold(r.ID, flags.Arg(0)) || strings.EqualFold(r.Name, flags.Arg(0)) {
			explain(s, r)
			return exitClean, nil
		}
	}
	return exitUsage, usagef("there is no rule %s; palisade rules lists them", flags.Arg(0))
}

func explain(s *session, r *rule.Rule) {
	fmt.Fprintf(s.stdout, "%s %s (%s)\n\n%s\n\n%s\n\nFix: %s\n\nSource: %s\n", r.ID, r.Name, r.Severity, r.Title, r.Why, r.Fix, r.Source)
	if len(r.Peers) > 0 {
		fmt.Fprintf(s.stdout, "Elsewhere: %s\n", strings.Join(r.Peers, ", "))
	}
}

// now is the day that retirement dates and the ends of exceptions are compared
// with; tests stop it.
var now = time.Now
