package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var gatewayUpstreamKey = &Rule{
	ID:    "PAL032",
	Name:  "gateway-upstream-key",
	Title: "The gateway calls Azure's models by its identity",
	Why: "An account that takes the gateway's key takes it from everybody: whoever gets hold of it goes around the gateway, " +
		"its limits and its log.",
	Fix: "Give the gateway's identity the role Cognitive Services OpenAI User on the account, remove key from the upstream, " +
		"and set disableLocalAuth on the account.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/ai-services/authentication",
	Peers:    []string{"MCSB IM-3", "Azure Policy 71ef260a-8f18-47b7-abcb-62d0673d94dc"},
	Check:    guards(eachUpstream(judgeUpstreamKey)),
}

func judgeUpstreamKey(u *upstream) Result {
	on := u.model.Resource
	isAzure := estate.Is(u.Kind, "azure")
	if isAzure == estate.No {
		return Result{}
	}
	proof := append([]Step{{Text: "the gateway calls " + u.name(), Resource: on.ID, Pos: u.Kind.Pos}}, says(on, "properties.upstreams.key", u.Key)...)
	keyed := estate.Test(u.Key, func(k string) bool { return k != "" })
	if hasSomeValue(u.Key) {
		keyed = estate.Yes
	}
	switch {
	case keyed == estate.No:
		return pass(on, u.name()+" is called by identity", proof[0])
	case keyed == estate.Unsure || isAzure == estate.Unsure:
		return unknown(on, "it isn't known whether "+u.name()+" is called with a key", []*arm.Unknown{u.Key.Unknown, u.Kind.Unknown}, proof...)
	}
	return fail(on, u.name()+" is called with a key", proof...)
}
