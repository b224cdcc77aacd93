package simulator

import (
	"net/http"
	"slices"
	"strings"
)

const freeQuota = 1000

func quotaName(location, sku, model string) string {
	return lower(location + "/OpenAI." + sku + "." + model)
}

func (s *Simulator) quota(name string) int {
	for k, v := range s.options.Quota {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return freeQuota
}

func (s *Simulator) missing(location, model, version string) bool {
	return slices.ContainsFunc(s.options.Missing, func(m string) bool {
		return strings.EqualFold(m, location+"/"+model+"/"+version) || strings.EqualFold(m, location+"/"+model)
	})
}

// catalog are the models that the simulator's regions have.
var catalog = []struct {
	name     string
	versions []string
}{
	{"gpt-4o", []string{"2024-08-06", "2024-11-20"}},
	{"gpt-4o-mini", []string{"2024-07-18"}},
	{"gpt-4.1", []string{"2025-04-14"}},
	{"gpt-5.1", []string{"2025-11-13"}},
	{"gpt-4.1-mini", []string{"2025-04-14"}},
	{"text-embedding-3-large", []string{"1"}},
	{"text-embedding-3-small", []string{"1"}},
}

var skuNames = []string{"Standard", "GlobalStandard", "DataZoneStandard", "ProvisionedManaged", "GlobalProvisionedManaged", "DataZoneProvisionedManaged", "GlobalBatch"}

func (s *Simulator) models(q *query) answer {
	location := q.vars["location"]
	if slices.Contains(s.options.Missing, location) {
		return failed(failf(http.StatusBadRequest, "NoRegisteredProviderFound", "No registered resource provider found for location '%s' and API version '%s' for type 'locations/models'.", location, "2026-07-01"))
	}
	var items []any
	for _, m := range catalog {
		for _, version := range m.versions {
			if s.missing(location, m.name, version) {
				continue
			}
			var skus []any
			for _, sku := range skuNames {
				skus = append(skus, object{"name": sku, "usageName": "OpenAI." + sku + "." + m.name, "capacity": object{"default": 10, "maximum": 10000}})
			}
			items = append(items, object{"kind": "OpenAI", "skuName": "S0", "model": object{
				"format": "OpenAI", "name": m.name, "version": version, "skus": skus, "lifecycleStatus": "GenerallyAvailable"}})
		}
	}
	return list(items)
}

func (s *Simulator) usages(q *query) answer {
	location := q.vars["location"]
	var items []any
	for _, m := range catalog {
		for _, sku := range skuNames {
			name := quotaName(location, sku, m.name)
			items = append(items, object{"name": object{"value": "OpenAI." + sku + "." + m.name}, "currentValue": s.used[name], "limit": s.quota(name), "unit": "Count"})
		}
	}
	return list(items)
}

func (s *Simulator) checkDomain(q *query) answer {
	name := getText(q.body, "subdomainName")
	if s.taken(name, "") {
		return ok(object{"isSubdomainAvailable": false, "subdomainName": name, "type": getText(q.body, "type"), "reason": "Sub domain name '" + name + "' already used. Please pick a different name."})
	}
	return ok(object{"isSubdomainAvailable": true, "subdomainName": name, "type": getText(q.body, "type")})
}

// checkName answers for vaults and storage accounts.
func (s *Simulator) checkName(q *query) answer {
	name := getText(q.body, "name")
	if slices.ContainsFunc(s.options.Taken, func(t string) bool { return strings.EqualFold(t, name) }) {
		return ok(object{"nameAvailable": false, "reason": "AlreadyExists", "message": "The name '" + name + "' is already taken."})
	}
	return ok(object{"nameAvailable": true})
}

func (s *Simulator) deletedView(r *resource) object {
	out := s.view(r)
	out["id"] = "/subscriptions/" + r.subscription + "/providers/Microsoft.CognitiveServices/locations/" + getText(r.body, "location") +
		"/resourceGroups/" + r.group + "/deletedAccounts/" + r.name
	out["type"] = "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts"
	return out
}

func (s *Simulator) listDeleted(q *query) answer {
	var names []string
	for key := range s.deleted {
		names = append(names, key)
	}
	slices.Sort(names)
	var items []any
	for _, key := range names {
		items = append(items, s.deletedView(s.deleted[key]))
	}
	return list(items)
}

func deletedKey(q *query) string {
	return lower("/subscriptions/" + q.vars["subscription"] + "/resourceGroups/" + q.vars["group"] + "/providers/" + accountType + "/" + q.vars["name"])
}

func (s *Simulator) getDeleted(q *query) answer {
	if r := s.deleted[deletedKey(q)]; r != nil {
		return ok(s.deletedView(r))
	}
	return failed(notFound(q.path))
}

func (s *Simulator) purge(q *query) answer {
	if s.deleted[deletedKey(q)] == nil {
		return answer{status: http.StatusNoContent}
	}
	op := s.newOperation()
	s.after(8e9, func() { delete(s.deleted, deletedKey(q)); op.finish(nil) })
	return s.async(http.StatusAccepted, nil, op)
}
