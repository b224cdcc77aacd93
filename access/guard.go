package access

import (
	"strings"

	"palisade/estate"
)

// guardKind is a gateway that "palisade serve" runs, and the models it offers.
var guardKind = &kind{name: "gateway", group: "gateway", action: ActionChat, closedBypass: Deny}

// guarded is what a gateway or one of its models asks for, beside roles.
type guarded struct {
	guard    *estate.Guard
	selected []selected // all of them have to let a source in
	keys     map[string]*guardKey
}

// guardKey is a key of a gateway.
type guardKey struct {
	*estate.GuardKey
	from selected
}

// selected are the networks that one resource lets in.
type selected struct {
	on    *estate.Resource
	says  sentences
	list  estate.Sources
	rules []sourceRule
}

// sentences are the reasons that the networks of a gateway, model or key give.
type sentences struct{ any, there, maybe, not string }

func sentencesOf(what string) sentences {
	return sentences{
		any:   "the " + what + " takes calls from any network",
		there: "the " + what + " takes calls from there",
		maybe: "the " + what + " may take calls from other networks",
		not:   "the " + what + " takes no calls from there",
	}
}

// sourceRule is an address rule, or the link of a private endpoint.
type sourceRule struct {
	ipRule
	link string
}

// indexGuards makes an asset of each gateway and of each of its models. Roles
// count on them only where they are given at them.
func (w *World) indexGuards() {
	for _, g := range w.estate.Guards.All {
		at := guarded{guard: g, selected: []selected{newSelected(g.Resource, "gateway", g.From)}, keys: map[string]*guardKey{}}
		for _, k := range w.estate.GuardKeys.Of(g.Key) {
			at.keys[KeyPrincipal(k.Name)] = &guardKey{k, newSelected(k.Resource, "key", k.From)}
		}
		w.addGuarded(g.Resource, at, g.Key)
		for _, m := range w.estate.GuardModels.Of(g.Key) {
			inner := at
			inner.selected = append(at.selected[:1:1], newSelected(m.Resource, "model", m.From))
			w.addGuarded(m.Resource, inner, m.Key, g.Key)
		}
	}
}

func (w *World) addGuarded(on *estate.Resource, g guarded, scopes ...string) {
	p := &place{key: on.Key, scopes: scopes, closed: true}
	w.places[on.Key] = p
	a := w.assets[on.Key]
	if a == nil {
		a = &asset{}
		w.assets[on.Key] = a
	}
	x := &target{kind: guardKind, on: on, place: p, guarded: &g, noRules: true}
	for _, s := range g.selected {
		x.ranges = append(x.ranges, s.ranges()...)
	}
	a.targets = append(a.targets, x)
}

// KeyPrincipal is the Principal.ID of whoever calls with a gateway's key.
func KeyPrincipal(name string) string { return "key:" + strings.ToLower(name) }

