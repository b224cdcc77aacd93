package upstream

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets/fake"
)

// vault is a Key Vault with one secret.
type vault struct {
	mu    sync.Mutex
	value string
	down  bool
	asked []string // name and version
}

func (v *vault) set(value string, down bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.down = value, down
}

func (v *vault) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.asked)
}

func (v *vault) transport() *fake.ServerTransport {
	return fake.NewServerTransport(&fake.Server{GetSecret: func(_ context.Context, name, version string, _ *azsecrets.GetSecretOptions) (resp azfake.Responder[azsecrets.GetSecretResponse], errResp azfake.ErrorResponder) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.asked = append(v.asked, name+"/"+version)
		if v.down {
			errResp.SetResponseError(http.StatusForbidden, "Forbidden")
			return
		}
		resp.SetResponse(http.StatusOK, azsecrets.GetSecretResponse{Secret: azsecrets.Secret{Value: &v.value, Attributes: &azsecrets.SecretAttributes{Enabled: to.Ptr(true)}}}, nil)
		return
	}})
}

const keyRef = `, key: "https://kv-test.vault.azure.net/secrets/llama"`

// TestKeyRotation holds that a rotated key is used without a restart, at once
// when the old one is refused, and that the last one outlives the vault.
func TestKeyRotation(t *testing.T) {
	c, v := newClock(), &vault{value: "canary-key-1"}
	b := newBackend(t, nil)
	right := "canary-key-1"
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+right {
			says(401, "{}")(w, r)
			return
		}
		says(200, "{}")(w, r)
	})
	p := newPools(t, at(b, keyRef), "  breaker: {failures: 100, pause: 1s}\n  retry: {attempts: 1}", Options{Now: c.now, Credential: &fakeCredential{life: time.Hour}, vault: v.transport()})
	for range 3 {
		if d := do(t, p, chat(t)); d.status != 200 || v.count() != 1 {
			t.Fatalf("%+v, vault asked %d times", d, v.count())
		}
	}
	if v.asked[0] != "llama/" {
		t.Errorf("asked for %s", v.asked)
	}
	v.set("canary-key-2", false)
	b.mu.Lock()
	right = "canary-key-2"
	b.mu.Unlock()
	if d := do(t, p, chat(t)); d.status != 200 || v.count() != 2 {
		t.Fatalf("after a 401: %+v, vault asked %d times", d, v.count())
	}
	v.set("", true)
	c.forward(time.Hour)
	for range 5 {
		if d := do(t, p, chat(t)); d.status != 200 {
			t.Fatalf("while the vault is down: %+v", d)
		}
	}
	b.mu.Lock()
	right = "another"
	b.mu.Unlock()
	before := v.count()
	for range 5 {
		if d := do(t, p, chat(t)); d.reason() != "upstream_denied" || d.err.Status != 502 || strings.Contains(d.err.Error(), "canary") {
			t.Fatalf("%+v", d)
		}
	}
	if v.count() > before+1 {
		t.Errorf("refusals made the vault be asked %d times", v.count()-before)
	}
}

func TestKeyReadInBackground(t *testing.T) {
	c, v := newClock(), &vault{value: "one"}
	p := newPools(t, `{kind: openai, url: "http://127.0.0.1:1/v1"`+keyRef+`}`, "", Options{Now: c.now, Credential: &fakeCredential{}, vault: v.transport()})
	p.refresh(t.Context())
	k := p.all[0].credential.(keyHeader)
	eventually(t, "the key", func() bool { return k.held.Load() != nil })
	v.set("two", false)
	p.refresh(t.Context())
	if v.count() != 1 {
		t.Error("read again too early")
	}
	c.forward(keyLife)
	eventually(t, "the new key", func() bool {
		p.refresh(t.Context())
		return k.held.Load().plain[0] == "two"
	})
}

func TestKeyThatIsNone(t *testing.T) {
	for _, text := range []string{"", "a b", "a\nb", "ä", strings.Repeat("x", 9000)} {
		p := newPools(t, `{kind: openai, url: "http://127.0.0.1:1/v1"`+keyRef+`}`, "", Options{Credential: &fakeCredential{}, vault: (&vault{value: text}).transport()})
		if d := do(t, p, chat(t)); d.reason() != "upstream_credential" || text != "" && strings.Contains(d.err.Error(), text) {
			t.Errorf("%q: %+v", text, d)
		}
	}
}

func TestCause(t *testing.T) {
	err := cause(&azcore.ResponseError{StatusCode: 403, ErrorCode: "Forbidden"})
	if err.Error() != "403 Forbidden" {
		t.Error(err)
	}
	if err := cause(errors.New("first line\nbody with a canary")); strings.Contains(err.Error(), "canary") {
		t.Error(err)
	}
}
