package cli

import (
	"fmt"
	"slices"
	"strings"

	"palisade/access"
	"palisade/report"
)

var whoVerb = verb{
	name:    "who",
	summary: "who can call this model, from where?",
	usage: `Usage: palisade who [flags] [PATH...]

Lists who can call the models, or perhaps can, with the step that decided each
gate; then who could obtain it by a right that they have. PATH is . if not given.
Of a palisade.yaml with a gateway it lists the ways through it and those around it.

      --model NAME         name of a model or of its deployment (default all)
      --from PLACE         internet (default), an IP address, or the name or id of a
                           subnet or private endpoint; at a gateway link:NUMBER, too
` + inputUsage + `
Examples:
  palisade who --model gpt-4o examples/leaky
  palisade who --model gpt-5.1 --from apps examples/closed
  palisade who --from 10.20.0.9 palisade.yaml

Exit codes: 0 nobody can · 1 somebody can · 2 usage · 3 it isn't known, or
something couldn't be read.
`,
	run: runWho,
}

func runWho(s *session, args []string) (int, error) {
	var in inputFlags
	var model, from string
	flags := newFlags("who")
	flags.StringVar(&model, "model", "", "")
	flags.StringVar(&from, "from", "internet", "")
	in.add(flags)
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	c, err := newChecker(s, in, pathsOr(flags.Args(), "."))
	if err != nil {
		return exitFailed, err
	}
	views, notRead, err := c.views()
	if err != nil {
		return exitFailed, err
	}
	if views, err = placed(views, from); err != nil {
		return exitUsage, err
	}
	views = slices.DeleteFunc(views, func(v view) bool { return len(v.models(model)) == 0 })
	if len(views) == 0 {
		return exitFailed, errNoModel(model)
	}
	best := access.Deny
	for i, v := range views {
		if i > 0 {
			fmt.Fprintln(s.stdout)
		}
		verdict, err := c.printWho(v, model, from)
		if err != nil {
			return exitUsage, err
		}
		best = best.Or(verdict)
	}
	switch {
	case best == access.Allow:
		return exitFindings, nil
	case best == access.Unknown || notRead > 0:
		return exitFailed, nil
	}
	return exitClean, nil
}

// printWho prints who can call the models of one entry point, and returns the
// greatest verdict.
func (c *checker) printWho(v view, model, from string) (access.Verdict, error) {
	w, best := c.session.stdout, access.Deny
	fmt.Fprintln(w, v.title())
	for _, m := range v.models(model) {
		if m.account == nil {
			verdict, err := c.printGatewayCallers(v, m, from)
			if err != nil {
				return best, err
			}
			best = best.Or(verdict)
		}
	}
	for reach := range v.world.Reaches(access.Filter{Model: model}) {
		for _, m := range v.models(model) {
			if m.account != reach.Account {
				continue
			}
			verdict, err := c.printCallers(v, m, &reach, from)
			if err != nil {
				return best, err
			}
			best = best.Or(verdict)
		}
		c.printChains(v, reach.Account.ID)
	}
	return best, nil
}

func (c *checker) printCallers(v view, m asset, reach *access.Reach, from string) (access.Verdict, error) {
	source, err := v.from(from)
	if err != nil {
		return access.Deny, err
	}
	if from == "internet" {
		source = openAddress(reach, source)
	}
	w, best := c.session.stdout, access.Deny
	fmt.Fprintf(w, "\n%s from %s\n", report.Brief(m.name), from)
	for _, h := range reach.Holders {
		d := v.world.Decide(access.Request{Principal: h.Principal, Source: source, Credential: h.Credential, Asset: m.id})
		best = best.Or(d.Verdict)
		fmt.Fprintf(w, "  %-8s %s, with %s\n", d.Verdict, v.holderName(h), h.Credential)
		writeReasons(w, "           ", d, true)
	}
	if len(reach.Holders) == 0 {
		fmt.Fprintln(w, "  nobody: no grant of the data action, and no key is taken")
	}
	return best, nil
}

// openAddress is an address of the internet that is let in, if there is one.
func openAddress(reach *access.Reach, otherwise access.Source) access.Source {
	for _, o := range reach.Openings {
		if o.Source.Kind == access.FromAddress && access.Special(o.Source.Addr) == "" {
			return o.Source
		}
	}
	return otherwise
}

// holderName names who has a right.
func (v view) holderName(h access.Holder) string {
	if h.Ref == nil {
		return "whoever has a key"
	}
	typ := ""
	if h.Assignment != nil && h.Group == "" {
		typ = h.Assignment.PrincipalType.Value
	}
	return report.Brief(v.estate.NameOf(*h.Ref, typ))
}

// printChains prints who could obtain access by a right that they have, and
// the ways to it.
func (c *checker) printChains(v view, account string) {
	ways := map[string][]string{}
	var names []string
	for _, chain := range v.world.Chains(account) {
		if !chain.Gain.Model() {
			continue
		}
		for _, h := range chain.Holders {
			name := fmt.Sprintf("%-8s %s", h.Verdict, v.holderName(h))
			if ways[name] == nil {
				names = append(names, name)
			}
			if way := describe(chain); !slices.Contains(ways[name], way) {
				ways[name] = append(ways[name], way)
			}
		}
	}
	if len(names) == 0 {
		return
	}
	w := c.session.stdout
	fmt.Fprintln(w, "\n  could obtain access")
	for _, name := range names {
		fmt.Fprintln(w, "  "+name)
		for _, way := range ways[name] {
			fmt.Fprintln(w, "           "+way)
		}
	}
}

// describe is a chain in one line.
func describe(chain access.Chain) string {
	steps := make([]string, len(chain.Steps))
	for i, s := range chain.Steps {
		steps[i] = s.Text
		if s.Pos.IsValid() {
			steps[i] += " (" + s.Pos.String() + ")"
		}
	}
	return strings.Join(steps, ", then ") + ": gains " + chain.Gain.String()
}
