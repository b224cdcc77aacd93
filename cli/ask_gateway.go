package cli

import (
	"fmt"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/report"
	"palisade/source"
)

// specView is the view of a palisade.yaml, and how much of it isn't known.
func (c *checker) specView(e source.Entry) ([]view, int) {
	d, diagnostics, err := c.specVerdict(e)
	holes := 0
	if err != nil {
		holes++
		fmt.Fprintf(c.session.stderr, "palisade: %v\n", err)
	}
	for _, x := range diagnostics {
		if x.Severity != arm.Warning {
			holes++
			fmt.Fprintln(c.session.stderr, "palisade:", x)
		}
	}
	if d == nil || len(d.subject.Estate.Accounts.All)+len(d.subject.Estate.Guards.All) == 0 {
		return nil, holes
	}
	return []view{{e, d.subject.Estate, d.subject.World}}, holes
}

// printGatewayCallers prints who can call a model through a gateway.
func (c *checker) printGatewayCallers(v view, m asset, from string) (access.Verdict, error) {
	source, err := v.from(from)
	if err != nil {
		return access.Deny, err
	}
	w, best := c.session.stdout, access.Deny
	fmt.Fprintf(w, "\n%s from %s\n", m.name, from)
	callers := v.world.Callers(m.id, now())
	for i := range callers {
		x := &callers[i]
		if from == "internet" && x.Internet.Kind != access.FromNowhere {
			source = x.Internet
		}
		r := x.Request(m.id, source, now())
		d := v.world.Decide(r)
		best = best.Or(d.Verdict)
		fmt.Fprintf(w, "  %-8s %s, with %s\n", d.Verdict, report.CallerName(v.estate, x), r.Credential)
		writeReasons(w, "           ", d, true)
	}
	if len(callers) == 0 {
		fmt.Fprintln(w, "  nobody: no grant of the model")
	}
	return best, nil
}

// gatewayQuestions are the requests that "may who call this model" means at a
// gateway. Who is named as for palisade why -f.
func gatewayQuestions(who string, m asset, from access.Source) []access.Request {
	r := access.Request{Source: from, Asset: m.id, At: now(), Credential: access.Token}
	name, subject, isPair := strings.Cut(who, ":")
	switch {
	case strings.EqualFold(who, "anonymous"):
		r.Credential = access.NoCredential
	case strings.EqualFold(who, "key"):
		r.Credential, r.Principal = access.Key, access.Principal{Kind: access.KeyHolder}
	case isPair && name == "key":
		r.Credential, r.Principal = access.Key, access.Whoever(access.KeyPrincipal(subject))
	case isPair:
		r.Principal = access.Whoever(access.WorkloadPrincipal(name, subject))
	default:
		r.Principal = access.Whoever(who)
	}
	if r.Principal.Kind == access.Identified && isPair {
		r.Claims = &access.Claims{Complete: true}
	}
	return []access.Request{r}
}
