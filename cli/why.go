package cli

import (
	"fmt"
	"strings"

	"palisade/access"
	"palisade/report"
)

var whyVerb = verb{
	name:    "why",
	summary: "why may this identity call that model, or why not?",
	usage: `Usage: palisade why PRINCIPAL MODEL [flags] [PATH...]
       palisade why -f palisade.yaml PRINCIPAL MODEL [flags]

Asks whether PRINCIPAL may call MODEL, and prints every step of the answer with
the file and line that it comes from. PATH is . if not given.

Of a palisade.yaml, as one of PATH, the ways through its gateway and around it are
asked for; who calls through it is named as with -f.

PRINCIPAL is an object id, the name or id of a managed identity or of a resource
that has one, of a group, what who shows of one that isn't known, or: key (whoever
has a key), anonymous.
MODEL is the name of a model or of its deployment.

      --from PLACE         internet (default), an IP address, or the name or id of a
                           subnet or private endpoint

With -f the gateway is asked that palisade serve runs from the file. PRINCIPAL is
then an object id, the resource id of a managed identity, key:NAME, or
ISSUER:SUBJECT, and PLACE is internet, an IP address or link:NUMBER.

  -f, --file FILE          the palisade.yaml
      --group ID           a group of the caller, by object id; repeat for each. Without
                           it nothing is known of groups; --group none is no group
      --through ID         the client id of the application that a user comes by
      --action ACTION      what is to be done (default deployments/chat/completions/action)
` + inputUsage + `
Examples:
  palisade why -f palisade.yaml github:repo:contoso/evals:ref:refs/heads/main gpt-4o --from 10.20.0.9
  palisade why fabrikam-chat gpt-5.1 --from apps examples/closed
  palisade why key gpt-4o examples/leaky
  palisade why 8a1f6d1e-0a55-4c43-8e65-6f2f3b6f3a01 gpt-4o --from 203.0.113.7 examples/leaky

Exit codes: 0 allowed · 1 denied · 2 usage · 3 it isn't known, or something
couldn't be read.
`,
	run: runWhy,
}

func runWhy(s *session, args []string) (int, error) {
	var in inputFlags
	var from string
	var q gatewayQuestion
	flags := newFlags("why")
	flags.StringVar(&from, "from", "internet", "")
	q.add(flags)
	in.add(flags)
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() < 2 {
		return exitUsage, usagef("who, and which model? palisade why PRINCIPAL MODEL [PATH]")
	}
	if q.file != "" {
		return s.answerGatewayWhy(q, flags.Arg(0), flags.Arg(1), from)
	}
	c, err := newChecker(s, in, pathsOr(flags.Args()[2:], "."))
	if err != nil {
		return exitFailed, err
	}
	views, _, err := c.views()
	if err != nil {
		return exitFailed, err
	}
	return c.answerWhy(views, flags.Arg(0), flags.Arg(1), from)
}

func pathsOr(paths []string, otherwise string) []string {
	if len(paths) == 0 {
		return []string{otherwise}
	}
	return paths
}

func (c *checker) answerWhy(views []view, who, model, from string) (int, error) {
	views, err := placed(views, from)
	if err != nil {
		return exitUsage, err
	}
	asked := false
	best := access.Deny
	for _, v := range views {
		for _, m := range v.models(model) {
			asked = true
			source, err := v.from(from)
			if err != nil {
				return exitUsage, err
			}
			for _, q := range v.questions(who, m, source) {
				d := v.world.Decide(q)
				best = best.Or(d.Verdict)
				c.printWhy(v, m, who, from, q, d)
			}
		}
	}
	if !asked {
		return exitFailed, errNoModel(model)
	}
	switch best {
	case access.Allow:
		return exitClean, nil
	case access.Unknown:
		return exitFailed, nil
	}
	return exitFindings, nil
}

// questions are the requests that "may who call this model" means.
func (v view) questions(who string, m asset, from access.Source) []access.Request {
	if m.account == nil {
		return gatewayQuestions(who, m, from)
	}
	switch strings.ToLower(who) {
	case "key":
		return []access.Request{{Principal: access.Principal{Kind: access.KeyHolder}, Source: from, Credential: access.Key, Asset: m.id}}
	case "anonymous":
		return []access.Request{{Source: from, Asset: m.id}}
	}
	var out []access.Request
	for _, p := range v.principals(who) {
		out = append(out, access.Request{Principal: p, Source: from, Credential: access.Token, Asset: m.id})
	}
	return out
}

func (c *checker) printWhy(v view, m asset, who, from string, q access.Request, d access.Decision) {
	w := c.session.stdout
	fmt.Fprintf(w, "%s: %s → %s from %s, with %s\n", strings.ToUpper(d.Verdict.String()), who, report.Brief(m.name), from, q.Credential)
	fmt.Fprintf(w, "  %s\n", v.title())
	writeReasons(w, "  ", d, false)
	fmt.Fprintln(w)
}
