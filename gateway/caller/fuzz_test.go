package caller

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

// FuzzToken signs whatever claims and headers there are with the right key, so
// that what is behind the signature is reached, and sends tokens as they are.
func FuzzToken(f *testing.F) {
	w := newWorld(f, file())
	k := w.server.Key()
	k.ID = "fuzz" // the same in all the processes that fuzz
	const header = `{"alg":"RS256","kid":"fuzz","typ":"JWT"}`
	for _, c := range []issuertest.Claims{w.server.PersonClaims("1.0"), w.server.ServiceClaims("2.0"), w.server.IdentityClaims(),
		issuertest.Overage(w.server.PersonClaims("2.0")), w.server.WorkloadClaims(issuertest.Actions, "repo:a/b", "https://ai.contoso.com")} {
		text, _ := json.Marshal(c)
		f.Add(header, string(text), false)
	}
	for _, wrong := range w.server.Wrong(f) {
		f.Add("", wrong.Token[:min(len(wrong.Token), 4000)], true)
	}
	f.Fuzz(func(t *testing.T, header, claims string, raw bool) {
		text := claims
		if !raw {
			text = k.SignRaw(header, claims)
		}
		c, err := w.token(text)
		if err == nil {
			checkCaller(t, c)
			return
		}
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Status < 400 || refusal.Reason == "" {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}

// checkCaller holds what is true of every caller that a token can make.
func checkCaller(t *testing.T, c *Caller) {
	t.Helper()
	switch c.Kind {
	case User, App, ManagedIdentity:
		if c.Tenant != issuertest.Tenant || !isGUID(c.ObjectID) || !isGUID(c.AppID) || c.IssuerName != "" {
			t.Fatalf("got %+v", *c)
		}
	case Workload:
		if c.IssuerName == "" || c.Subject == "" || c.Tenant != "" || c.ObjectID != "" {
			t.Fatalf("got %+v", *c)
		}
	default:
		t.Fatalf("a token of %s", c.Kind)
	}
	for _, g := range c.Groups {
		if !isGUID(g) {
			t.Fatal("a group that isn't a GUID")
		}
	}
}

// FuzzMembers holds the strict reader of objects against the library's: what
// it reads, the library reads the same, and it reads what has no name twice.
func FuzzMembers(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":1,"b":[{"a":2}]}`, `{"a":1,"a":1}`, `{"a":1}{}`, `{"a":1} x`, `[]`, `{"\u0061":1,"a":2}`, `{"a":"\ud800"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := members(text)
		var plain map[string]json.RawMessage
		if err != nil || !json.Valid(text) {
			return
		}
		if json.Unmarshal(text, &plain) != nil || len(plain) != len(got) {
			t.Fatalf("got %d members, the library %d", len(got), len(plain))
		}
		for name, raw := range plain {
			var a, b any
			if json.Unmarshal(raw, &a) != nil || json.Unmarshal(got[name], &b) != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("member %q differs", name)
			}
		}
	})
}

func FuzzProxyHeader(f *testing.F) {
	f.Add(proxyV2(0x21, 0x11, tcp4, link))
	f.Add(proxyV2(0x21, 0x21, tcp6, tlv(0x04, 0, 0), link))
	f.Add(proxyV2(0x20, 0x00, nil))
	f.Add(summed(0))
	f.Add([]byte("PROXY TCP4 10.1.2.3 10.40.1.9 4711 443\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := bytes.NewReader(text)
		h, err := readProxyHeader(r)
		if err != nil {
			return
		}
		size := proxyFixed + int(text[14])<<8 + int(text[15])
		if len(text)-r.Len() != size || size > proxyFixed+maxProxyRest {
			t.Fatalf("read %d bytes of a header of %d", len(text)-r.Len(), size)
		}
		if a := h.Client.Addr(); !h.Local && (!a.IsValid() || a.IsUnspecified() || a.Is4In6()) {
			t.Fatalf("client %s", a)
		}
		if h.IsLink && !bytes.Contains(text, []byte{0xEE, 0, 5, 1, byte(h.Link), byte(h.Link >> 8), byte(h.Link >> 16), byte(h.Link >> 24)}) {
			t.Fatalf("link %d isn't there", h.Link)
		}
	})
}

// FuzzForwarded holds the walk from the right against a reader that splits the
// whole list first, and that trust is never lent to a stranger.
func FuzzForwarded(f *testing.F) {
	f.Add("10.0.0.1, 203.0.113.9", "", byte(1))
	f.Add("203.0.113.9:4711", "10.40.2.8", byte(2))
	f.Add("[2001:db8::9]:1, ::ffff:10.40.2.3", "x,,", byte(3))
	f.Fuzz(func(t *testing.T, first, second string, hops byte) {
		rule := &spec.Forwarded{From: networks("10.40.2.0/24"), Hops: 1 + int(hops%10)}
		header := []string{first, second}
		stranger := Source{Addr: netip.MustParseAddr("203.0.113.66"), Via: ViaConnection}
		if from, refusal := forwarded(rule, header, stranger); refusal != nil || from != stranger {
			t.Fatalf("a stranger is believed: %s", from)
		}
		proxy := Source{Addr: netip.MustParseAddr("10.40.2.7"), Via: ViaConnection}
		from, refusal := forwarded(rule, header, proxy)
		want, ok := splitForwarded(rule, header, proxy)
		if (refusal == nil) != ok || ok && from.Addr != want {
			t.Fatalf("got %s, %v; want %s, %t", from, refusal, want, ok)
		}
	})
}

func splitForwarded(rule *spec.Forwarded, header []string, at Source) (netip.Addr, bool) {
	all := strings.Split(strings.Join(header, ","), ",")
	for hop := 0; hop < rule.Hops && at.In(rule.From); hop++ {
		if len(all) == 0 {
			return netip.Addr{}, false
		}
		addr, ok := forwardedAddr(strings.Trim(all[len(all)-1], " \t"))
		if !ok {
			return netip.Addr{}, false
		}
		at.Addr, all = addr, all[:len(all)-1]
	}
	return at.Addr, true
}

func FuzzKeySet(f *testing.F) {
	rsa, _ := json.Marshal(map[string]any{"keys": []any{issuertest.NewKey(f, "RS256").JWK(), issuertest.NewKey(f, "ES256").JWK()}})
	f.Add(rsa)
	f.Add([]byte(`{"keys":[{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := parseKeys(text)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		for _, k := range keys {
			if k == nil || !k.same(k) || !k.fits("RS256") && !k.fits("PS256") && !k.fits("ES256") && k.alg == "" {
				t.Fatalf("got %+v", k)
			}
		}
	})
}
