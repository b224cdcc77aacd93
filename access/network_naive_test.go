package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

// plainNetwork is an account's network as plain data; naiveIn is FACTS §7.1
// word by word, for one address, in a world that decides what isn't known.
type plainNetwork struct {
	publicAccess  string // "" absent, "?" unknown
	hasRules      bool
	defaultAction string // "" absent, "?" unknown
	rules         []string
	mode          string // of the perimeter association, "" without one
	inbound       []string
}

const account8 = home + "/Microsoft.CognitiveServices/accounts/n"

func (p *plainNetwork) naiveIn(a netip.Addr, w randomWorld) bool {
	mode := p.mode
	if mode == "?" {
		mode = map[bool]string{true: "Enforced", false: "Learning"}[w.says("mode")]
	}
	if mode == "Enforced" {
		return inPlain(p.inbound, a, w)
	}
	if p.publicAccess == "Disabled" || p.publicAccess == "?" && w.says("access") {
		return false
	}
	if !p.hasRules || p.defaultAction == "Allow" || p.defaultAction == "" || p.defaultAction == "?" && w.says("default") {
		return true
	}
	return inPlain(p.rules, a, w)
}

func inPlain(rules []string, a netip.Addr, w randomWorld) bool {
	for _, s := range rules {
		if s == "?" {
			// A rule that isn't known may hold any one address.
			if w.says("rule " + a.String()) {
				return true
			}
			continue
		}
		if !strings.Contains(s, "/") {
			s += "/32"
		}
		if netip.MustParsePrefix(s).Contains(a) {
			return true
		}
	}
	return false
}

func randomNetwork(r *rand.Rand) *plainNetwork {
	p := &plainNetwork{publicAccess: pick(r, []string{"", "Enabled", "Enabled", "Disabled", "?"}), hasRules: r.IntN(4) > 0,
		defaultAction: pick(r, []string{"", "Allow", "Deny", "Deny", "Deny", "?"}),
		mode:          pick(r, []string{"", "", "", "Learning", "Enforced", "?"})}
	p.rules, p.inbound = randomRules(r, true), randomRules(r, false)
	return p
}

func randomRules(r *rand.Rand, unknown bool) []string {
	rules := []string{}
	for range r.IntN(5) {
		s := fmt.Sprintf("8.8.8.%d", r.IntN(256))
		switch r.IntN(6) {
		case 0:
			if unknown {
				s = "?"
			}
		case 1, 2, 3:
			s = netip.PrefixFrom(netip.MustParseAddr(s), 23+r.IntN(10)).Masked().String()
		}
		rules = append(rules, s)
	}
	if r.IntN(12) == 0 {
		rules = append(rules, "0.0.0.0/1", "128.0.0.0/1")
	}
	return rules
}

