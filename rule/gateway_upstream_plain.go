package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var gatewayUpstreamPlain = &Rule{
	ID:    "PAL033",
	Name:  "gateway-upstream-tls",
	Title: "Calls from the gateway to models travel encrypted",
	Why: "Over plain http anybody between the gateway and the model reads prompts and answers, and the credential that the " +
		"gateway shows.",
	Fix:      "Write the upstream's url with https, and give the model server a certificate.",
	Severity: High,
	Source:   "https://learn.microsoft.com/security/benchmark/azure/mcsb-data-protection#dp-3-encrypt-sensitive-data-in-transit",
	Peers:    []string{"MCSB DP-3"},
	Check:    guards(eachUpstream(judgeUpstreamPlain)),
}

func judgeUpstreamPlain(u *upstream) Result {
	on := u.model.Resource
	if !u.URL.Set {
		return Result{} // built in, or an account that is deployed here
	}
	proof := append([]Step{{Text: "the gateway calls " + u.name(), Resource: on.ID, Pos: u.Kind.Pos}}, says(on, "properties.upstreams.url", u.URL)...)
	switch estate.True(u.Plain) {
	case estate.Yes:
		return fail(on, "prompts travel unencrypted to "+u.name(), proof...)
	case estate.No:
		return pass(on, "calls to "+u.name()+" stay on the machine or are encrypted", proof...)
	}
	return unknown(on, "it isn't known whether calls to "+u.name()+" are encrypted", []*arm.Unknown{u.Plain.Unknown}, proof...)
}
