package upstream

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"palisade/spec"
)

// vaults reads secrets of Key Vaults with the gateway's identity.
type vaults struct {
	credential azcore.TokenCredential
	options    func(host string) *azsecrets.ClientOptions

	mu      sync.Mutex
	clients map[string]*azsecrets.Client // by host
}

func (p *Pools) vaults() (*vaults, error) {
	c, err := p.tokenCredential()
	if err != nil {
		return nil, err
	}
	return &vaults{credential: c, options: p.vaultOptions, clients: map[string]*azsecrets.Client{}}, nil
}

func (p *Pools) vaultOptions(host string) *azsecrets.ClientOptions {
	o := &azsecrets.ClientOptions{}
	o.Retry = policy.RetryOptions{MaxRetries: 1, RetryDelay: 200 * time.Millisecond, TryTimeout: keyWait / 2}
	if o.Transport = p.options.vault; o.Transport == nil {
		o.Transport = boundClient(p.boundTransport([]string{host + ":443"}))
	}
	return o
}

// read reads one secret, its latest version unless the reference names one.
func (v *vaults) read(ctx context.Context, ref spec.SecretRef) (string, error) {
	host, name, version, err := cutSecret(ref)
	if err != nil {
		return "", err
	}
	c, err := v.client(host)
	if err != nil {
		return "", err
	}
	got, err := c.GetSecret(ctx, name, version, nil)
	if err != nil {
		return "", cause(err)
	}
	if a := got.Attributes; a != nil && a.Enabled != nil && !*a.Enabled {
		return "", errors.New("the secret is disabled")
	}
	if got.Value == nil {
		return "", errors.New("the secret has no value")
	}
	return *got.Value, nil
}

func (v *vaults) client(host string) (*azsecrets.Client, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if c := v.clients[host]; c != nil {
		return c, nil
	}
	c, err := azsecrets.NewClient("https://"+host, v.credential, v.options(host))
	if err == nil {
		v.clients[host] = c
	}
	return c, err
}

// cutSecret takes https://VAULT/secrets/NAME[/VERSION] apart.
func cutSecret(ref spec.SecretRef) (host, name, version string, err error) {
	at, err := url.Parse(string(ref))
	if err != nil {
		return "", "", "", errors.New("not the URL of a secret")
	}
	parts := strings.Split(strings.Trim(at.Path, "/"), "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "secrets" {
		return "", "", "", errors.New("not the URL of a secret")
	}
	if len(parts) == 3 {
		version = parts[2]
	}
	return strings.ToLower(at.Host), parts[1], version, nil
}

// Identity is the gateway's own identity in Entra.
func (p *Pools) Identity() (azcore.TokenCredential, error) { return p.tokenCredential() }

// Scope is that of tokens for Azure AI services in the cloud of the spec.
func (p *Pools) Scope() string { return cloudOf(p.spec.Cloud).scope }

// Secrets reads secrets of Key Vaults with the gateway's identity.
func (p *Pools) Secrets() (func(ctx context.Context, ref spec.SecretRef) (string, error), error) {
	if p.options.Secret != nil {
		return p.options.Secret, nil
	}
	v, err := p.vaults()
	if err != nil {
		return nil, err
	}
	return v.read, nil
}
