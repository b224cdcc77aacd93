package terraform_test

import (
	"strings"
	"testing"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/format/layout"
	"palisade/format/terraform"
)

const inGroup = "/subscriptions/s/resourceGroups/rg"

func resource(t *testing.T, id, typ, body string, after ...string) arm.Resource {
	t.Helper()
	v, problems := armjson.Read(arm.NewFile("body", []byte(body)), []byte(body))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return arm.Resource{ID: id, Type: typ, APIVersion: "2024-01-01", Name: id[strings.LastIndex(id, "/")+1:], Condition: arm.Bool(true, arm.Pos{}), Body: v, DependsOn: after}
}

// TestWriteWhatIsThere holds that what is there with what it is in is updated
// and not made, and that a lock is made last, which is destroyed first.
func TestWriteWhatIsThere(t *testing.T) {
	const account = inGroup + "/providers/Microsoft.Storage/storageAccounts/st"
	parts := []layout.Part{{Name: "all", Resources: []arm.Resource{
		resource(t, inGroup, "Microsoft.Resources/resourceGroups", `{"location": "swedencentral"}`),
		resource(t, inGroup+"/providers/Microsoft.Authorization/locks/l", "Microsoft.Authorization/locks", `{"properties": {"level": "CanNotDelete"}}`, inGroup),
		resource(t, account, "Microsoft.Storage/storageAccounts", `{"location": "swedencentral", "kind": "StorageV2"}`, inGroup),
		resource(t, account+"/blobServices/default", "Microsoft.Storage/storageAccounts/blobServices", `{"properties": {"isVersioningEnabled": true}}`, account),
		resource(t, account+"/blobServices/default/containers/c", "Microsoft.Storage/storageAccounts/blobServices/containers", `{"properties": {}}`, account+"/blobServices/default"),
		resource(t, "/subscriptions/s/providers/Microsoft.Security/pricings/AI", "Microsoft.Security/pricings", `{"properties": {"pricingTier": "Standard"}}`),
	}}}
	tree, err := layout.New(parts, layout.Options{Subscription: "s", Flat: true})
	if err != nil {
		t.Fatal(err)
	}
	written, err := terraform.Write(tree, "A test.")
	if err != nil {
		t.Fatal(err)
	}
	text := string(written[len(written)-1].Text)
	for _, want := range []string{
		`resource "azapi_update_resource" "blob_service" {`,
		`resource "azapi_update_resource" "pricing" {`,
		"parent_id = azapi_update_resource.blob_service.id",
		"depends_on = [azapi_resource.container]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in:\n%s", want, text)
		}
	}
	back, diagnostics := terraform.Read(written)
	if len(back) != len(parts[0].Resources) || len(diagnostics) > 0 {
		t.Errorf("%d resources read back, %v", len(back), diagnostics)
	}
}

// TestWriteInTwoSteps holds that what Azure doesn't take while it makes a
// resource is set later, and reads back as it was meant.
func TestWriteInTwoSteps(t *testing.T) {
	const service = inGroup + "/providers/Microsoft.ApiManagement/service/apim"
	parts := []layout.Part{{Name: "all", Resources: []arm.Resource{
		resource(t, inGroup, "Microsoft.Resources/resourceGroups", `{"location": "swedencentral"}`),
		resource(t, service, "Microsoft.ApiManagement/service", `{"properties": {"publicNetworkAccess": "Disabled", "disableGateway": false}}`, inGroup),
		resource(t, inGroup+"/providers/Microsoft.Network/privateEndpoints/pe", "Microsoft.Network/privateEndpoints",
			`{"properties": {"privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": "`+service+`"}}]}}`, service),
	}}}
	tree, err := layout.New(parts, layout.Options{Subscription: "s", Flat: true})
	if err != nil {
		t.Fatal(err)
	}
	written, err := terraform.Write(tree, "A test.", terraform.First{Resource: service, Property: "properties.publicNetworkAccess", Value: "Enabled", Why: "it is so"})
	if err != nil {
		t.Fatal(err)
	}
	text := string(written[len(written)-1].Text)
	for _, want := range []string{
		`publicNetworkAccess = "Enabled"`, `publicNetworkAccess = "Disabled"`, "# it is so.\nresource \"azapi_update_resource\" \"service_then\" {",
		"depends_on = [azapi_resource.private_endpoint]", "ignore_changes = [body.properties.publicNetworkAccess]", "create = \"3h\"",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in:\n%s", want, text)
		}
	}
	back, diagnostics := terraform.Read(written)
	if len(diagnostics) > 0 || len(back) != 3 || !back[1].Properties("publicNetworkAccess").Is("Disabled") || back[1].Properties("disableGateway").IsNull() {
		t.Errorf("read back as %v, %v", back, diagnostics)
	}
	if _, err := terraform.Write(tree, "A test.", terraform.First{Resource: service, Property: "properties.other"}); err == nil {
		t.Error("a property that isn't there is set later")
	}
	_, diagnostics = read("resource \"azapi_update_resource\" \"x\" {\n type = \"A.B/c@1\"\n resource_id = \"/subscriptions/s\"\n body = {}\n}")
	if len(diagnostics) == 0 {
		t.Error("nothing is said of a resource elsewhere that is changed")
	}
}
