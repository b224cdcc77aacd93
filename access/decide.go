package access

import (
	"strings"

	"palisade/estate"
)

// Decide answers one request. Every gate is asked, also after one denied, so
// that the reasons are complete. It is pure, and may be called by many
// goroutines at once.
//
// The verdict is the least of the gates', with one exception: a name that
// doesn't resolve turns Allow into Unknown only, for it keeps out ordinary
// clients but nobody who knows the address.
func (w *World) Decide(r Request) Decision {
	a := w.assets[estate.Key(r.Asset)]
	if a == nil {
		return unknownAsset(r.Asset)
	}
	s := w.caller(&r)
	d := w.decideOn(a, a.targets[0], &s, &r)
	for _, x := range a.targets[1:] {
		d = d.merge(w.decideOn(a, x, &s, &r))
	}
	return d
}

// Admits answers the network gate alone: whether an asset takes traffic from a
// source at all. It is what Decide says of that gate for a request without a
// credential, without the reasons.
func (w *World) Admits(asset string, from Source) Verdict {
	a := w.assets[estate.Key(asset)]
	if a == nil {
		return Unknown
	}
	v := w.network(a.targets[0], from, NoCredential, nil)
	for _, x := range a.targets[1:] {
		v = agree(v, w.network(x, from, NoCredential, nil))
	}
	return v
}

func unknownAsset(id string) Decision {
	return Decision{Verdict: Unknown, Gates: [4]Verdict{Unknown, Unknown, Unknown, Unknown},
		Reasons: []Reason{{Verdict: Unknown, Resource: id, Text: "the asset isn't in the estate"}}}
}

// merge is for an asset that is declared more than once: which declaration
// holds in the end isn't known.
func (d Decision) merge(other Decision) Decision {
	d.Verdict = agree(d.Verdict, other.Verdict)
	for g := range d.Gates {
		d.Gates[g] = agree(d.Gates[g], other.Gates[g])
	}
	d.Reasons = append(d.Reasons, other.Reasons...)
	return d
}

// decideOn asks every gate of one declaration.
func (w *World) decideOn(a *asset, x *target, s *subject, r *Request) Decision {
	t := &trace{reasons: make([]Reason, 0, 8)}
	var d Decision
	t.enter(NetworkGate)
	d.Gates[NetworkGate] = w.network(x, r.Source, r.Credential, t)
	t.enter(NameGate)
	d.Gates[NameGate] = w.name(x, r.Source, t)
	t.enter(CredentialGate)
	if x.guarded != nil {
		d.Gates[CredentialGate] = x.guarded.credential(r, s, t)
	} else {
		d.Gates[CredentialGate] = x.credential(r.Credential, r.Source, t)
	}
	t.enter(GrantGate)
	d.Gates[GrantGate] = w.granted(a, x, s, r, t)
	d.Verdict = overall(d.Gates)
	d.Reasons = t.reasons
	return d
}

func overall(g [4]Verdict) Verdict {
	return g[NetworkGate].And(g[NameGate].Or(Unknown)).And(g[CredentialGate]).And(g[GrantGate])
}

// network asks the network gate. The credential counts, too: only a managed
// identity passes as an Azure service.
func (w *World) network(x *target, s Source, c Credential, t *trace) Verdict {
	if x.guarded != nil {
		return x.guarded.fromSelected(s, t)
	}
	switch s.Kind {
	case FromAddress:
		return w.public(x, &caller{addr: s.Addr}, t)
	case FromRegional:
		return w.public(x, &caller{addr: s.Addr}, t)
	case FromSubnet:
		return w.fromSubnet(x, estate.Key(s.ID), t)
	case FromEndpoint:
		return w.throughEndpoint(x, estate.Key(s.ID), t)
	case FromService:
		service := caller{anyAddr: true}
		if c == Token {
			service.service = estate.Key(s.ID)
		}
		return w.public(x, &service, t)
	}
	return t.say(Deny, fact{}, "the request comes from nowhere")
}

// name asks the name gate, which only matters in a virtual network.
func (w *World) name(x *target, s Source, t *trace) Verdict {
	if s.Kind != FromSubnet || x.guarded != nil {
		return Allow
	}
	return w.names(x, estate.Key(s.ID), t)
}

// granted asks the grant gate.
func (w *World) granted(a *asset, x *target, s *subject, r *Request, t *trace) Verdict {
	if r.Credential == Key && x.guarded == nil {
		return t.say(Allow, whole(x.on), "a key isn't limited by roles")
	}
	action := r.Action
	if action == "" {
		action = x.action
	}
	p := x.place
	if a.inner != nil {
		p = a.inner
	}
	return w.grantOn(x, s, p, strings.ToLower(action), t)
}

// grantOn asks roles, or the access policies of a vault that goes by them.
// action is a data action in lower case.
func (w *World) grantOn(x *target, s *subject, p *place, action string, t *trace) Verdict {
	switch {
	case x.gateway != nil:
		return t.say(Unknown, whole(x.on), "who may call an API is for its policies to say")
	case s.kind == TenantUser:
		return w.tenantGrant(p, action, true, t)
	case s.kind != Identified:
		return t.say(Deny, fact{}, "nobody in particular has no role")
	case x.vault == nil:
		return w.grant(s, p, action, true, t)
	}
	roles := func() Verdict { return w.grant(s, p, action, true, t) }
	policies := func() Verdict { return w.policyGrant(s, x.vault, action, t) }
	return choose(estate.True(x.vault.RBAC), roles, policies)
}

// May answers the grant gate alone: whether a principal may do any action, of
// the data plane or the control plane, at any resource or scope.
func (w *World) May(p Principal, id, action string, data bool) Decision {
	s := w.subject(p)
	t := &trace{gate: GrantGate}
	action = strings.ToLower(action)
	key := estate.Key(id)
	at := w.placeOf(key)
	v := Deny
	switch a := w.assets[key]; {
	case p.Kind != Identified:
		v = t.say(Deny, fact{}, "nobody in particular has no role")
	case a != nil && data:
		if a.inner != nil {
			at = a.inner
		}
		v = w.grantOn(a.targets[0], &s, at, action, t)
	default:
		v = w.grant(&s, at, action, data, t)
	}
	return Decision{Verdict: v, Gates: [4]Verdict{Allow, Allow, Allow, v}, Reasons: t.reasons}
}
