package vault

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys/fake"

	"palisade/usage"
)

const keyURL = "https://kv.vault.azure.net/keys/prompts"

// joined is name and version: the fake takes the version for a part of the name.
func joined(name, version string) string { return strings.Trim(name+"/"+version, "/") }

// aVault has one RSA key, of which only the public half comes out.
func aVault(t *testing.T) (Options, *rsa.PrivateKey) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	server := fake.Server{
		GetKey: func(_ context.Context, name, version string, _ *azkeys.GetKeyOptions) (resp azfake.Responder[azkeys.GetKeyResponse], errResp azfake.ErrorResponder) {
			if joined(name, version) != "prompts" {
				errResp.SetResponseError(http.StatusNotFound, "KeyNotFound")
				return
			}
			id := azkeys.ID(keyURL + "/v1")
			kind := azkeys.KeyTypeRSA
			resp.SetResponse(http.StatusOK, azkeys.GetKeyResponse{KeyBundle: azkeys.KeyBundle{Key: &azkeys.JSONWebKey{
				KID: &id, Kty: &kind, N: private.N.Bytes(), E: big.NewInt(int64(private.E)).Bytes()}}}, nil)
			return
		},
		UnwrapKey: func(_ context.Context, name, version string, p azkeys.KeyOperationParameters, _ *azkeys.UnwrapKeyOptions) (resp azfake.Responder[azkeys.UnwrapKeyResponse], errResp azfake.ErrorResponder) {
			secret, err := rsa.DecryptOAEP(sha256.New(), nil, private, p.Value, nil)
			if joined(name, version) != "prompts/v1" || *p.Algorithm != azkeys.EncryptionAlgorithmRSAOAEP256 || err != nil {
				errResp.SetResponseError(http.StatusForbidden, "Forbidden")
				return
			}
			resp.SetResponse(http.StatusOK, azkeys.UnwrapKeyResponse{KeyOperationResult: azkeys.KeyOperationResult{Result: secret}}, nil)
			return
		},
	}
	return Options{Client: azkeys.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: fake.NewServerTransport(&server)}}}, private
}

func TestSealAndOpen(t *testing.T) {
	o, private := aVault(t)
	public, id, err := Public(t.Context(), keyURL, &azfake.TokenCredential{}, o)
	if err != nil || !public.Equal(&private.PublicKey) || id != keyURL+"/v1" {
		t.Fatal(id, err)
	}
	dir := t.TempDir()
	sealer, err := usage.NewSealer(public, id)
	if err != nil {
		t.Fatal(err)
	}
	log, err := usage.Open(dir, usage.Options{Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	text := sealer.Seal("1", "prompt", []byte("hello"))
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	opener := usage.NewOpener(&Unwrapper{Context: t.Context(), Credential: &azfake.TokenCredential{}, Options: o})
	for e, err := range usage.Entries(dir) {
		if err != nil {
			t.Fatal(err)
		}
		opener.Learn(e.Event)
	}
	if got, err := opener.Open("1", "prompt", &text); err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	o, _ := aVault(t)
	for _, key := range []string{"", "https://kv.vault.azure.net/secrets/prompts", "http://kv.vault.azure.net/keys/prompts",
		"https://kv.vault.azure.net/keys", "https://kv.vault.azure.net/keys/a/b/c", "https://user@kv.vault.azure.net/keys/prompts", keyURL[:len(keyURL)-1]} {
		if _, _, err := Public(t.Context(), key, &azfake.TokenCredential{}, o); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", key, err)
		}
	}
	u := &Unwrapper{Context: t.Context(), Credential: &azfake.TokenCredential{}, Options: o}
	for _, with := range []string{"https://evil.example/keys/prompts/v1", "https://vault.azure.net.evil.example/keys/prompts/v1", "::"} {
		if _, err := u.Unwrap(with, []byte{1}); err == nil || !strings.Contains(err.Error(), "isn't in an Azure Key Vault") {
			t.Errorf("%s was asked: %v", with, err)
		}
	}
	if _, err := u.Unwrap(keyURL+"/v1", []byte{1}); err == nil {
		t.Error("something else was unwrapped")
	}
}
