package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"palisade/spec"
)

// azureCloud is what tokens need to know of a cloud.
// Source: entra-docs, authentication-national-cloud.md, and azcore's cloud.
type azureCloud struct {
	scope     string // of Azure OpenAI
	authority cloud.Configuration
}

func cloudOf(c spec.Cloud) azureCloud {
	switch c {
	case spec.USGovCloud:
		return azureCloud{"https://cognitiveservices.azure.us/.default", cloud.AzureGovernment}
	case spec.ChinaCloud:
		return azureCloud{"https://cognitiveservices.azure.cn/.default", cloud.AzureChina}
	}
	return azureCloud{"https://cognitiveservices.azure.com/.default", cloud.AzurePublic}
}

// Addresses at which a machine in Azure, or one with Azure Arc, asks for tokens.
// Source: Microsoft's documentation of managed identities.
const (
	imds = "169.254.169.254:80"
	arc  = "127.0.0.1:40342"
)

// identity is the gateway's own identity in Entra.
type identity struct {
	azcore.TokenCredential
	transport *http.Transport
}

func (i *identity) close() {
	if i.transport != nil {
		i.transport.CloseIdleConnections()
	}
}

// tokenCredential is the gateway's identity, made once: of a workload where a
// federated token is projected into it, else a managed identity; on a machine
// that has neither, that of the Azure CLI. A secret in the environment is never
// used.
func (p *Pools) tokenCredential() (azcore.TokenCredential, error) {
	switch {
	case p.options.Credential != nil:
		return p.options.Credential, nil
	case p.identity != nil:
		return p.identity, nil
	}
	i := &identity{}
	o := p.identityOptions(i)
	var err error
	if i.TokenCredential, err = p.chain(o); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	p.identity = i
	return i, nil
}

func (p *Pools) chain(o azcore.ClientOptions) (azcore.TokenCredential, error) {
	client := string(p.spec.Gateway.Identity)
	if os.Getenv("AZURE_FEDERATED_TOKEN_FILE") != "" && os.Getenv("AZURE_TENANT_ID") != "" {
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: o, ClientID: client, DisableInstanceDiscovery: true})
	}
	managed := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: o}
	if client != "" {
		managed.ID = azidentity.ClientID(client)
	}
	m, err := azidentity.NewManagedIdentityCredential(managed)
	if err != nil || client != "" || hasIdentityEndpoint() {
		return m, err
	}
	cli, err := azidentity.NewAzureCLICredential(nil)
	if err != nil {
		return nil, err
	}
	return azidentity.NewChainedTokenCredential([]azcore.TokenCredential{&probed{m, p.options.Dial}, cli}, nil)
}

func hasIdentityEndpoint() bool {
	return os.Getenv("IDENTITY_ENDPOINT") != "" || os.Getenv("MSI_ENDPOINT") != ""
}

// probed is a managed identity of a machine that may not be in Azure: whether
// anybody answers is found out first, as waiting for the tokens takes minutes.
type probed struct {
	azcore.TokenCredential
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// GetToken implements azcore.TokenCredential.
func (p *probed) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := p.dial(short, "tcp", imds)
	if err != nil {
		return azcore.AccessToken{}, azidentity.NewCredentialUnavailableError("managed identity: nobody answers at " + imds)
	}
	conn.Close()
	return p.TokenCredential.GetToken(ctx, o)
}

// identityOptions let the library connect to where tokens are issued only.
func (p *Pools) identityOptions(i *identity) azcore.ClientOptions {
	authority := cloudOf(p.spec.Cloud).authority
	allowed := []string{imds, arc, addressOf(authority.ActiveDirectoryAuthorityHost)}
	for _, name := range []string{"IDENTITY_ENDPOINT", "IMDS_ENDPOINT", "MSI_ENDPOINT"} {
		if v := os.Getenv(name); v != "" {
			allowed = append(allowed, addressOf(v))
		}
	}
	i.transport = p.boundTransport(allowed)
	return azcore.ClientOptions{Cloud: authority, Transport: boundClient(i.transport), Retry: policy.RetryOptions{MaxRetries: 2, RetryDelay: 500 * time.Millisecond}}
}

// boundTransport connects to some addresses only, and by no proxy.
func (p *Pools) boundTransport(allowed []string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !slices.Contains(allowed, strings.ToLower(address)) {
				return nil, fmt.Errorf("%s isn't among the addresses that may be called", address)
			}
			return p.options.Dial(ctx, network, address)
		},
		TLSClientConfig:     &tls.Config{RootCAs: p.options.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second, MaxIdleConns: 8, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: mostHeader,
	}
}

// boundClient follows no redirects.
func boundClient(t *http.Transport) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// addressOf is the host and port of a URL, or "".
func addressOf(text string) string {
	at, err := url.Parse(text)
	if err != nil {
		return ""
	}
	port := at.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[at.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(at.Hostname()), port)
}

// cause is what an error of Azure's libraries says in a word or line. The rest,
// the answer's body, isn't for logs.
func cause(err error) error {
	if r, ok := errors.AsType[*azcore.ResponseError](err); ok {
		return fmt.Errorf("%d %s", r.StatusCode, r.ErrorCode)
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}
