package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var gatewayListener = &Rule{
	ID:    "PAL028",
	Name:  "gateway-listener-tls",
	Title: "Calls to the gateway travel encrypted",
	Why: "Without TLS anybody on the way reads prompts and answers, and takes the caller's token, which is as good as the " +
		"caller until it ends.",
	Fix:      "Give the listener tls: files, vault or acme; or let it listen on 127.0.0.1 behind something that ends TLS on the same machine.",
	Severity: High,
	Source:   "https://learn.microsoft.com/security/benchmark/azure/mcsb-data-protection#dp-3-encrypt-sensitive-data-in-transit",
	Peers:    []string{"MCSB DP-3"},
	Check:    guards(checkListeners),
}

func checkListeners(_ *Subject, g *estate.Guard) []Result {
	var results []Result
	for i, l := range g.Listeners.Each() {
		r := judgeListener(g, &l)
		if r.Status == Fail && i >= len(g.Listeners.Items) {
			r = unknown(g.Resource, r.Message+", if it is there", []*arm.Unknown{g.Listeners.Unknown}, r.Proof...)
		}
		results = append(results, r)
	}
	switch {
	case g.Listeners.Open:
		results = append(results, unknown(g.Resource, "not all listeners are known", []*arm.Unknown{g.Listeners.Unknown}))
	case len(results) == 0:
		results = append(results, notApplicable(g.Resource, "the gateway has no listener"))
	}
	return results
}

func judgeListener(g *estate.Guard, l *estate.GuardListener) Result {
	what := "calls to " + l.Address.String()
	proof := says(g.Resource, "properties.listeners.address", l.Address)
	plain, local := estate.True(l.TLS), estate.True(l.Loopback)
	switch {
	case plain == estate.Yes:
		return pass(g.Resource, what+" travel encrypted", proof...)
	case local == estate.Yes:
		return pass(g.Resource, what+" come from the same machine", proof...)
	case plain == estate.Unsure || local == estate.Unsure:
		return unknown(g.Resource, "it isn't known whether "+what+" travel encrypted", []*arm.Unknown{l.TLS.Unknown, l.Loopback.Unknown}, proof...)
	}
	return fail(g.Resource, what+" travel unencrypted, with the callers' tokens", proof...)
}
