package cli

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"palisade/usage"
)

// rsaVault unwraps as a Key Vault does.
type rsaVault struct{ key *rsa.PrivateKey }

func (v rsaVault) Unwrap(_ string, wrapped []byte) ([]byte, error) {
	return rsa.DecryptOAEP(sha256.New(), nil, v.key, wrapped, nil)
}

// Sealed text is shown to who may use the vault's key, in both formats, and says
// without --decrypt only how long it is.
func TestAuditReadDecrypt(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := usage.NewSealer(&key.PublicKey, "https://kv.vault.azure.net/keys/prompts/v1")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/usage"
	log, err := usage.Open(dir, usage.Options{Name: "test", Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	r := &usage.Record{Time: time.Now(), ID: "1", Verdict: usage.Allowed, Status: 200, Prompt: sealer.Seal("1", "prompt", []byte("the secret prompt"))}
	r.Prompt.Bytes = 17
	if err := log.Append(r); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		key  *rsa.PrivateKey
		code int
		want string
	}{
		{nil, key, exitClean, "prompt: 17 bytes, sealed"},
		{[]string{"--decrypt"}, key, exitClean, "prompt: the secret prompt"},
		{[]string{"--decrypt", "--format", "json"}, key, exitClean, `"text":"the secret prompt"`},
		{[]string{"--decrypt"}, other, exitFailed, "prompt: 17 bytes, sealed"},
	} {
		var out, errs bytes.Buffer
		s := &session{ctx: t.Context(), stdout: &out, stderr: &errs, unwrapper: rsaVault{c.key}}
		code, err := s.auditRead(append([]string{dir}, c.args...))
		if code != c.code || err != nil || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: %d %v\n%s%s", c.args, code, err, out.String(), errs.String())
		}
		if c.want == "prompt: 17 bytes, sealed" && strings.Contains(out.String(), "secret") {
			t.Errorf("%v: %s", c.args, out.String())
		}
	}
}
