package cli

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/gateway"
)

// anIdentity always has a token.
type anIdentity struct{}

func (anIdentity) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestServeWhatIsDeployed holds that the file that deploys models is enough for
// the gateway in front of them: it is what the gateway's container gets.
func TestServeWhatIsDeployed(t *testing.T) {
	const text = `name: contoso-ai
subscription: 11111111-1111-4111-8111-111111111111
tenant: 33333333-3333-4333-8333-333333333333
regions: [swedencentral, francecentral]
models:
  gpt-5.1: {version: "2025-11-13", sku: DataZoneStandard, capacity: 100}
access:
  team: {who: [{group: 22222222-2222-4222-8222-222222222222}], models: [gpt-5.1]}
gateway: {kind: palisade}
`
	buildOffline(t, gateway.Options{Path: "palisade.yaml", Text: []byte(text)}, anIdentity{})
}

// buildOffline builds a gateway as serve does, in a place without a network.
func buildOffline(t *testing.T, o gateway.Options, identity azcore.TokenCredential) {
	t.Helper()
	o.Upstreams.Endpoint = deployedAt
	o.Upstreams.Credential = identity
	o.Upstreams.Resolve = func(context.Context, string) ([]net.IP, error) { return nil, errors.New("no net") }
	o.Upstreams.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no net") }
	server, err := gateway.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}
