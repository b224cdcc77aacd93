package gateway

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/gateway/upstream"
)

// aToken is an identity that always has a token.
type aToken struct{}

func (aToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestBypassIsTold holds that an account that takes keys is named in /readyz and
// in the metrics, and in no way that says it is shut.
func TestBypassIsTold(t *testing.T) {
	b := newBackend(t)
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error":{"code":"401","message":"Access denied due to invalid subscription key"}}`)
	})
	text := strings.NewReplacer(`kind: openai, url: "{backend}/v1"`, `kind: azure, url: "`+b.URL+`"`, "{listen}", freeAddress(t), "{admin}", freeAddress(t),
		"{folder}", t.TempDir(), "{model}", "", "{grant}", "", "{gateway}", "").Replace(testYAML)
	s, err := New(Options{Text: []byte(text), Upstreams: upstream.Options{Credential: aToken{}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pools := s.current.Load().pools
	for range 200 {
		if pools.bypass.Load() != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	place := strings.TrimPrefix(b.URL, "http://")
	if all := strings.Join(s.readiness().Findings, "\n"); !strings.Contains(all, place+": the account looks at keys") || !strings.Contains(all, "(open)") {
		t.Error(all)
	}
	var page strings.Builder
	pools.writeMetrics(&page)
	for _, line := range []string{
		`palisade_bypass{account="` + place + `",check="local_auth"} 1`,
		`palisade_bypass{account="` + place + `",check="public_access"} -1`,
		`palisade_upstream_available{model="gpt",upstream="` + place + `/gpt"} 1`,
	} {
		if !strings.Contains(page.String(), line+"\n") {
			t.Errorf("%s isn't in\n%s", line, page.String())
		}
	}
}
