package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

// lasting is a type of resource that is there with what it is in, before anybody
// writes it, and stays as long.
type lasting struct {
	typ      string
	before   object // its properties until it is written
	deletion *Failure
}

// lastings are those. Refusals are as users have reported them
// (Azure/terraform-provider-azapi#818, #416, #850).
func lastings() []lasting {
	return []lasting{
		{planType, object{"pricingTier": "Free"}, failf(http.StatusBadRequest, "InvalidUrlConfiguration",
			"Delete operation is supported only for single resources scope (not subscriptions). Use PUT to Enabled or Disable specific pricing bundles on a subscription.")},
		{"Microsoft.Storage/storageAccounts/blobServices", object{"cors": object{"corsRules": []any{}}}, failf(http.StatusMethodNotAllowed, "HttpMethodNotSupported",
			"The HTTP method 'DELETE' is not supported at scope 'Microsoft.Storage/storageAccounts/blobServices'.")},
		{"Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies", object{"immutabilityPeriodSinceCreationInDays": 0.0, "state": "Unlocked"},
			failf(http.StatusBadRequest, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: If-Match.")},
	}
}

func lastingOf(p path) (lasting, bool) {
	for _, l := range lastings() {
		if p.is(l.typ) {
			return l, true
		}
	}
	return lasting{}, false
}

// unwritten is a resource that is there though nobody has written it, or nil.
func (s *Simulator) unwritten(p path) *resource {
	l, found := lastingOf(p)
	if !found || p.parent != "" && !s.exists(p.parent) {
		return nil
	}
	return &resource{path: p, body: object{"properties": l.before}, state: "Succeeded"}
}

// inUse is why p can't be deleted: something else refers to it, or it never can.
func (s *Simulator) inUse(p path) *Failure {
	if l, found := lastingOf(p); found {
		return l.deletion
	}
	if !strings.EqualFold(p.namespace, "Microsoft.Network") {
		return nil
	}
	for _, key := range s.keys {
		r := s.resources[key]
		text, _ := json.Marshal(r.body)
		if words := lower(string(text)); !within(key, p.key) && (strings.Contains(words, `"`+p.key+`"`) || strings.Contains(words, `"`+p.key+`/`)) {
			return failf(http.StatusBadRequest, "InUseResourceCannotBeDeleted", "The resource %s can't be deleted: %s uses it.", p.id, r.id)
		}
	}
	return nil
}
