package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSamples(t *testing.T) {
	files, err := filepath.Glob("../examples/gateway/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("samples: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, problems := Parse(file, text)
			for _, p := range problems {
				t.Error(p)
			}
			if (s == nil) != (len(problems) > 0) {
				t.Errorf("Parse gave a Spec: %t, with %d problems", s != nil, len(problems))
			}
		})
	}
}

func parseSample(t *testing.T, name string) (*Spec, string) {
	t.Helper()
	text, err := os.ReadFile("../examples/gateway/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := Parse(name, text)
	if s == nil {
		t.Fatal(problems)
	}
	return s, string(text)
}

// TestMinimal holds that a dozen lines will do, and what they mean.
func TestMinimal(t *testing.T) {
	s, text := parseSample(t, "minimal.yaml")
	if n := strings.Count(text, "\n"); n > 12 {
		t.Errorf("the minimal file has %d lines", n)
	}
	m, g := s.Models[0], s.Access[0]
	want := Upstream{Kind: AzureUpstream, Region: "swedencentral", SKU: "DataZoneStandard", Capacity: 100, Deployment: "gpt-5.1", Priority: 1, Weight: 1, Pos: m.Pos}
	if len(m.Upstreams) != 1 || m.Upstreams[0] != want {
		t.Errorf("upstreams %+v", m.Upstreams)
	}
	checks := map[string]bool{
		"environment":   s.Environment == "prod",
		"resourceGroup": s.ResourceGroup == "rg-contoso-chat-prod",
		"network":       s.Network.Mode == Private && s.Network.AddressSpace.String() == "10.90.0.0/20",
		"model":         m.Name == "gpt-5.1" && m.Model == "gpt-5.1" && m.Upgrade == "NoAutoUpgrade",
		"filter":        m.Filter.Level == FilterDefault && m.Filter.IndirectAttack == FilterBlock,
		"role":          RoleID(g.Role) == "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
		"allow":         len(g.Allow.Tools) == 1 && g.Allow.Tools[0] == "*" && g.Allow.Store,
		"gateway":       s.Gateway.Kind == NoGateway && s.Gateway.LimitStore.OnError == DenyOnError,
		"logging":       s.Logging.Keep == KeepMetadata && time.Duration(s.Logging.Retention) == 90*24*time.Hour,
		"defender":      len(s.Defender.Plans) == 4,
		"policy":        s.Policy.Effect == PolicyDeny && s.Policy.Lock,
		"no exceptions": len(s.Exceptions()) == 0,
	}
	for what, ok := range checks {
		if !ok {
			t.Errorf("%s isn't as expected: %+v", what, s)
		}
	}
}

func TestOrderAndValues(t *testing.T) {
	s, _ := parseSample(t, "full.yaml")
	if s.Models[0].Name != "gpt-5.1" || s.Models[1].Name != "llama" || s.Models[2].Name != "echo" {
		t.Errorf("models in another order than in the file")
	}
	l := s.Access[0].Limits
	if l.TokensPerMinute != 100_000 || l.TokensPerDay != 20_000_000 || l.CostPerMonth != 2000_000_000 {
		t.Errorf("limits %+v", l)
	}
	if p := s.Models[0].Price; p.CachedInput != 1_250_000 {
		t.Errorf("price %+v", p)
	}
	if f := s.Access[0].From; !f[1].IsLink || f[1].Link != 268435457 {
		t.Errorf("from %+v", f)
	}
	if b := s.Gateway.Bounds.Body; b != 32<<20 {
		t.Errorf("body %d", b)
	}
}

// TestAt holds that a place is where the text says so.
func TestAt(t *testing.T) {
	s, text := parseSample(t, "full.yaml")
	cases := []struct {
		path  []string
		begin string
	}{
		{nil, "name: contoso-ai"},
		{[]string{"network", "mode"}, "mode: selected"},
		{[]string{"models", "gpt-5.1", "upstreams", "1"}, "region: francecentral     # pay"},
		{[]string{"models", "gpt-5.1", "upstreams", "1", "sku"}, "region: francecentral     # pay"},
		{[]string{"models", "gpt-5.1", "price", "output"}, "output: 10}   # of"},
		{[]string{"models", "echo", "filter", "level"}, "echo:\n"},
		{[]string{"access", "chat-team", "from", "1"}, `"link:268435457"]`},
		{[]string{"nothing", "like", "it"}, "name: contoso-ai"},
	}
	for _, c := range cases {
		p := s.At(c.path...)
		if !strings.HasPrefix(text[p.Offset:], c.begin) {
			t.Errorf("At(%v) is %v, at %.20q", c.path, p, text[p.Offset:])
		}
		if line := 1 + strings.Count(text[:p.Offset], "\n"); line != p.Line || p.Col != p.Offset-strings.LastIndex(text[:p.Offset], "\n") {
			t.Errorf("At(%v): line %d col %d, want line %d", c.path, p.Line, p.Col, line)
		}
	}
	if s.Written("models", "echo", "filter") || !s.Written("models", "echo", "price") {
		t.Error("Written doesn't tell defaults from the file")
	}
	if m := s.Models[2]; m.Pos != s.At("models", "echo") {
		t.Errorf("the model is at %v", m.Pos)
	}
}

func TestPlacesWithOddLineBreaks(t *testing.T) {
	for _, text := range []string{"\ufeffname: ab\r\nbad: 1\r\n", "name: \"é\u2028b\"\nbad: 1\n", "name: ab\rbad: 1\n", "näme: ü\nbad: 1\n"} {
		_, problems := Parse("x", []byte(text))
		i := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.Message, `"bad"`) })
		if i < 0 || !strings.HasPrefix(text[problems[i].Pos.Offset:], "bad") {
			t.Errorf("%q: %v", text, problems)
		}
	}
}

