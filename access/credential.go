package access

import (
	"palisade/estate"
)

// credential answers whether a target takes a kind of credential.
// Sources: azure-ai-docs disable-local-auth.md and managed-identity.md.
func (x *target) credential(c Credential, s Source, t *trace) Verdict {
	switch c {
	case Key:
		return x.takesKeys(t)
	case Token:
		return x.takesTokens(s, t)
	}
	if x.gateway != nil {
		return t.say(Unknown, whole(x.on), "whether an API needs a credential is for its policies to say")
	}
	return t.say(Deny, whole(x.on), "a credential is needed")
}

func (x *target) takesKeys(t *trace) Verdict {
	switch {
	case x.vault != nil:
		return t.say(Deny, whole(x.on), "a vault has no keys of its own to call it with")
	case x.gateway != nil:
		return t.say(Allow, whole(x.on), "a gateway takes its subscription keys")
	}
	property := "properties.disableLocalAuth"
	if x.account == nil {
		property = "properties.allowSharedKeyAccess"
	}
	about := switched(x.on, property, x.keysOff)
	switch v := sure(estate.True(x.keysOff)).Not(); v {
	case Allow:
		return t.say(v, about, "keys work")
	case Unknown:
		return t.say(v, about, "it isn't known whether keys work")
	default:
		return t.say(v, about, "keys are refused")
	}
}

func (x *target) takesTokens(s Source, t *trace) Verdict {
	if x.gateway != nil {
		return t.say(Unknown, whole(x.on), "whether an API takes tokens is for its policies to say")
	}
	if x.account == nil {
		return t.say(Allow, whole(x.on), "tokens are taken")
	}
	about := stated(x.on, "properties.customSubDomainName", x.subdomain)
	if s.Kind == FromRegional {
		return t.say(Deny, about, "the region's host name takes keys only")
	}
	switch v := x.hasSubdomain(); v {
	case Allow:
		return t.say(v, about, "tokens are taken on the custom subdomain")
	case Unknown:
		return t.say(v, about, "it isn't known whether there is a custom subdomain, which tokens need")
	default:
		return t.say(v, about, "without a custom subdomain tokens aren't taken")
	}
}
