package rule

import (
	"time"

	"palisade/arm"
	"palisade/estate"
)

var gatewayKey = &Rule{
	ID:    "PAL027",
	Name:  "gateway-key",
	Title: "The gateway takes no keys of its own",
	Why: "Whoever has a key of the gateway is its caller: a key isn't tied to a person or workload, is passed on and found " +
		"in files, and knows no conditional access.",
	Fix: "Give the caller an Entra identity, or a token of an issuer that the gateway knows, and remove the key from " +
		"gateway.keys; until then keep its networks few and its end near.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-services/disable-local-auth",
	Peers:    []string{"MCSB IM-1", "MCSB IM-3"},
	Check:    guards(checkGatewayKeys),
}

func checkGatewayKeys(s *Subject, g *estate.Guard) []Result {
	var results []Result
	for _, k := range s.Estate.GuardKeys.Of(g.Key) {
		r := ifMade(k.Resource, judgeGatewayKey(s, k))
		r.Resource = g.ID
		results = append(results, r)
	}
	if len(results) == 0 {
		return []Result{s.absent(g.Resource, pass(g.Resource, "callers show tokens, the gateway has no keys"))}
	}
	return results
}

func judgeGatewayKey(s *Subject, k *estate.GuardKey) Result {
	const property = "properties.expires"
	what := "whoever has the key " + k.Name + " is let in"
	proof := append([]Step{shows(k.Resource, "the key "+k.Name+" is taken")}, says(k.Resource, property, k.Expires)...)
	if !k.Expires.Known() {
		return unknown(k.Resource, what+", and it isn't known when it ends: "+sentence(property, k.Expires),
			[]*arm.Unknown{k.Expires.Unknown}, proof...)
	}
	if !k.Expires.Set {
		return fail(k.Resource, what+", and it never expires", proof...).level(High)
	}
	end, err := time.Parse(time.RFC3339, k.Expires.Value)
	switch {
	case err != nil:
		return unknown(k.Resource, what+", and its end can't be read: "+sentence(property, k.Expires), nil, proof...)
	case !s.Now.IsZero() && !s.Now.Before(end):
		return fail(k.Resource, "the key "+k.Name+" has expired and is still in the file: whoever counts on it is refused, and nobody has decided again",
			proof...).level(High).fixedBy("Remove the key from gateway.keys and from access; or decide again, with a new key and a new end.")
	}
	return fail(k.Resource, what+" until "+end.UTC().Format("2006-01-02 15:04")+" UTC", proof...)
}
