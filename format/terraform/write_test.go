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
