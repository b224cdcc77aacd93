package spec

import (
	"fmt"
	"time"
)

// Accepted is a departure from a safe default that the file accepts, with its
// reason.
type Accepted struct {
	Path    string // of the key: models.gpt-4o.filter.level
	What    string // what it means, in words
	Because string
	Expires Date
	Pos     Pos // where the key is written
	Section Pos // where its section is
}

// Exceptions lists what the file accepts, in its order of sections.
func (s *Spec) Exceptions() []Accepted {
	var all []Accepted
	for _, h := range s.holders() {
		for _, d := range h.deviations {
			at := h.at.with(d.key)
			all = append(all, Accepted{at.String(), d.what, h.Because, h.Expires, s.At(at...), s.At(h.at...)})
		}
	}
	return all
}

// Expired lists the exceptions and the access that are over at a time.
func (s *Spec) Expired(now time.Time) []Problem {
	var problems []Problem
	for _, h := range s.holders() {
		if h.Expires.Over(now) {
			at := h.at.with("expires")
			problems = append(problems, Problem{s.At(at...), fmt.Sprintf("%s: accepted until %s", h.at, h.Expires), "close it, or decide again"})
		}
	}
	for i := range s.Access {
		if g := &s.Access[i]; g.Expires.Over(now) {
			problems = append(problems, Problem{s.At("access", g.Name, "expires"), fmt.Sprintf("access.%s: ended on %s", g.Name, g.Expires), "remove it"})
		}
	}
	return inOrder(problems)
}

// holder is a section that may depart from safe defaults, and where it does.
type holder struct {
	*Exception
	at         path
	deviations []deviation
}

type deviation struct{ key, what string }

// holders lists all such sections.
func (s *Spec) holders() []holder {
	all := []holder{{&s.Network.Exception, path{"network"}, s.Network.deviations()}}
	for i := range s.Models {
		m := &s.Models[i]
		at := path{"models", m.Name}
		all = append(all, holder{&m.Filter.Exception, at.with("filter"), m.Filter.deviations()})
		for j := range m.Upstreams {
			u := &m.Upstreams[j]
			all = append(all, holder{&u.Exception, at.with("upstreams").with(fmt.Sprint(j)), u.deviations()})
		}
	}
	for i := range s.Access {
		g := &s.Access[i]
		for j := range g.Who {
			all = append(all, holder{&g.Who[j].Exception, path{"access", g.Name, "who", fmt.Sprint(j)}, g.Who[j].deviations()})
		}
	}
	all = append(all, s.Gateway.holders()...)
	return append(all,
		holder{&s.Logging.Exception, path{"logging"}, s.Logging.deviations()},
		holder{&s.Defender.Exception, path{"defender"}, s.Defender.deviations(s.Cloud)},
		holder{&s.Policy.Exception, path{"policy"}, s.Policy.deviations()})
}

func (g *Gateway) holders() []holder {
	var all []holder
	for i := range g.Listeners {
		l := &g.Listeners[i]
		all = append(all, holder{&l.Exception, path{"gateway", "listeners", fmt.Sprint(i)}, l.deviations()})
	}
	for i := range g.Keys {
		k := &g.Keys[i]
		all = append(all, holder{&k.Exception, path{"gateway", "keys", k.Name}, []deviation{{"hash", "a key: whoever has it is let in"}}})
	}
	all = append(all, holder{&g.LimitStore.Exception, path{"gateway", "limitStore"}, failsOpen(g.LimitStore.OnError, "calls go through without limits when the store can't be asked")})
	if g.Safety != nil {
		all = append(all, holder{&g.Safety.Exception, path{"gateway", "safety"}, failsOpen(g.Safety.OnError, "calls go through unchecked when the service can't be asked")})
	}
	return all
}

func failsOpen(o OnError, what string) []deviation {
	if o != AllowOnError {
		return nil
	}
	return []deviation{{"onError", what}}
}

func (n *Network) deviations() []deviation {
	if n.Mode != Selected {
		return nil
	}
	return []deviation{{"mode", "the accounts have public endpoints"}}
}

func (f *Filter) deviations() []deviation {
	var all []deviation
	if f.Level == FilterRelaxed || f.Level == FilterOff {
		all = append(all, deviation{"level", "less harmful content is blocked than by default"})
	}
	if f.Jailbreak != FilterBlock && f.Jailbreak != "" {
		all = append(all, deviation{"jailbreak", "attacks in prompts aren't blocked"})
	}
	if f.IndirectAttack != FilterBlock && f.IndirectAttack != "" {
		all = append(all, deviation{"indirectAttack", "attacks in documents aren't blocked"})
	}
	if f.ProtectedMaterial != FilterBlock && f.ProtectedMaterial != "" {
		all = append(all, deviation{"protectedMaterial", "protected text and code aren't blocked"})
	}
	return all
}

func (u *Upstream) deviations() []deviation {
	var all []deviation
	if u.Kind == AzureUpstream && u.Key != "" {
		all = append(all, deviation{"key", "the upstream accepts a key"})
	}
	if u.URL.Plain() {
		all = append(all, deviation{"url", "prompts travel unencrypted"})
	}
	return all
}

func (w *Who) deviations() []deviation {
	if w.User == "" {
		return nil
	}
	return []deviation{{"user", "access of a single person"}}
}

func (l *Listener) deviations() []deviation {
	if l.TLS != nil || l.Address == "" || l.Address.Loopback() {
		return nil
	}
	return []deviation{{"address", "calls and tokens travel unencrypted, as there is no tls"}}
}

func (l *Logging) deviations() []deviation {
	const leastRetention = 30 * 24 * 3600 * 1e9
	var all []deviation
	if l.Keep == KeepNone {
		all = append(all, deviation{"keep", "calls leave no record"})
	}
	if l.Retention != 0 && l.Retention < leastRetention {
		all = append(all, deviation{"retention", "records are gone within 30 days"})
	}
	if l.OTLP != nil && l.OTLP.URL.Plain() {
		all = append(all, deviation{"otlp", "traces and metrics travel unencrypted"})
	}
	return all
}

func (d *Defender) deviations(c Cloud) []deviation {
	has := map[DefenderPlan]bool{}
	for _, p := range d.Plans {
		has[p] = true
	}
	for _, p := range []DefenderPlan{"AI", "KeyVaults", "StorageAccounts", "Arm"} {
		if !has[p] && (p != "AI" || c == PublicCloud) {
			return []deviation{{"plans", "without the plan " + string(p) + " its attacks go unnoticed"}}
		}
	}
	return nil
}

func (p *Policy) deviations() []deviation {
	var all []deviation
	if p.Effect == PolicyAudit || p.Effect == PolicyNone {
		all = append(all, deviation{"effect", "changes that open the deployment aren't denied"})
	}
	if p.Stack == StackDenyDelete || p.Stack == StackDenyNone {
		all = append(all, deviation{"stack", "others may change what was deployed"})
	}
	if !p.Lock {
		all = append(all, deviation{"lock", "resources can be deleted by mistake"})
	}
	return all
}
