package access

import (
	"strings"

	"palisade/estate"
)

// accountWays are the rights on the account itself, and on what holds its keys.
func (h *hunt) accountWays() []way {
	var all []way
	keys := h.x.credential(Key, Source{}, nil)
	for i := range edges {
		e := &edges[i]
		gain, ok := gainOf(e.yields)
		if !ok || e.on != typeAccount {
			continue
		}
		w := way{edge: e, on: h.account.Key, gain: gain, most: e.most}
		if e.yields == yieldsKey && keys != Allow {
			w = withKeysOn(w, keys)
		}
		if e.yields != unguards || h.guardedBy(e.id) {
			all = append(all, w)
		}
	}
	if keys != Deny {
		all = append(all, h.keptKeys(keys)...)
	}
	return append(all, h.gatewayWays()...)
}

// gainOf is what an edge gains when it is used on the account itself.
func gainOf(e effect) (Gain, bool) {
	switch e {
	case yieldsKey:
		return GainKey, true
	case opensNetwork:
		return GainNetwork, true
	case weakensGuard:
		return GainGuardrail, true
	case blinds:
		return GainBlindness, true
	case unguards:
		return GainUnguarded, true
	}
	return 0, false
}

// withKeysOn is a way to the keys while they don't work, or may not: it also
// takes the right to turn them on.
func withKeysOn(w way, keys Verdict) way {
	e := *w.edge
	e.text += ", after turning keys on"
	if keys == Unknown {
		e.text += " if they are off"
	}
	w.edge, w.need = &e, actionAccountWrite
	return w
}

// keepers pushes the identities that have the data action: who becomes one of
// them can call. It also takes those who can assign the action to themselves.
func (h *hunt) keepers() {
	tokens := h.x.credential(Token, Source{}, nil)
	if tokens == Deny {
		return
	}
	step := Step{Edge: "call", Action: ActionChat, Resource: h.account.Key, Text: "calls the model", Verdict: tokens}
	all := h.s.holders(h.x.place, lowerChat, true)
	for i := range all {
		if by := all[i]; by.Ref.Owner != "" {
			by.Verdict = by.Verdict.And(tokens)
			h.push(&by, GainToken, []Step{step})
		}
	}
	call := &edge{id: "call", action: ActionChat, lower: lowerChat, data: true, text: "calls the model"}
	at := pending{goal: goal{goalAccount, h.account.Key}}
	h.assigned(at, GainToken, way{edge: call, on: h.account.Key, most: tokens})
	for _, inner := range h.x.place.inner {
		h.assigned(at, GainToken, way{edge: call, on: inner, most: tokens.And(Unknown)})
	}
}

// keptKeys are the rights to read a key where the estate has put one. Who can
// become an app that was given a key has it, too.
func (h *hunt) keptKeys(keys Verdict) []way {
	var all []way
	for _, k := range h.s.kept()[h.account.Key] {
		most := keys
		if k.maybe {
			most = most.And(Unknown)
		}
		switch {
		case k.secret != nil:
			all = append(all, h.secretWays(k.secret, most)...)
			continue
		case k.yields == yieldsSettings:
			app := &Holder{Principal: Whoever(k.on), Verdict: most}
			h.push(app, GainKey, []Step{{Edge: "setting", Resource: k.on, Verdict: most,
				Text: "reads the key from the app's settings", Pos: k.pos}})
		}
		all = append(all, waysTo(k.yields, k.on, k.typ, most)...)
	}
	return all
}

// waysTo are the edges that yield something on a resource; typ is the type that
// their table names, or "" for the resource's own.
func waysTo(yields effect, on, typ string, most Verdict) []way {
	if typ == "" {
		typ = strings.ToLower(estate.TypeOf(on))
	}
	var all []way
	for i := range edges {
		if e := &edges[i]; e.yields == yields && (e.on == typ || e.on == anyType) {
			all = append(all, way{edge: e, on: on, gain: GainKey, most: most.And(e.most)})
		}
	}
	return all
}