func TestExceptions(t *testing.T) {
	s, _ := parseSample(t, "full.yaml")
	var got []string
	for _, e := range s.Exceptions() {
		got = append(got, e.Path)
		if e.Because == "" || e.Expires.IsZero() || e.What == "" || !e.Pos.IsValid() {
			t.Errorf("incomplete: %+v", e)
		}
	}
	want := []string{"network.mode", "models.gpt-5.1.filter.protectedMaterial", "models.llama.upstreams.0.url", "access.chat-team.who.4.user",
		"gateway.keys.legacy-batch.hash", "gateway.limitStore.onError"}
	if !slices.Equal(got, want) {
		t.Errorf("exceptions %v", got)
	}
	lastDay := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	if p := s.Expired(lastDay); len(p) != 0 {
		t.Errorf("expired on the last day: %v", p)
	}
	if p := s.Expired(lastDay.Add(time.Second)); len(p) != 1 || !strings.Contains(p[0].Message, "llama") {
		t.Errorf("expired a second later: %v", p)
	}
	if p := s.Expired(lastDay.AddDate(2, 0, 0)); len(p) != len(want)+1 {
		t.Errorf("%d are over in the end: %v", len(p), p)
	}
}

// TestDefaultsCanBeParsed holds that the tags of the types are right, which
// Parse trusts.
func TestDefaultsCanBeParsed(t *testing.T) {
	walk(reflect.TypeFor[Spec](), nil, func(at path, f *field) {
		typ := elem(f.typ)
		if shapeOf(typ) == listShape {
			typ = typ.Elem()
		}
		if f.def == "" && f.low == "" {
			return
		}
		words := strings.Split(f.def, ",")
		for _, word := range append(words, f.low, f.high) {
			if word == "" {
				continue
			}
			if err := f.set(reflect.New(typ).Elem(), word); err != nil {
				t.Errorf("%s: %q is %v", at, word, err)
			}
		}
	})
}

// TestLargeInput holds that time grows with the text only.
func TestLargeInput(t *testing.T) {
	const n = 40_000
	cases := map[string]string{
		"one long line":     "regions: [" + strings.Repeat("a,", n) + "a]\n",
		"different items":   "regions: [" + numbered("r%d,", n) + "a]\n",
		"unknown keys":      numbered("k%d: 1\n", n),
		"equal keys":        strings.Repeat("k: 1\n", n),
		"names in one line": "models: {" + numbered("m%d: {},", n/10) + "a: {}}\n",
		"bad names":         "models: {" + numbered("-%d: {},", n/10) + "a: {}}\n",
		"deep":              strings.Repeat("[", n),
		"a long word":       "models" + strings.Repeat("x", n) + ": 1\n",
		"too large":         strings.Repeat("#\n", maxSize),
		"references":        "models: {" + numbered("m%d: {},", n/10) + "}\naccess: {" + numbered("g%d: {models: [m1, m2, m9999, mx]},", n/10) + "}\n",
		"empty lists":       "models: {m1: {upstreams: [" + strings.Repeat("{},", n/10) + "{}]}}\n",
	}
	for name, text := range cases {
		start := time.Now()
		s, problems := Parse("x", []byte(text))
		if took := time.Since(start); took > 10*time.Second || s != nil || len(problems) == 0 || len(problems) > maxProblems {
			t.Errorf("%s: %v, %d problems", name, took, len(problems))
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// FuzzParse holds that no text makes Parse panic or lose the place, and that
// it gives either a Spec or problems, and the same ones again.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"../examples/gateway/*.yaml", "testdata/problems/*.txt"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			yaml, _, _ := strings.Cut(string(text), problemsMark)
			f.Add([]byte(yaml))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, problems := Parse("x", text)
		if (s == nil) != (len(problems) > 0) {
			t.Fatalf("a Spec: %t, and %d problems", s != nil, len(problems))
		}
		for _, p := range problems {
			if p.Pos.Offset < 0 || p.Pos.Offset > len(text) || !p.Pos.IsValid() || p.Message == "" || strings.ContainsAny(p.String(), "\n\r") {
				t.Fatalf("%+v", p)
			}
		}
		if _, again := Parse("x", text); !slices.Equal(problems, again) {
			t.Fatalf("%v, then %v", problems, again)
		}
		if s != nil {
			_ = s.Expired(time.Unix(1<<40, 0))
		}
	})
}

// BenchmarkParse reads 10 regions, 50 models and 200 teams.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("name: big\ntenant: 33333333-3333-4333-8333-333333333333\nsubscription: 11111111-1111-4111-8111-111111111111\n")
	text.WriteString("regions: [" + numbered("region%d, ", 10) + "]\nmodels:\n")
	text.WriteString(numbered("  model%d: {version: \"1\", sku: Standard, capacity: 10}\n", 50) + "access:\n")
	team := "  team%d: {who: [{group: 22222222-2222-4222-8222-222222222222}], limits: {tokensPerMinute: 10k}, models: ["
	for i := range 200 {
		fmt.Fprintf(&text, team, i)
		text.WriteString(numbered("model%d, ", 50) + "]}\n")
	}
	text.WriteString("gateway: {kind: palisade}\n")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if s, problems := Parse("x", []byte(text.String())); s == nil {
			b.Fatal(problems)
		}
	}
}
