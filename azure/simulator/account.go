package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// checkAccount is what the service says of an account before it creates it.
func checkAccount(s *Simulator, c *change) *Failure {
	if getText(c.body, "kind") == "" || getText(c.body, "sku", "name") == "" {
		return failf(http.StatusBadRequest, "InvalidApiSetId", "The account type '%s' is either invalid or unavailable in given region.", getText(c.body, "kind"))
	}
	name := getText(c.body, "properties", "customSubDomainName")
	old := s.resources[c.path.key]
	if old != nil {
		if before := getText(old.body, "properties", "customSubDomainName"); before != "" && !strings.EqualFold(before, name) {
			return failf(http.StatusBadRequest, "CustomSubDomainNameCannotBeChanged", "The custom subdomain name of an account can't be changed.")
		}
		return nil
	}
	if s.deleted[c.path.key] != nil && get(c.body, "properties", "restore") != true {
		return failf(http.StatusConflict, "FlagMustBeSetForRestore", "An existing resource with ID '%s' has been soft-deleted. To restore the resource, you must specify 'restore' to be 'true' in the property. If you don't want to restore existing resource, please purge it first.", c.path.id)
	}
	if name != "" && s.taken(name, c.path.key) {
		return failf(http.StatusConflict, "CustomDomainInUse", "Please pick a different name. The subdomain name '%s' is not available as it's already used by a resource.", name)
	}
	delete(s.deleted, c.path.key)
	return nil
}

// taken reports whether an account other than key has the subdomain name,
// deleted ones included.
func (s *Simulator) taken(name, key string) bool {
	for _, t := range s.options.Taken {
		if strings.EqualFold(t, name) {
			return true
		}
	}
	for _, k := range s.keys {
		if r := s.resources[k]; k != key && r.is(accountType) && strings.EqualFold(getText(r.body, "properties", "customSubDomainName"), name) {
			return true
		}
	}
	for _, r := range s.deleted {
		if r.key != key && strings.EqualFold(getText(r.body, "properties", "customSubDomainName"), name) {
			return true
		}
	}
	return false
}

func beganAccount(s *Simulator, r *resource) {
	host := getText(r.body, "properties", "customSubDomainName")
	if host == "" {
		host = getText(r.body, "location") + ".api"
	}
	r.extra["endpoint"] = fmt.Sprintf("https://%s.openai.azure.com/", host)
	r.extra["publicNetworkAccess"] = "Enabled"
	r.extra["disableLocalAuth"] = false
	r.extra["dateCreated"] = r.created.Format(time.RFC3339Nano)
	r.extra["isMigrated"] = false
	if r.extra["privateEndpointConnections"] == nil {
		r.extra["privateEndpointConnections"] = []any{}
	}
	withIdentity(r)
}

// withIdentity gives a resource with a system identity its principal.
func withIdentity(r *resource) {
	identity, _ := get(r.body, "identity").(object)
	if identity == nil {
		return
	}
	if strings.Contains(getText(identity, "type"), "SystemAssigned") {
		identity["principalId"] = guidOf(r.key)
		identity["tenantId"] = Tenant
	}
}

// goneAccount keeps a deleted account as Azure does.
func goneAccount(s *Simulator, r *resource) { s.deleted[r.key] = r }

// checkChild is said of all that is below an account.
func checkChild(s *Simulator, c *change) *Failure {
	account := s.accountOf(c.path)
	if account != nil && account.busy {
		return notReady(account.id, account.state)
	}
	return nil
}

func (s *Simulator) accountOf(p path) *resource {
	for p.parent != "" {
		p, _ = parsePath(p.parent)
	}
	return s.resources[p.key]
}

// checkModel lets an account have one change of its deployments at a time, and
// no more capacity than is left.
func checkModel(s *Simulator, c *change) *Failure {
	if failure := checkChild(s, c); failure != nil {
		return failure
	}
	for _, key := range s.below(c.path.parent) {
		if r := s.resources[key]; r.is(deploymentType) && r.busy && key != c.path.key {
			return requestConflict(c.path)
		}
	}
	location := getText(s.accountOf(c.path).body, "location")
	name, version := getText(c.body, "properties", "model", "name"), getText(c.body, "properties", "model", "version")
	if s.missing(location, name, version) {
		return failf(http.StatusBadRequest, "DeploymentModelNotSupported", "The model 'Format: OpenAI, Name: %s, Version: %s' of account deployment is not supported.", name, version)
	}
	wants := int(getNumber(c.body, "sku", "capacity"))
	quota := quotaName(location, getText(c.body, "sku", "name"), name)
	before := 0
	if old := s.resources[c.path.key]; old != nil {
		before = int(getNumber(old.body, "sku", "capacity"))
	}
	if left := s.quota(quota) - s.used[quota]; wants-before > left {
		return failf(http.StatusBadRequest, "InsufficientQuota", "This operation require %d new capacity in quota Tokens Per Minute (thousands) - %s - %s, which is bigger than the current available capacity %d. The current quota usage is %d and the quota limit is %d.",
			wants-before, name, getText(c.body, "sku", "name"), left, s.used[quota], s.quota(quota))
	}
	s.used[quota] += wants - before
	return nil
}

func beganModel(s *Simulator, r *resource) {
	r.extra["capabilities"] = object{"chatCompletion": "true"}
	r.extra["rateLimits"] = []any{}
}

func goneModel(s *Simulator, r *resource) {
	account := s.accountOf(r.path)
	if account == nil {
		return
	}
	s.used[quotaName(getText(account.body, "location"), getText(r.body, "sku", "name"), getText(r.body, "properties", "model", "name"))] -=
		int(getNumber(r.body, "sku", "capacity"))
}
