package upstream

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// account is an Azure account that answers as it is told.
func account(keyed, own http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Api-Key") != "" {
			keyed(w, r)
			return
		}
		own(w, r)
	}
}

func TestProbe(t *testing.T) {
	const (
		disabled  = `{"error":{"code":"AuthenticationTypeDisabled","message":"Key based authentication is disabled for this resource."}}`
		wrongKey  = `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}`
		closed    = `{"error":{"code":"AccessDenied","message":"Public access is disabled. Please configure private endpoint."}}`
		firewall  = `{"error":{"code":403,"message":"Access denied due to Virtual Network/Firewall rules."}}`
		lacks     = `{"error":{"code":"PermissionDenied","message":"The principal lacks the required data action"}}`
		noFile    = `{"error":{"code":"notFound","message":"file not found"}}`
		flatError = `{"statusCode":401,"message":"Unauthorized. Access token is missing"}`
	)
	for name, x := range map[string]struct {
		keyed, own            http.HandlerFunc
		address               string
		auth, public, breadth State
	}{
		"keyless, public, narrow": {says(403, disabled), says(401, lacks), "20.1.2.3", Shut, Open, Unknown},
		"keys, private, broad":    {says(401, wrongKey), says(404, noFile), "10.1.2.3", Open, Unknown, Open},
		"no public access":        {says(403, closed), says(403, closed), "20.1.2.3", Unknown, Shut, Unknown},
		"selected networks":       {says(403, firewall), says(403, firewall), "20.1.2.3", Unknown, Unknown, Unknown},
		"flat error":              {says(401, flatError), says(500, "x"), "100.64.1.1", Open, Unknown, Unknown},
		"nothing of it":           {says(500, "<html>"), says(200, "{}"), "fd00::1", Unknown, Unknown, Unknown},
	} {
		b := newBackend(t, account(x.keyed, x.own))
		_, port, _ := net.SplitHostPort(strings.TrimPrefix(b.URL, "http://"))
		p := newPools(t, `{kind: azure, url: "http://localhost:`+port+`", deployment: a}, {kind: azure, url: "http://localhost:`+port+`", deployment: b}, {kind: echo}`, "", Options{
			Credential: &fakeCredential{life: time.Hour},
			Resolve:    func(context.Context, string) ([]net.IP, error) { return []net.IP{net.ParseIP(x.address)}, nil },
		})
		all := p.Probe(t.Context())
		if len(all) != 1 || all[0].Place != "localhost:"+port {
			t.Fatalf("%s: %+v", name, all)
		}
		if got := all[0]; got.LocalAuth.State != x.auth || got.PublicAccess.State != x.public || got.Identity.State != x.breadth {
			t.Errorf("%s: %+v", name, got)
		}
		all[0].Each(func(check string, a Answer) {
			if a.Why == "" {
				t.Errorf("%s: %s says nothing", name, check)
			}
		})
		for _, s := range p.Status() {
			if s.Failures != 0 {
				t.Errorf("%s: a probe counts against the upstream", name)
			}
		}
	}
}

// TestProbeOfNobody holds that an account that doesn't answer isn't called shut.
func TestProbeOfNobody(t *testing.T) {
	p := newPools(t, `{kind: azure, url: "http://127.0.0.1:1"}`, "", Options{Credential: &fakeCredential{fail: true}})
	for _, b := range p.Probe(t.Context()) {
		b.Each(func(check string, a Answer) {
			if a.State != Unknown {
				t.Errorf("%s: %+v", check, a)
			}
		})
	}
}

func FuzzReadError(f *testing.F) {
	f.Add([]byte(`{"error":{"code":429,"message":"x"}}`))
	f.Add([]byte(`{"statusCode":401,"message":"x"}`))
	f.Add([]byte(`{"error":"text"}`))
	f.Add([]byte(`{"error":{"code":null}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if e := readError(403, b); e.status != 403 {
			t.Error(e)
		}
	})
}
