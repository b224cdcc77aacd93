package simulator_test

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources/v3"

	"palisade/azure/simulator"
)

// TestLogin logs in with a secret, through the Azure SDK, and uses the token.
func TestLogin(t *testing.T) {
	s := start(t, simulator.Options{})
	o := options(s)
	for _, test := range []struct{ tenant, id, secret, code string }{
		{simulator.Tenant, simulator.ClientID, simulator.ClientSecret, ""},
		{simulator.Tenant, simulator.ClientID, "guessed", "AADSTS7000215"},
		{simulator.Tenant, simulator.Stranger, simulator.ClientSecret, "AADSTS700016"},
		{simulator.Stranger, simulator.ClientID, simulator.ClientSecret, "AADSTS90002"},
	} {
		credential, err := azidentity.NewClientSecretCredential(test.tenant, test.id, test.secret,
			&azidentity.ClientSecretCredentialOptions{ClientOptions: o.ClientOptions, DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.core.windows.net//.default"}})
		if test.code != "" {
			if err == nil || !strings.Contains(err.Error(), test.code) {
				t.Errorf("%s: error %v", test.code, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := armresources.NewClient(simulator.Subscription, credential, o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.GetByID(t.Context(), group, "2025-04-01", nil)
		wantCode(t, err, 404, "ResourceGroupNotFound")
	}
}

// TestLasting holds that some resources are there unwritten and can't be
// deleted, and that what is in use can't be.
func TestLasting(t *testing.T) {
	s := start(t, simulator.Options{Hurry: true})
	c := resources(t, s, simulator.Owner)
	plan := "/subscriptions/" + simulator.Subscription + "/providers/Microsoft.Security/pricings/AI"
	if r, err := c.GetByID(t.Context(), plan, "2024-01-01", nil); err != nil || r.Properties.(map[string]any)["pricingTier"] != "Free" {
		t.Errorf("the plan is %v, %v", r.Properties, err)
	}
	_, err := c.BeginDeleteByID(t.Context(), plan, "2024-01-01", nil)
	wantCode(t, err, 400, "InvalidUrlConfiguration")
	_, err = c.GetByID(t.Context(), group+"/providers/Microsoft.Storage/storageAccounts/st/blobServices/default", "2024-01-01", nil)
	wantCode(t, err, 404, "ResourceNotFound")
}
