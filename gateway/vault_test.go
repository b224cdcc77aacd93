package gateway

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
	keyfake "github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
	secretfake "github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets/fake"
	"software.sslmate.com/src/go-pkcs12"

	"palisade/spec"
	records "palisade/usage"
	"palisade/usage/vault"
)

// asPKCS12 is a certificate and its key as a vault gives them out: PKCS #12 in
// base64, without a password; here with the authority first.
func asPKCS12(t testing.TB, a *authority, cert, key string, with *pkcs12.Encoder) string {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	pfx, err := with.Encode(pair.PrivateKey, a.cert, []*x509.Certificate{pair.Leaf}, "")
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(pfx)
}

// A listener has its certificate from a Key Vault, which is asked as the
// gateway's identity.
func TestListenerCertificateInVault(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue("vault")
	for name, secret := range map[string]string{
		"PEM":                   key + cert,
		"PKCS #12 with 3DES":    asPKCS12(t, a, cert, key, pkcs12.LegacyDES),
		"PKCS #12 with AES-256": asPKCS12(t, a, cert, key, pkcs12.Modern2023),
		"PKCS #12 with RC2":     asPKCS12(t, a, cert, key, pkcs12.LegacyRC2),
	} {
		t.Run(name, func(t *testing.T) {
			asked := ""
			server := &secretfake.Server{GetSecret: func(_ context.Context, name, version string, _ *azsecrets.GetSecretOptions) (resp azfake.Responder[azsecrets.GetSecretResponse], _ azfake.ErrorResponder) {
				asked = name + version
				resp.SetResponse(http.StatusOK, azsecrets.GetSecretResponse{Secret: azsecrets.Secret{Value: &secret, Attributes: &azsecrets.SecretAttributes{Enabled: to.Ptr(true)}}}, nil)
				return
			}}
			r := startWith(t, withTLS(`tls: {vault: "https://kv-test.vault.azure.net/certificates/gateway"}`), func(o *Options) {
				o.Upstreams.Credential, o.Upstreams.Secret = identityOf("x"), secretsOf(server)
			})
			r.secure(&tls.Config{RootCAs: a.pool})
			if got := r.chat(r.service()); got.status != 200 || strings.Trim(asked, "/") != "gateway" {
				t.Errorf("%d %s, asked for %q", got.status, got.body, asked)
			}
		})
	}
}

// secretsOf reads from a vault that is a fake of Azure's own library.
func secretsOf(server *secretfake.Server) func(context.Context, spec.SecretRef) (string, error) {
	return func(ctx context.Context, ref spec.SecretRef) (string, error) {
		o := &azsecrets.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: secretfake.NewServerTransport(server)}}
		c, err := azsecrets.NewClient("https://kv-test.vault.azure.net", identityOf("x"), o)
		if err != nil {
			return "", err
		}
		got, err := c.GetSecret(ctx, string(ref)[strings.LastIndex(string(ref), "/")+1:], "", nil)
		if err != nil {
			return "", err
		}
		return *got.Value, nil
	}
}

const promptsKey = "https://kv-test.vault.azure.net/keys/prompts"

// keyVault has one key, of which only the public half comes out.
func keyVault(t testing.TB) azkeys.ClientOptions {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	server := &keyfake.Server{
		GetKey: func(context.Context, string, string, *azkeys.GetKeyOptions) (resp azfake.Responder[azkeys.GetKeyResponse], _ azfake.ErrorResponder) {
			resp.SetResponse(http.StatusOK, azkeys.GetKeyResponse{KeyBundle: azkeys.KeyBundle{Key: &azkeys.JSONWebKey{
				KID: to.Ptr(azkeys.ID(promptsKey + "/v1")), Kty: to.Ptr(azkeys.KeyTypeRSA), N: private.N.Bytes(), E: big.NewInt(int64(private.E)).Bytes()}}}, nil)
			return
		},
		UnwrapKey: func(_ context.Context, _, _ string, p azkeys.KeyOperationParameters, _ *azkeys.UnwrapKeyOptions) (resp azfake.Responder[azkeys.UnwrapKeyResponse], failed azfake.ErrorResponder) {
			secret, err := rsa.DecryptOAEP(sha256.New(), nil, private, p.Value, nil)
			if err != nil {
				failed.SetResponseError(http.StatusForbidden, "Forbidden")
				return
			}
			resp.SetResponse(http.StatusOK, azkeys.UnwrapKeyResponse{KeyOperationResult: azkeys.KeyOperationResult{Result: secret}}, nil)
			return
		},
	}
	return azkeys.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: keyfake.NewServerTransport(server)}}
}

// With keep: full all text is in the log, and only who may use the key can read
// it. A refused call's text isn't kept.
func TestKeepFull(t *testing.T) {
	t.Parallel()
	keys := keyVault(t)
	r := startWith(t, testYAML+"  keep: full\n  key: "+promptsKey+"\n", func(o *Options) {
		o.Upstreams.Credential, o.Keys = identityOf("x"), keys
	})
	body := strings.Replace(chatBody, "hi", canary, 1)
	answer := r.call("POST", "/openai/v1/chat/completions", r.service(), body).body
	r.call("POST", "/openai/v1/chat/completions", "", strings.Replace(body, canary, "refused", 1))
	all := r.recorded()
	if len(all) != 2 || len(all[0].Prompt.Sealed) == 0 || len(all[0].Answer.Sealed) == 0 || all[1].Prompt.Bytes != 0 {
		t.Fatalf("%+v", all)
	}
	if text := r.folderText(); strings.Contains(text, canary) || strings.Contains(text, "chatcmpl-1") {
		t.Error("text is in the clear")
	}
	opener := records.NewOpener(&vault.Unwrapper{Context: t.Context(), Credential: identityOf("x"), Options: vault.Options{Client: keys}})
	for e, err := range records.Entries(r.folder) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Event != nil {
			opener.Learn(e.Event)
		}
	}
	x := all[0]
	prompt, err := opener.Open(x.ID, "prompt", &x.Prompt)
	if err != nil || string(prompt) != body {
		t.Errorf("prompt %q %v", prompt, err)
	}
	if got, err := opener.Open(x.ID, "answer", &x.Answer); err != nil || string(got) != answer {
		t.Errorf("answer %q %v", got, err)
	}
	if _, err := opener.Open(x.ID, "answer", &x.Prompt); err == nil {
		t.Error("a prompt opens as an answer")
	}
}