// secretWays are the rights to read a vault's secret.
func (h *hunt) secretWays(s *estate.VaultSecret, keys Verdict) []way {
	v := h.s.w.estate.Vaults.Get(s.Parent)
	var all []way
	for _, w := range waysTo(yieldsSecret, s.Parent, typeVault, keys) {
		switch w.id {
		case "secret.get":
			w.on = s.Key
		case "vault.policies":
			// Access policies do nothing while roles give access.
			if v != nil {
				w.most = w.most.And(sure(estate.True(v.RBAC)).Not())
			}
		case "vault.deploy":
			if v != nil {
				w.most = w.most.And(sure(estate.True(v.TemplateDeployment)))
			}
		}
		if w.most != Deny {
			all = append(all, w)
		}
	}
	return all
}

// gatewayWays are the rights on gateways whose identity can call the account.
func (h *hunt) gatewayWays() []way {
	var all []way
	seen := map[string]bool{}
	add := func(key string) {
		if strings.EqualFold(estate.TypeOf(key), typeGateway) && !seen[key] {
			seen[key] = true
			for _, w := range waysTo(yieldsGateway, key, typeGateway, Unknown) {
				w.gain = GainGateway
				all = append(all, w)
			}
		}
	}
	for _, holder := range h.s.holders(h.x.place, lowerChat, true) {
		add(holder.Ref.Owner)
		for _, carrier := range h.s.w.estate.Carriers(holder.Ref.Owner) {
			add(carrier.Key)
		}
	}
	return all
}

// identityWays are the rights that let one become an identity: on the identity,
// and on what runs by it.
func (h *hunt) identityWays(key string) []way {
	typ := strings.ToLower(estate.TypeOf(key))
	all := waysTo(yieldsIdentity, key, typ, Allow)
	if typ != typeIdentity {
		return all
	}
	for _, carrier := range h.s.w.estate.Carriers(key) {
		most := Allow
		if carrier.Maybe != nil {
			most = Unknown
		}
		all = append(all, waysTo(yieldsIdentity, carrier.Key, "", most)...)
	}
	return all
}

// outside takes those who can become an identity without a right in Azure.
func (h *hunt) outside(at pending) {
	h.federated(at)
	if g := h.s.w.estate.Groups.Get(at.key); g != nil {
		h.owners(at, g)
	}
}

// owners takes the owners of a group, who can add themselves to it.
func (h *hunt) owners(at pending, g *estate.Group) {
	step := Step{Edge: "group.own", Resource: g.Key, Verdict: Allow, Text: "adds itself to the group", Pos: g.Owners.Pos}
	steps := append([]Step{step}, at.then...)
	var all []Holder
	for i, o := range g.Owners.Each() {
		v := least(steps)
		if i >= len(g.Owners.Items) || len(o.Choices) > 0 {
			v = v.And(Unknown)
		}
		for _, p := range o.Each() {
			all = append(all, Holder{Principal: Whoever(p.Key), Ref: &p, Credential: Token, Verdict: v})
		}
	}
	h.arrive(at.gain, steps, atMost(all, least(steps)))
}

// federated takes those outside tokens that can become an identity already.
func (h *hunt) federated(at pending) {
	e := h.s.w.estate
	key := at.key
	if sp := e.ServicePrincipals.Get(key); sp != nil {
		key = sp.Application
	}
	for _, f := range e.FederatedCredentials.Of(key) {
		step := Step{Edge: "federated", Resource: at.key, Verdict: Allow, Pos: f.Pos,
			Text: "shows a token of " + f.Issuer.String() + " for " + f.Subject.String()}
		if f.Maybe != nil || f.Referred {
			step.Verdict = Unknown
		}
		steps := append([]Step{step}, at.then...)
		id := "federated " + f.Subject.String() + " of " + f.Issuer.String()
		h.arrive(at.gain, steps, []Holder{{Principal: Whoever(id), Credential: Token, Verdict: least(steps)}})
	}
}
