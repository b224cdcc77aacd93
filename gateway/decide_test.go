package gateway

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"palisade/access"
	"palisade/gateway/caller"
	"palisade/spec"
)

// The evaluator in this file reads a spec as its documentation tells it,
// without the estate: what Node answers must be the same.

const (
	guidForm    = "%08d-1111-4111-8111-111111111111"
	contributor = "Cognitive Services OpenAI Contributor"
	chatAction  = access.ActionChat
	fileAction  = "Microsoft.CognitiveServices/accounts/OpenAI/files/write"
)

var testDay = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func guid(n int) string { return fmt.Sprintf(guidForm, n) }

// randomSpec writes a palisade.yaml with every kind of caller and restriction.
func randomSpec(r *rand.Rand) string {
	var b strings.Builder
	from := func(indent string) {
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "%sfrom: [%s]\n", indent, strings.Join(someOf(r, "10.0.0.0/8", "10.1.0.0/16", "203.0.113.7", "\"link:5\"", "\"link:6\"", "\"2001:db8::/32\""), ", "))
		}
	}
	fmt.Fprintf(&b, "name: rnd\ntenant: %s\nmodels:\n", guid(999))
	for m := range 3 {
		fmt.Fprintf(&b, "  m%d:\n    upstreams: [{kind: echo}]\n", m)
		from("    ")
	}
	b.WriteString("issuers:\n  gh: {url: https://gh.example, audiences: [a]}\n  k8s: {url: https://k8s.example, audiences: [a]}\n")
	b.WriteString("roles:\n  chat-only: {dataActions: [" + chatAction + "]}\n  all-but-chat: {dataActions: [Microsoft.CognitiveServices/accounts/OpenAI/*], notDataActions: [" + chatAction + "]}\n")
	b.WriteString("access:\n")
	for g := range 1 + r.IntN(4) {
		fmt.Fprintf(&b, "  g%d:\n    models: [%s]\n", g, strings.Join(someOf(r, "m0", "m1", "m2"), ", "))
		fmt.Fprintf(&b, "    role: %s\n", oneOf(r, "Cognitive Services OpenAI User", contributor, "chat-only", "all-but-chat"))
		from("    ")
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "    through: [%s]\n", guid(700+r.IntN(2)))
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "    expires: %s\n", oneOf(r, "2026-11-20", "2026-11-21", "2026-11-22"))
		}
		b.WriteString("    who:\n")
		for range 1 + r.IntN(3) {
			b.WriteString("      - " + randomWho(r) + "\n")
		}
	}
	b.WriteString("gateway:\n  kind: palisade\n  listeners: [{address: \"127.0.0.1:8080\", proxyProtocol: {from: [127.0.0.1]}}]\n")
	from("  ")
	b.WriteString("  keys:\n")
	for k := range 2 {
		fmt.Fprintf(&b, "    k%d: {hash: \"sha256:%064d\", from: [%s], because: x, expires: %s}\n", k, k, oneOf(r, "0.0.0.0/0", "10.0.0.0/8"), oneOf(r, "2026-11-20", "2026-12-24"))
	}
	return b.String()
}

func randomWho(r *rand.Rand) string {
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("group: %s", guid(100+r.IntN(2)))
	case 1:
		return fmt.Sprintf("app: %s", guid(200+r.IntN(2)))
	case 2:
		return fmt.Sprintf("managedIdentity: %s", oneOf(r, guid(200), identityID))
	case 3:
		return fmt.Sprintf("{user: %s, because: x, expires: %s}", guid(300+r.IntN(2)), oneOf(r, "2026-11-20", "2026-12-24"))
	case 4:
		return fmt.Sprintf("workload: {issuer: %s, subject: \"%s\"}", oneOf(r, "gh", "k8s"), oneOf(r, subjects...))
	}
	return fmt.Sprintf("key: k%d", r.IntN(2))
}

var subjects = []string{"repo:a/b", "repo:A/b", "repo:a/b/", "^a", "%41"}

const identityID = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/Apps/providers/Microsoft.ManagedIdentity/userAssignedIdentities/chat"

func oneOf(r *rand.Rand, all ...string) string { return all[r.IntN(len(all))] }

func someOf(r *rand.Rand, all ...string) []string {
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+r.IntN(len(all))]
}

func randomCaller(r *rand.Rand) *caller.Caller {
	c := &caller.Caller{Tenant: guid(999), GroupsComplete: r.IntN(5) > 0}
	for g := range 2 {
		if r.IntN(2) == 0 {
			c.Groups = append(c.Groups, guid(100+g))
		}
	}
	switch r.IntN(5) {
	case 0:
		c.Kind, c.ObjectID, c.AppID = caller.User, guid(300+r.IntN(3)), guid(700+r.IntN(3))
	case 1:
		c.Kind, c.ObjectID = caller.App, guid(200+r.IntN(3))
	case 2:
		c.Kind, c.ObjectID, c.Resource = caller.ManagedIdentity, guid(200+r.IntN(3)), oneOf(r, "", identityID, strings.ToLower(identityID))
	case 3:
		c.Kind, c.IssuerName, c.Subject = caller.Workload, oneOf(r, "gh", "k8s"), oneOf(r, append(subjects, "REPO:A/B", "repo:a/B", "\u212a")...)
	case 4:
		c.Kind, c.Key = caller.KeyHolder, oneOf(r, "k0", "k1")
	}
	return c
}

func randomSource(r *rand.Rand) caller.Source {
	if r.IntN(4) == 0 {
		return caller.Source{Addr: netip.MustParseAddr("10.1.2.3"), Link: uint32(5 + r.IntN(3)), IsLink: true}
	}
	return caller.Source{Addr: netip.MustParseAddr(oneOf(r, "10.1.2.3", "10.9.9.9", "203.0.113.7", "203.0.113.8", "2001:db8::1"))}
}

