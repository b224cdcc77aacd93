package upstream

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"palisade/spec"
)

const anAccount = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"

// TestManagerHost holds that Resource Manager is that of the cloud, that it is
// called only where an account is named, and nothing else by its client.
func TestManagerHost(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
	for c, host := range map[spec.Cloud]string{
		spec.PublicCloud: "management.azure.com", spec.USGovCloud: "management.usgovcloudapi.net", spec.ChinaCloud: "management.chinacloudapi.cn",
	} {
		var dialed []string
		p := newPools(t, `{url: "https://contoso.openai.azure.com", account: "`+anAccount+`"}`, "", Options{
			Credential: &fakeCredential{life: time.Hour},
			Dial: func(_ context.Context, _, address string) (net.Conn, error) {
				dialed = append(dialed, address)
				return nil, errors.New("refused")
			}})
		p.spec.Cloud = c
		m, err := p.Manager()
		if err != nil {
			t.Fatal(err)
		}
		for _, url := range []string{"https://" + host + "/", "https://192.0.2.3/", "http://" + host + "/", "https://contoso.openai.azure.com/"} {
			r, _ := http.NewRequest("GET", url, nil)
			if _, err := m.Client.Do(r); err == nil {
				t.Error("connected to", url)
			}
		}
		if !slices.Equal(dialed, []string{host + ":443"}) {
			t.Errorf("%s: connected to %s", c, dialed)
		}
		m.Close()
	}
	p := newPools(t, `{url: "https://contoso.openai.azure.com"}, {kind: echo}`, "", Options{Credential: &fakeCredential{life: time.Hour}})
	if m, err := p.Manager(); m != nil || err != nil {
		t.Errorf("without an account: %+v %v", m, err)
	}
}

// TestJoin holds what is said of a way around that was looked at in two places.
func TestJoin(t *testing.T) {
	guess := Answer{State: Open, Why: "seen", guess: true}
	of := func(s State) Answer { return Answer{State: s, Why: "seen"} }
	said := func(s State) Answer { return Answer{State: s, Why: "said"} }
	for i, c := range []struct {
		seen, said Answer
		want       State
		why        string
	}{
		{of(Unknown), said(Unknown), Unknown, "seen; said"},
		{of(Unknown), said(Shut), Shut, "said"},
		{of(Unknown), said(Open), Open, "said"},
		{of(Shut), said(Unknown), Shut, "seen"},
		{of(Shut), said(Shut), Shut, "said"},
		{of(Shut), said(Open), Open, "said"},
		{of(Open), said(Unknown), Open, "seen"},
		{of(Open), said(Shut), Open, "seen"},
		{of(Open), said(Open), Open, "said"},
		{guess, said(Unknown), Open, "seen"},
		{guess, said(Shut), Shut, "said"},
		{guess, said(Open), Open, "said"},
	} {
		if got := c.seen.Join(c.said); got.State != c.want || got.Why != c.why {
			t.Errorf("%d: %+v", i, got)
		}
	}
	b := Bypass{LocalAuth: of(Open), Identity: of(Unknown), keyed: true}
	if b.Join(said(Shut), said(Shut), said(Shut)); b.Identity.State != Unknown || b.LocalAuth.State != Open || b.PublicAccess.State != Shut {
		t.Errorf("called with a key: %+v", b)
	}
	if b.Join(said(Shut), said(Shut), said(Open)); b.Identity.State != Open {
		t.Errorf("called with a key, by an identity with more: %+v", b)
	}
}

// TestProbeNames holds that a probe tells the account and the models of a place,
// and that a 401 to a made-up key doesn't outweigh what Azure says of keys.
func TestProbeNames(t *testing.T) {
	b := newBackend(t, says(401, `{"error":{"code":"401","message":"Access denied due to invalid subscription key"}}`))
	p, err := New(twoModels(t, b.URL), Options{Credential: &fakeCredential{life: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	all := p.Probe(t.Context())
	if len(all) != 1 || all[0].Account != anAccount || all[0].URL != b.URL || strings.Join(all[0].Models, " ") != "gpt other" {
		t.Fatalf("%+v", all)
	}
	if all[0].LocalAuth.State != Open || all[0].LocalAuth.Join(Answer{State: Shut}).State != Shut {
		t.Errorf("%+v", all[0].LocalAuth)
	}
}

func twoModels(t *testing.T, url string) *spec.Spec {
	t.Helper()
	s := parse(t, `{url: "`+url+`", deployment: a}, {url: "`+url+`", deployment: b, account: "`+anAccount+`"}`, "")
	other := s.Models[0]
	other.Name, other.Upstreams = "other", slices.Clone(other.Upstreams[:1])
	s.Models = append(s.Models, other)
	return s
}

// TestEndpoint holds that what the spec deploys is called where it is said to
// be, and that a spec without such a place can't be served.
func TestEndpoint(t *testing.T) {
	b := newBackend(t, says(200, "{}"))
	s := parse(t, `{url: "`+b.URL+`"}`, "")
	s.Models[0].Upstreams[0].URL = ""
	if _, err := New(s, Options{Credential: &fakeCredential{life: time.Hour}}); err == nil || !strings.Contains(err.Error(), "where the deployment is") {
		t.Error(err)
	}
	p, err := New(s, Options{Credential: &fakeCredential{life: time.Hour}, Endpoint: func(_ *spec.Spec, m *spec.Model, _ *spec.Upstream) (Endpoint, error) {
		return Endpoint{b.URL, m.Name + "-batch", anAccount}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if d := do(t, p, chat(t)); d.status != 200 || !strings.Contains(d.choice.Upstream, "/gpt-batch") || p.all[0].account != anAccount {
		t.Errorf("%+v", d)
	}
}