// WorkloadPrincipal is the Principal.ID of a workload with a token of another
// issuer than Entra. Subjects are compared exactly, while ids are compared
// without regard to case, so capitals are marked, and what isn't plain ASCII,
// and a slash at the end, are written as hexadecimal.
func WorkloadPrincipal(issuer, subject string) string {
	const plain = "abcdefghijklmnopqrstuvwxyz0123456789:/.-_@+=,;~*()!$&' "
	var b strings.Builder
	b.Grow(len("workload::") + len(issuer) + len(subject) + 8)
	b.WriteString("workload:")
	b.WriteString(issuer)
	b.WriteByte(':')
	for i := range len(subject) {
		c := subject[i]
		last := i+1 == len(subject)
		switch {
		case c >= 'A' && c <= 'Z':
			b.WriteByte('^')
			b.WriteByte(c | 0x20)
		case strings.IndexByte(plain, c) < 0, last && c == '/':
			b.WriteByte('%')
			b.WriteByte("0123456789abcdef"[c>>4])
			b.WriteByte("0123456789abcdef"[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func newSelected(on *estate.Resource, what string, list estate.Sources) selected {
	s := selected{on: on, says: sentencesOf(what), list: list}
	add := func(all []estate.Field[string], sure bool) {
		for _, f := range all {
			if strings.HasPrefix(f.Value, "link:") {
				s.rules = append(s.rules, sourceRule{ipRule{value: f, known: true, sure: sure, none: true}, f.Value})
				continue
			}
			for _, r := range newIPRules(f, sure) {
				s.rules = append(s.rules, sourceRule{ipRule: r})
			}
		}
	}
	add(list.Items, true)
	add(list.Possible, false)
	return s
}

func (s *selected) ranges() []ipRule {
	all := make([]ipRule, len(s.rules))
	for i, r := range s.rules {
		all[i] = r.ipRule
	}
	return all
}

// fromSelected is the network gate of a gateway.
func (g *guarded) fromSelected(s Source, t *trace) Verdict {
	v := Allow
	for i := range g.selected {
		v = v.And(g.selected[i].admits(s, t))
	}
	return v
}

// admits answers whether the networks let a source in. Of what comes through a
// private endpoint only the link counts: the address is the consumer's own, who
// may choose any. Source: azure-docs private-link-service-overview.md.
func (s *selected) admits(from Source, t *trace) Verdict {
	about := fact{s.on, "properties.from", "", s.list.Pos}
	switch {
	case !s.list.Set && s.list.Known():
		return t.say(Allow, fact{on: s.on}, s.says.any)
	case from.Kind == FromNowhere:
		return t.say(Deny, about, "the request comes from nowhere")
	case from.Kind != FromAddress && from.Kind != FromEndpoint:
		return t.say(Unknown, about, "the address that the call comes from isn't known")
	}
	v := Deny
	for i := range s.rules {
		r := &s.rules[i]
		lets := r.lets(from)
		if lets == Deny {
			continue
		}
		if v = v.Or(t.say(lets, stated(s.on, "properties.from", r.value), s.says.there)); v == Allow {
			return v
		}
	}
	if s.list.Open {
		v = v.Or(t.say(Unknown, about, s.says.maybe))
	}
	if v == Deny {
		t.say(Deny, about, s.says.not)
	}
	return v
}

func (r *sourceRule) lets(from Source) Verdict {
	if from.Kind == FromEndpoint {
		if r.link == "" || !strings.EqualFold(r.link, from.ID) {
			return Deny
		}
		if !r.sure {
			return Unknown
		}
		return Allow
	}
	return r.admits(&caller{addr: from.Addr})
}

// credential is the credential gate of a gateway: tokens, which its issuers
// have signed, and the keys that it knows, from their networks and for their
// time.
func (g *guarded) credential(r *Request, s *subject, t *trace) Verdict {
	_, isKey := strings.CutPrefix(s.key, "key:")
	switch {
	case r.Credential == Token && !isKey:
		return t.say(Allow, whole(g.guard.Resource), "tokens are taken")
	case r.Credential != Key:
		return t.say(Deny, whole(g.guard.Resource), "a credential is needed")
	case s.kind == KeyHolder && len(g.keys) > 0:
		return t.say(Unknown, whole(g.guard.Resource), "it isn't said which of the gateway's keys")
	}
	k := g.keys[s.key]
	if k == nil {
		return t.say(Deny, whole(g.guard.Resource), "the gateway has no such key")
	}
	return k.from.admits(r.Source, t).And(k.valid(r, t))
}

// valid answers whether the key is taken at the time of the request.
func (k *guardKey) valid(r *Request, t *trace) Verdict {
	about := stated(k.Resource, "properties.expires", k.Expires)
	switch end, ok := parseTime(k.Expires.Value); {
	case k.Expires.Known() && !k.Expires.Set:
		return t.say(Allow, about, "the key doesn't expire")
	case !k.Expires.Known() || !ok || r.At.IsZero():
		return t.say(Unknown, about, "it isn't known whether the key has expired")
	case float64(r.At.UnixMicro()) >= end:
		return t.say(Deny, about, "the key has expired")
	}
	return t.say(Allow, about, "the key is taken")
}
