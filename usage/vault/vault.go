package vault

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
)

// Options are how vaults are asked; the zero value is Azure's.
type Options struct {
	Client azkeys.ClientOptions
}

// Public reads the public half of an RSA key, by its URL
// https://VAULT.vault.azure.net/keys/NAME, with or without a version. The ID is
// the URL with the version. The identity needs keys/read on the key.
func Public(ctx context.Context, key string, c azcore.TokenCredential, o Options) (*rsa.PublicKey, string, error) {
	client, name, version, err := open(key, c, o)
	if err != nil {
		return nil, "", err
	}
	got, err := client.GetKey(ctx, name, version, nil)
	if err != nil {
		return nil, "", short(err)
	}
	if got.Key == nil || got.Key.KID == nil || len(got.Key.N) == 0 || len(got.Key.E) == 0 || len(got.Key.E) > 4 {
		return nil, "", errors.New("the key isn't an RSA key")
	}
	e := int(new(big.Int).SetBytes(got.Key.E).Int64())
	return &rsa.PublicKey{N: new(big.Int).SetBytes(got.Key.N), E: e}, string(*got.Key.KID), nil
}

// Unwrapper lets vaults unwrap data keys. It implements usage.Unwrapper. It
// asks only hosts that Vaults allows.
type Unwrapper struct {
	Context    context.Context
	Credential azcore.TokenCredential
	Options    Options
}

// hosts are the ends of the names of vaults and managed HSMs in Azure's clouds.
// Source: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates
var hosts = []string{".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net", ".managedhsm.azure.net", ".managedhsm.azure.cn", ".managedhsm.usgovcloudapi.net"}

// Unwrap decrypts a data key. The key's URL comes from a log, so only Azure's
// own hosts get the token of who asks.
func (u *Unwrapper) Unwrap(with string, wrapped []byte) ([]byte, error) {
	at, err := url.Parse(with)
	if err != nil || !isVault(at.Hostname()) {
		return nil, errors.New("the log names a key that isn't in an Azure Key Vault")
	}
	client, name, version, err := open(with, u.Credential, u.Options)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(u.Context, time.Minute)
	defer cancel()
	algorithm := azkeys.EncryptionAlgorithmRSAOAEP256
	got, err := client.UnwrapKey(ctx, name, version, azkeys.KeyOperationParameters{Algorithm: &algorithm, Value: wrapped}, nil)
	if err != nil {
		return nil, short(err)
	}
	return got.Result, nil
}

func isVault(host string) bool {
	for _, end := range hosts {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

func open(key string, c azcore.TokenCredential, o Options) (client *azkeys.Client, name, version string, err error) {
	at, err := url.Parse(key)
	if err != nil || at.Scheme != "https" || at.Host == "" || at.User != nil {
		return nil, "", "", errors.New("not the URL of a key")
	}
	parts := strings.Split(strings.Trim(at.Path, "/"), "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "keys" {
		return nil, "", "", errors.New("not the URL of a key")
	}
	if len(parts) == 3 {
		version = parts[2]
	}
	client, err = azkeys.NewClient("https://"+at.Host, c, &o.Client)
	return client, parts[1], version, err
}

// short is an error of a vault in a few words: answers can be long.
func short(err error) error {
	var r *azcore.ResponseError
	if errors.As(err, &r) {
		return fmt.Errorf("the vault answers %d %s", r.StatusCode, r.ErrorCode)
	}
	return err
}