// naive is the answer by the spec's own words; unsure where the caller's groups
// aren't all known and would decide.
func naive(s *spec.Spec, c *caller.Caller, from caller.Source, model, action string, at time.Time) (allow, unsure bool) {
	in := func(list []spec.Source) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(x spec.Source) bool {
			if from.IsLink || x.IsLink {
				return from.IsLink && x.IsLink && from.Link == x.Link
			}
			return x.Prefix.Contains(from.Addr)
		})
	}
	m := s.Models[slices.IndexFunc(s.Models, func(m spec.Model) bool { return m.Name == model })]
	if !in(s.Gateway.From) || !in(m.From) {
		return false, false
	}
	for _, k := range s.Gateway.Keys {
		if c.Key == k.Name && (!in(k.From) || k.Expires.Over(at)) {
			return false, false
		}
	}
	for i := range s.Access {
		g := &s.Access[i]
		if !slices.Contains(g.Models, model) || !in(g.From) || g.Expires.Over(at) || !roleGives(g.Role, action) {
			continue
		}
		if c.Kind == caller.User && len(g.Through) > 0 && !slices.Contains(g.Through, spec.GUID(c.AppID)) {
			continue
		}
		for _, w := range g.Who {
			is, perhaps := isWho(c, &w)
			if w.Expires.Over(at) {
				continue
			}
			allow, unsure = allow || is, unsure || perhaps
		}
	}
	return allow, unsure && !allow
}

func roleGives(role, action string) bool {
	switch role {
	case "chat-only", "Cognitive Services OpenAI User":
		return action == chatAction
	case "all-but-chat":
		return action != chatAction
	}
	return true
}

func isWho(c *caller.Caller, w *spec.Who) (is, perhaps bool) {
	entra := c.Kind == caller.User || c.Kind == caller.App || c.Kind == caller.ManagedIdentity
	switch {
	case w.Workload != nil:
		return c.Kind == caller.Workload && c.IssuerName == w.Workload.Issuer && c.Subject == w.Workload.Subject, false
	case w.Key != "":
		return c.Kind == caller.KeyHolder && c.Key == w.Key, false
	case !entra:
		return false, false
	case w.Group != "":
		in := slices.Contains(c.Groups, string(w.Group))
		return in, !in && !c.GroupsComplete
	case w.ManagedIdentity.IsResourceID():
		return c.Kind == caller.ManagedIdentity && strings.EqualFold(c.Resource, string(w.ManagedIdentity)), false
	}
	return c.ObjectID == string(w.User)+string(w.App)+string(w.ManagedIdentity), false
}

func TestDecideIsTheSpec(t *testing.T) {
	t.Parallel()
	seen := map[access.Verdict]int{}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		text := []byte(randomSpec(r))
		s, problems := spec.Parse("random.yaml", text)
		if len(problems) > 0 {
			t.Fatalf("%s\n%v", text, problems)
		}
		n, err := NewNode(s, text)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			c, from, model := randomCaller(r), randomSource(r), oneOf(r, "m0", "m1", "m2")
			action := oneOf(r, chatAction, fileAction)
			d := n.Decide(c, from, model, action, testDay)
			allow, unsure := naive(s, c, from, model, action, testDay)
			want := access.Deny
			if allow {
				want = access.Allow
			} else if unsure {
				want = access.Unknown
			}
			seen[d.Verdict]++
			if d.Verdict != want {
				t.Fatalf("seed %d: %v, want %v\n%+v %v %s %s\n%v\n%s", seed, d.Verdict, want, c, from, model, action, d.Reasons, text)
			}
			if (d.Gates[access.GrantGate] == access.Allow) != (n.grantOf(d) != nil) {
				t.Fatalf("seed %d: %v without the grant", seed, d)
			}
			gate := n.Decide(c, from, "", action, testDay).Gates[access.NetworkGate]
			if n.network(from) != (len(s.Gateway.From) == 0 || gate == access.Allow) {
				t.Fatalf("seed %d: %v is let in or not, and the gate says %v", seed, from, gate)
			}
		}
	}
	for _, v := range []access.Verdict{access.Allow, access.Deny, access.Unknown} {
		if seen[v] < 100 {
			t.Errorf("only %d times %v", seen[v], v)
		}
	}
	t.Log(seen)
}

func TestDecideOnWhatIsNotThere(t *testing.T) {
	s, text := loadSpec(t, "../examples/gateway/demo.yaml")
	n, err := NewNode(s, text)
	if err != nil {
		t.Fatal(err)
	}
	alice := &caller.Caller{Kind: caller.Workload, IssuerName: "demo", Subject: "alice"}
	here := caller.Source{Addr: netip.MustParseAddr("127.0.0.1")}
	if d := n.Decide(alice, here, "echo", chatAction, testDay); d.Verdict != access.Allow {
		t.Error(d)
	}
	for name, d := range map[string]access.Decision{
		"another model": n.Decide(alice, here, "gpt-5", chatAction, testDay),
		"the gateway":   n.Decide(alice, here, "", chatAction, testDay),
		"nobody":        n.Decide(&caller.Caller{}, here, "echo", chatAction, testDay),
		"nowhere's key": n.Decide(&caller.Caller{Kind: caller.KeyHolder, Key: "x"}, here, "echo", chatAction, testDay),
	} {
		if d.Verdict == access.Allow {
			t.Errorf("%s: %v", name, d)
		}
	}
}
