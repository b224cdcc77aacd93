package estate

// Guard is Palisade.Gateway/gateways: the gateway that "palisade serve" runs.
// Callers reach it instead of the models' accounts. Roles given at it, or at
// one of its models, are all that counts on it: nothing that stands above it in
// Azure gives anything here.
type Guard struct {
	*Resource
	// From are the networks that may call at all; absent: any.
	From Sources
}

// GuardModel is Palisade.Gateway/gateways/models: a model that a Guard offers.
// Parent is its Guard.
type GuardModel struct {
	*Resource
	From Sources // absent: any that reaches the Guard
}

// GuardKey is Palisade.Gateway/gateways/keys: a key that a Guard takes. Its
// principal is "key:" and its name. Parent is its Guard.
type GuardKey struct {
	*Resource
	From    Sources       // absent: any that reaches the Guard
	Expires Field[string] // the time from which it isn't taken, RFC 3339; absent: never
}

// Sources are where calls may come from: addresses, CIDR ranges, and private
// endpoints as "link:" and their link identifier. Source: azure-docs
// private-link/private-link-service-overview.md (LINKID).
type Sources struct{ List[Field[string]] }

func decodeGuard(e *Estate, r *Resource) {
	e.Guards.add(r, &Guard{Resource: r, From: r.prop("from").sources()})
}

func decodeGuardModel(e *Estate, r *Resource) {
	e.GuardModels.add(r, &GuardModel{Resource: r, From: r.prop("from").sources()})
}

func decodeGuardKey(e *Estate, r *Resource) {
	e.GuardKeys.add(r, &GuardKey{Resource: r, From: r.prop("from").sources(), Expires: r.prop("expires").text("")})
}

func (n node) sources() Sources {
	return Sources{list(n, func(m node) (Field[string], bool) { return m.text(""), true })}
}
