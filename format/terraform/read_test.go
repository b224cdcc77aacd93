package terraform_test

import (
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/format/layout"
	"palisade/format/terraform"
)

const sample = `
locals {
  subscription = "/subscriptions/s"
  a            = local.b
  b            = local.a
}

variable "secret" {
  type      = string
  sensitive = true
}

variable "size" {
  default = 3
}

data "azapi_client_config" "current" {}

data "azapi_resource" "hub" {
  type        = "Microsoft.Network/virtualNetworks@2025-07-01"
  resource_id = "${local.subscription}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
}

resource "azapi_resource" "group" {
  type      = "Microsoft.Resources/resourceGroups@2025-04-01"
  parent_id = local.subscription
  name      = "rg"
}

resource "azapi_resource" "vault" {
  type      = "Microsoft.KeyVault/vaults@2025-05-01"
  parent_id = azapi_resource.group.id
  name      = "kv"
  location  = "swedencentral"

  identity {
    type         = "UserAssigned"
    identity_ids = ["${azapi_resource.group.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"]
  }

  body = {
    properties = {
      tenantId = data.azapi_client_config.current.tenant_id
      prefix   = data.azapi_resource.hub.output.properties.addressSpace.addressPrefixes[0]
      key      = var.secret
      size     = -var.size
      text     = chomp(<<EOT
a $${b}
c
EOT
      )
      "quoted-name" = [1.5, null, true]
    }
  }
}

resource "azapi_resource" "key" {
  type      = "Microsoft.KeyVault/vaults/keys@2025-05-01"
  parent_id = azapi_resource.vault.id
  name      = "k"

  depends_on = [azapi_resource.group]
}
`

func read(text string) ([]arm.Resource, []arm.Diagnostic) {
	return terraform.Read([]layout.Written{{Path: "main.tf", Text: []byte(text)}})
}

func TestRead(t *testing.T) {
	resources, diagnostics := read(sample)
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	byName := map[string]*arm.Resource{}
	for i := range resources {
		byName[resources[i].Symbol] = &resources[i]
	}
	const vault = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
	if !byName["hub"].Existing || byName["vault"].ID != vault || byName["key"].ID != vault+"/keys/k" {
		t.Error(byName["hub"], byName["vault"].ID, byName["key"].ID)
	}
	if got := strings.Join(byName["key"].DependsOn, " "); got != vault+" /subscriptions/s/resourceGroups/rg" {
		t.Error("key waits for", got)
	}
	const want = `{"location":"swedencentral","identity":{"type":"UserAssigned","userAssignedIdentities":` +
		`{"/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id":{}}},` +
		`"properties":{"tenantId":"«tenant().tenantId»",` +
		`"prefix":"«reference('/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub').addressSpace.addressPrefixes[0]»",` +
		`"key":"«parameters('secret')»","size":-3,"text":"a ${b}\nc","quoted-name":[1.5,null,true]}}`
	if got := byName["vault"].Body.JSON(); got != want {
		t.Errorf("body of the vault is\n%s, not\n%s", got, want)
	}
	if u, _ := byName["vault"].Properties("key").Unknown(); u == nil || !u.IsSecret() {
		t.Error("a sensitive variable isn't secret")
	}
}

// TestNotRead holds that what isn't understood is never passed over.
func TestNotRead(t *testing.T) {
	head := "resource \"azapi_resource\" \"x\" {\n type = \"A.B/c@1\"\n parent_id = \"/\"\n name = \"n\"\n"
	grow := "locals {\n a0 = \"x\"\n b0 = 1\n"
	for i := range 40 {
		grow += fmt.Sprintf(" a%d = \"${local.a%d}${local.a%d}\"\n b%d = [local.b%d, local.b%d]\n", i+1, i, i, i+1, i, i)
	}
	for _, text := range []string{
		grow + "}\n" + head + "body = { a = local.a40 }\n}",
		grow + "}\n" + head + "body = { a = local.b40 }\n}",
		"resource \"azurerm_key_vault\" \"x\" {}",
		strings.Replace(head, "azapi_resource", "azapi_update_resource", 1) + "}",
		"module \"x\" {\n source = \"./x\"\n}",
		head + "for_each = {}\n}",
		head + "body = merge({}, {})\n}",
		head + "body = local.missing\n}",
		head + "body = { a = azapi_resource.missing.id }\n}",
		head + "body = { a = azapi_resource.x.id, b = local.a }\n}\nlocals {\n a = local.b\n b = local.a\n}",
		"resource \"azapi_resource\" \"x\" {\n type = \"A.B/c@1\"\n parent_id = azapi_resource.x.id\n name = \"n\"\n}",
		head + "}\n" + head + "}",
		"resource \"azapi_resource\" \"x\" {\n type = \"A.B/c@1\"\n}",
		head + "body = { a = [",
		"locals {\n a = " + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "\n}",
		"locals {\n a = " + strings.Repeat("!", 600) + "true\n}",
		"locals {\n a = " + strings.Repeat("true ? 1 : ", 600) + "1\n}",
	} {
		if _, diagnostics := read(text); len(diagnostics) == 0 {
			t.Errorf("nothing is said of %.200s", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("resource \"azapi_resource\" \"x\" {\n type = \"A/b@1\"\n parent_id = azapi_resource.x.id\n name = \"n\"\n identity {\n type = 1\n }\n}"))
	f.Add([]byte("locals {\n a = \"${local.a}\"\n b = { (local.a) = 1, c = <<EOT\n${d}\nEOT\n }\n}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		resources, _ := terraform.Read([]layout.Written{{Path: "main.tf", Text: text}})
		for _, r := range resources {
			_ = r.Body.JSON()
		}
	})
}
