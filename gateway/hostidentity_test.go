package gateway

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// TestHostIdentity holds that a gateway whose file names no identity asks its
// host for that of AZURE_CLIENT_ID, for its calls and for its log: Container
// Apps answer to nobody who doesn't say which one.
func TestHostIdentity(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.Query().Get("client_id"))
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"access_token":"t","expires_on":"4102444800","resource":"r","token_type":"Bearer"}`)
	}))
	t.Cleanup(host.Close)
	const file = "44444444-4444-4444-8444-444444444444"
	for n, test := range []struct{ name, line, variable, endpoint, want string }{
		{"of the host", "", client, host.URL, client},
		{"of the file", ", identity: " + file, client, host.URL, file},
		{"none", "", "", host.URL, ""},
		{"no client ID", "", "palisade", host.URL, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "")
			t.Setenv("AZURE_CLIENT_ID", test.variable)
			t.Setenv("IDENTITY_ENDPOINT", test.endpoint)
			t.Setenv("IDENTITY_HEADER", "h")
			asked = nil
			s, err := New(Options{Text: []byte(onHost + "gateway: {kind: palisade" + test.line + "}\n")})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			set := s.current.Load()
			calls, err := set.pools.Identity()
			if err != nil {
				t.Fatal(err)
			}
			ships, err := s.logIdentity(set.spec)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range []azcore.TokenCredential{calls, ships} {
				scope := fmt.Sprintf("https://%d.%d.example/.default", n, i) // another each time, as tokens are remembered
				if _, err := c.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{scope}}); err != nil {
					t.Fatal(err)
				}
			}
			if len(asked) != 2 || asked[0] != test.want || asked[1] != test.want {
				t.Errorf("asked for %q", asked)
			}
		})
	}
}

const (
	client = "55555555-5555-4555-8555-555555555555"
	onHost = `name: contoso
tenant: 33333333-3333-4333-8333-333333333333
models: {echo: {upstreams: [{kind: echo}]}}
access: {team: {who: [{group: 22222222-2222-4222-8222-222222222222}], models: [echo]}}
`
)