func (p *plainNetwork) resources(t *testing.T) []byte {
	value := func(s string) any {
		if s == "?" {
			return obj{"unknown": "x"}
		}
		return s
	}
	props := obj{"customSubDomainName": "n"}
	if p.publicAccess != "" {
		props["publicNetworkAccess"] = value(p.publicAccess)
	}
	if p.hasRules {
		rules := []obj{}
		for _, s := range p.rules {
			rules = append(rules, obj{"value": value(s)})
		}
		acls := obj{"ipRules": rules}
		if p.defaultAction != "" {
			acls["defaultAction"] = value(p.defaultAction)
		}
		props["networkAcls"] = acls
	}
	all := []obj{{"id": account8, "kind": "OpenAI", "properties": props}}
	if p.mode != "" {
		nsp := home + "/Microsoft.Network/networkSecurityPerimeters/p"
		all = append(all, obj{"id": nsp, "properties": obj{}}, obj{"id": nsp + "/profiles/f", "properties": obj{}},
			obj{"id": nsp + "/profiles/f/accessRules/r", "properties": obj{"direction": "Inbound", "addressPrefixes": p.inbound}},
			obj{"id": nsp + "/resourceAssociations/a", "properties": obj{"accessMode": value(p.mode),
				"privateLinkResource": obj{"id": account8}, "profile": obj{"id": nsp + "/profiles/f"}}})
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestNetworkNaive compares, for all addresses of a /24 and some others, the
// decision with the naive one, and the openings with the decisions.
func TestNetworkNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	count := map[Verdict]int{}
	for range 250 {
		p := randomNetwork(r)
		text := p.resources(t)
		w := world(t, text)
		openings := w.Openings(account8)
		for n := range 260 {
			a := netip.AddrFrom4([4]byte{8, 8, 8, byte(n)})
			if n >= 256 {
				a = random4(r)
			}
			got := w.Decide(Request{Principal: Principal{Kind: KeyHolder}, Credential: Key, Source: Address(a), Asset: account8}).Verdict
			count[got]++
			for range 4 {
				world := randomWorld(r.Uint64())
				if in := p.naiveIn(a, world); got != Unknown && in != (got == Allow) {
					t.Fatalf("%v: %v, naively %v\n%s", a, got, in, text)
				}
			}
			checkOpenings(t, openings, a, got, text)
		}
		if known := !strings.Contains(string(text), "unknown"); known && len(openings) > 0 && openings[0].Verdict == Unknown {
			t.Fatalf("nothing is unknown, but an opening is\n%s", text)
		}
	}
	t.Log(count)
}

func checkOpenings(t *testing.T, all []Opening, a netip.Addr, want Verdict, text []byte) {
	t.Helper()
	got := Deny
	for _, o := range all {
		if o.Source.Kind != FromAddress {
			continue
		}
		in := false
		for _, r := range o.Extent.Ranges {
			in = in || r.Contains(a)
		}
		for _, c := range o.Special {
			in = in || c.Contains(a)
		}
		if in {
			got = got.Or(o.Verdict)
		}
	}
	if got != want {
		t.Fatalf("%v: opening %v, decided %v\n%s", a, got, want, text)
	}
}

// join is both estates as one, with the account of the first.
func join(t *testing.T, network, grants []byte) []byte {
	t.Helper()
	var a, b []json.RawMessage
	if err := errors.Join(json.Unmarshal(network, &a), json.Unmarshal(grants, &b)); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(append(a, b[1:]...))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(text), account8, testAccount))
}

// TestPaths compares each path of random estates with the decision for its
// source and holder.
func TestPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	paths := 0
	for range 150 {
		text := join(t, randomNetwork(r).resources(t), randomPlain(r, false).resources(t))
		w := world(t, text)
		for reach := range w.Reaches(Filter{Action: "a/b/read"}) {
			for p := range reach.Paths() {
				paths++
				d := w.Decide(Request{Principal: p.Holder.Principal, Credential: p.Holder.Credential, Source: p.Opening.Source,
					Asset: p.Account.ID, Action: "a/b/read"})
				if d.Verdict != p.Verdict && p.Opening.Source.Kind != FromService {
					t.Fatalf("%v %v: path %v, decision %v\n%s", p.Opening, p.Holder, p.Verdict, d.Verdict, text)
				}
			}
		}
	}
	t.Log(paths, "paths")
	if paths < 100 {
		t.Errorf("only %d paths", paths)
	}
}

// TestConcurrent asks one World from many goroutines; it is for -race.
func TestConcurrent(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	w := world(t, randomPlain(r, false).resources(t))
	done := make(chan int)
	for i := range 8 {
		go func() {
			for range 50 {
				w.Decide(Request{Principal: Whoever("p1"), Credential: Token, Source: Address(random4(rand.New(rand.NewPCG(1, uint64(i))))), Asset: testAccount})
				w.Chains(testAccount)
				for range w.Reaches(Filter{}) {
				}
			}
			done <- i
		}()
	}
	for range 8 {
		<-done
	}
}

// TestWorldClasses checks that an address and the first of its class get the
// same answer on every asset.
func TestWorldClasses(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for range 30 {
		w := world(t, randomNetwork(r).resources(t))
		classes := w.Classes()
		checkCover(t, classes)
		for range 50 {
			a := netip.AddrFrom4([4]byte{8, 8, 8, byte(r.IntN(256))})
			same := Address(classOf(t, classes, a).First)
			q := Request{Principal: Principal{Kind: KeyHolder}, Credential: Key, Source: Address(a), Asset: account8}
			one := w.Decide(q).Verdict
			q.Source = same
			if other := w.Decide(q).Verdict; one != other {
				t.Fatalf("%v: %v, its class %v", a, one, other)
			}
		}
	}
}
