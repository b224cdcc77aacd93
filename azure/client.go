package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Options say where to log in, and with what. All but the subscription may be
// left out; those after Tenant are for tests.
type Options struct {
	Subscription string
	Cloud        string // one of CloudNames; default public
	Tenant       string // that the login is to be of; "" for any

	Configuration *cloud.Configuration   // instead of Cloud
	Credential    azcore.TokenCredential // instead of azidentity's default chain
	Transport     policy.Transporter
	Clock         Clock
	Models        Models
	Resolver      Resolver
}

// Client is a login to one subscription.
type Client struct {
	subscription string
	tenant       string
	credential   azcore.TokenCredential
	options      *arm.ClientOptions
	arm          *arm.Client
	clock        Clock
	models       Models
	resolver     Resolver
	audience     string
}

// Login makes a client. It asks nothing of the net yet.
func Login(o Options) (*Client, error) {
	c, err := configuration(o.Cloud)
	if err != nil {
		return nil, err
	}
	if o.Configuration != nil {
		c = *o.Configuration
	}
	if o.Clock == nil {
		o.Clock = wall{}
	}
	if o.Credential == nil {
		o.Credential, err = azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
			ClientOptions: azcore.ClientOptions{Cloud: c}, TenantID: o.Tenant,
		})
		if err != nil {
			return nil, fmt.Errorf("logging in to Azure: %w", err)
		}
	}
	options := &arm.ClientOptions{
		ClientOptions: policy.ClientOptions{
			Cloud: c, Transport: o.Transport, Retry: policy.RetryOptions{MaxRetries: -1, TryTimeout: 2 * time.Minute},
			PerCallPolicies: []policy.Policy{again{o.Clock}},
			Telemetry:       policy.TelemetryOptions{ApplicationID: "palisade"},
		},
		DisableRPRegistration: true, // providers are registered with consent, in Register
	}
	client, err := arm.NewClient("palisade/azure", "v1.0.0", o.Credential, options)
	if err != nil {
		return nil, err
	}
	out := &Client{subscription: o.Subscription, tenant: o.Tenant, credential: o.Credential, options: options, arm: client,
		clock: o.Clock, models: o.Models, resolver: o.Resolver, audience: c.Services[cloud.ResourceManager].Audience}
	out.withDefaults()
	return out, nil
}

func (c *Client) withDefaults() {
	if c.models == nil {
		c.models = dataPlane{http.DefaultClient}
	}
	if c.resolver == nil {
		c.resolver = systemResolver{}
	}
}

// Now is the time by the client's clock.
func (c *Client) Now() time.Time { return c.clock.Now() }

// scope is the ID of the subscription.
func (c *Client) scope() string { return "/subscriptions/" + c.subscription }

// maxAnswer limits what is read of one answer.
const maxAnswer = 32 << 20

// call sends one request that the SDK has no typed client for, and reads the
// answer into out where it isn't nil.
func (c *Client) call(ctx context.Context, method, path, version string, body, out any) error {
	text, err := c.raw(ctx, method, path, version, body)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer to %s %s: %w", method, path, err)
	}
	return nil
}

// raw is call with the answer as text, and with more of a query.
func (c *Client) raw(ctx context.Context, method, path, version string, body any, more ...[2]string) ([]byte, error) {
	req, err := runtime.NewRequest(ctx, method, runtime.JoinPaths(c.arm.Endpoint(), path))
	if err != nil {
		return nil, err
	}
	query := req.Raw().URL.Query()
	query.Set("api-version", version)
	for _, m := range more {
		query.Set(m[0], m[1])
	}
	req.Raw().URL.RawQuery = query.Encode()
	req.Raw().Header.Set("Accept", "application/json")
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		if err := req.SetBody(streaming{bytes.NewReader(text)}, "application/json"); err != nil {
			return nil, err
		}
	}
	resp, err := c.arm.Pipeline().Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return nil, runtime.NewResponseError(resp)
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
}

// streaming is a body that can be read again.
type streaming struct{ *bytes.Reader }

func (streaming) Close() error { return nil }

// hasCode reports whether err is an answer of Azure with one of the codes.
func hasCode(err error, codes ...string) bool {
	var r *azcore.ResponseError
	if !errors.As(err, &r) {
		return false
	}
	for _, code := range codes {
		if r.ErrorCode == code {
			return true
		}
	}
	return false
}

// missing reports whether err says that something isn't there.
func missing(err error) bool {
	var r *azcore.ResponseError
	return errors.As(err, &r) && r.StatusCode == http.StatusNotFound
}
