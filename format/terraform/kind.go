package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"palisade/format/layout"
)

// Types of azapi's resources. What an update resource names has to be there
// before, isn't made, and stays when it is destroyed.
const (
	createKind = "azapi_resource"
	updateKind = "azapi_update_resource"
)

// always are types of resources that are there with what they are in and can't
// be made or deleted: azapi_resource refuses what is there already.
//
// Sources: Azure/terraform-provider-azapi, examples of blobServices and
// immutabilityPolicies, issues 850 (already exists), 416 (a policy can't be
// deleted without an ETag) and 818 (a plan can't be deleted).
var always = []string{
	"Microsoft.Security/pricings",
	"Microsoft.Storage/storageAccounts/blobServices",
	"Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
}

func isAlways(typ string) bool {
	return slices.ContainsFunc(always, func(t string) bool { return strings.EqualFold(t, typ) })
}

func kindOf(r *layout.Resource) string {
	if isAlways(r.Identity.Type) {
		return updateKind
	}
	return createKind
}

// slow are types that may take longer than the 30 minutes that azapi waits.
var slow = []string{"Microsoft.ApiManagement/service", "Microsoft.Cache/redisEnterprise"}

// timeouts has azapi wait as long as deploy does.
func timeouts(r *layout.Resource) string {
	if !slices.ContainsFunc(slow, func(t string) bool { return strings.EqualFold(t, r.Identity.Type) }) {
		return ""
	}
	return "\n  timeouts {\n    create = \"3h\"\n    update = \"3h\"\n    delete = \"3h\"\n  }\n"
}

// address is what r is called in expressions.
func (w *writer) address(r *layout.Resource) string {
	if r.Existing {
		return "data." + createKind + "." + w.names[r]
	}
	return kindOf(r) + "." + w.names[r]
}

// isWhole reports whether a block declares a resource with all that is known of
// it. An update resource of another type says only a part of one.
func isWhole(b *hclsyntax.Block) bool {
	if b.Labels[0] == createKind {
		return true
	}
	a := b.Body.Attributes["type"]
	if b.Labels[0] != updateKind || a == nil {
		return false
	}
	v, problems := a.Expr.Value(nil)
	if problems.HasErrors() || v.IsNull() || !v.Type().Equals(cty.String) {
		return false
	}
	typ, _, _ := strings.Cut(v.AsString(), "@")
	return isAlways(typ)
}
