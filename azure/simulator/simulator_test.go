package simulator_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources/v3"

	"palisade/azure/simulator"
)

// template is the small deployment that the tests use.
func template(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/main.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func options(s *simulator.Simulator) *arm.ClientOptions {
	return &arm.ClientOptions{
		ClientOptions:         policy.ClientOptions{Cloud: s.Cloud(), Transport: s.Client(), Retry: policy.RetryOptions{MaxRetries: -1}},
		DisableRPRegistration: true,
	}
}

func start(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	s := simulator.New(o)
	t.Cleanup(s.Close)
	return s
}

// finished polls on virtual time.
func finished[T any](t *testing.T, s *simulator.Simulator, p *runtime.Poller[T]) (T, error) {
	t.Helper()
	for range 500 {
		if p.Done() {
			return p.Result(t.Context())
		}
		if _, err := p.Poll(t.Context()); err != nil {
			var none T
			return none, err
		}
		_ = s.Clock().Sleep(t.Context(), 5*time.Second)
	}
	t.Fatal("the operation doesn't end")
	panic("unreachable")
}

const group = "/subscriptions/" + simulator.Subscription + "/resourceGroups/rg-test"

func resources(t *testing.T, s *simulator.Simulator, who string) *armresources.Client {
	t.Helper()
	c, err := armresources.NewClient(simulator.Subscription, s.Credential(who), options(s))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestResourceGroupAndResource(t *testing.T) {
	s := start(t, simulator.Options{})
	groups, err := armresources.NewResourceGroupsClient(simulator.Subscription, s.Credential(simulator.Owner), options(s))
	if err != nil {
		t.Fatal(err)
	}
	c := resources(t, s, simulator.Owner)
	vnet := group + "/providers/Microsoft.Network/virtualNetworks/vnet"
	body := armresources.GenericResource{Location: to.Ptr("swedencentral"), Properties: map[string]any{"addressSpace": map[string]any{"addressPrefixes": []any{"10.0.0.0/16"}}}}
	_, err = c.BeginCreateOrUpdateByID(t.Context(), vnet, "2024-05-01", body, nil)
	wantCode(t, err, 404, "ResourceGroupNotFound")
	if _, err := groups.CreateOrUpdate(t.Context(), "rg-test", armresources.ResourceGroup{Location: to.Ptr("swedencentral")}, nil); err != nil {
		t.Fatal(err)
	}
	p, err := c.BeginCreateOrUpdateByID(t.Context(), vnet, "2024-05-01", body, nil)
	if err != nil {
		t.Fatal(err)
	}
	created, err := finished(t, s, p)
	if err != nil || *created.ID != vnet || created.Properties.(map[string]any)["provisioningState"] != "Succeeded" {
		t.Fatalf("created %v, %v", created, err)
	}
	d, err := c.BeginDeleteByID(t.Context(), vnet, "2024-05-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := finished(t, s, d); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetByID(t.Context(), vnet, "2024-05-01", nil)
	wantCode(t, err, 404, "ResourceNotFound")
}

func TestTemplateDeployment(t *testing.T) {
	s := start(t, simulator.Options{})
	deploy(t, s)
	c := resources(t, s, simulator.Owner)
	account, err := c.GetByID(t.Context(), group+"/providers/Microsoft.CognitiveServices/accounts/acc-test", "2025-06-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	properties := account.Properties.(map[string]any)
	if properties["provisioningState"] != "Succeeded" || len(properties["privateEndpointConnections"].([]any)) != 1 {
		t.Errorf("account: %v", properties)
	}
	if a, err := s.Resolver().Lookup(t.Context(), "acc-test.openai.azure.com"); err != nil || !a[0].IsPrivate() {
		t.Errorf("Lookup = %v, %v", a, err)
	}
	if opened := s.Opened(); len(opened) > 0 {
		t.Errorf("half open: %v", opened)
	}
}

// deploy deploys the template as a plain deployment.
func deploy(t *testing.T, s *simulator.Simulator) {
	t.Helper()
	c, err := armdeployments.NewDeploymentsClient(simulator.Subscription, s.Credential(simulator.Owner), options(s))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.BeginCreateOrUpdateAtSubscriptionScope(t.Context(), "main", armdeployments.Deployment{
		Location:   to.Ptr("swedencentral"),
		Properties: &armdeployments.DeploymentProperties{Template: template(t), Mode: to.Ptr(armdeployments.DeploymentModeIncremental)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := finished(t, s, p); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIf(t *testing.T) {
	s := start(t, simulator.Options{})
	if counts := whatIf(t, s); counts[armdeployments.ChangeTypeCreate] != 10 || len(counts) != 1 {
		t.Errorf("before: %v", counts)
	}
	deploy(t, s)
	if counts := whatIf(t, s); counts[armdeployments.ChangeTypeCreate] != 0 || counts[armdeployments.ChangeTypeNoChange] == 0 {
		t.Errorf("after: %v", counts)
	}
}

func whatIf(t *testing.T, s *simulator.Simulator) map[armdeployments.ChangeType]int {
	t.Helper()
	c, err := armdeployments.NewDeploymentsClient(simulator.Subscription, s.Credential(simulator.Owner), options(s))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.BeginWhatIfAtSubscriptionScope(t.Context(), "main", armdeployments.DeploymentWhatIf{
		Location:   to.Ptr("swedencentral"),
		Properties: &armdeployments.DeploymentWhatIfProperties{Template: template(t), Mode: to.Ptr(armdeployments.DeploymentModeIncremental)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := finished(t, s, p)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[armdeployments.ChangeType]int{}
	for _, change := range r.Properties.Changes {
		counts[*change.ChangeType]++
	}
	return counts
}

func TestStackDeniesOthers(t *testing.T) {
	s := start(t, simulator.Options{})
	stacks, err := armdeploymentstacks.NewClient(simulator.Subscription, s.Credential(simulator.Owner), options(s))
	if err != nil {
		t.Fatal(err)
	}
	stack := armdeploymentstacks.DeploymentStack{Location: to.Ptr("swedencentral"), Properties: &armdeploymentstacks.DeploymentStackProperties{
		Template:         template(t),
		ActionOnUnmanage: &armdeploymentstacks.ActionOnUnmanage{Resources: to.Ptr(armdeploymentstacks.DeploymentStacksDeleteDetachEnumDelete)},
		DenySettings:     &armdeploymentstacks.DenySettings{Mode: to.Ptr(armdeploymentstacks.DenySettingsModeDenyWriteAndDelete)},
	}}
	p, err := stacks.BeginCreateOrUpdateAtSubscription(t.Context(), "main", stack, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = stacks.BeginCreateOrUpdateAtSubscription(t.Context(), "main", stack, nil)
	wantCode(t, err, 409, "DeploymentStackInNonTerminalState")
	r, err := finished(t, s, p)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Properties.Resources); n != 10 {
		t.Errorf("the stack manages %d resources", n)
	}
	account := group + "/providers/Microsoft.CognitiveServices/accounts/acc-test"
	c := resources(t, s, simulator.Stranger)
	_, err = c.BeginUpdateByID(t.Context(), account, "2025-06-01", armresources.GenericResource{Properties: map[string]any{"disableLocalAuth": false}}, nil)
	wantCode(t, err, 403, "DenyAssignmentAuthorizationFailed")
	del, err := stacks.BeginDeleteAtSubscription(t.Context(), "main", &armdeploymentstacks.ClientBeginDeleteAtSubscriptionOptions{
		UnmanageActionResources:      to.Ptr(armdeploymentstacks.UnmanageActionResourceModeDelete),
		UnmanageActionResourceGroups: to.Ptr(armdeploymentstacks.UnmanageActionResourceGroupModeDelete),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := finished(t, s, del); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetByID(t.Context(), account, "2025-06-01", nil)
	wantCode(t, err, 404, "ResourceNotFound")
}

func TestTokens(t *testing.T) {
	s := start(t, simulator.Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/subscriptions/"+simulator.Subscription+"?api-version=2022-12-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Client().Do(r)
	if err != nil || resp.StatusCode != 401 {
		t.Fatalf("without a token: %v, %v", resp, err)
	}
	resp.Body.Close()
	o := options(s)
	o.Cloud.Services[cloud.ResourceManager] = cloud.ServiceConfiguration{Audience: "https://graph.microsoft.com/", Endpoint: s.URL()}
	c, err := armresources.NewClient(simulator.Subscription, s.Credential(simulator.Owner), o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.GetByID(t.Context(), group, "2024-03-01", nil)
	wantCode(t, err, 401, "InvalidAuthenticationTokenAudience")
}

func wantCode(t *testing.T, err error, status int, code string) {
	t.Helper()
	var response *azcore.ResponseError
	if !errors.As(err, &response) || response.StatusCode != status || response.ErrorCode != code {
		t.Fatalf("error %v, want %d %s", err, status, code)
	}
}
