package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// assignmentPage is how many role assignments a page has.
const assignmentPage = 2

// listAssignments lists the role assignments at a scope, above it and below it,
// those of one principal where the filter says so (Microsoft Learn, "List Azure
// role assignments using the REST API"). Groups aren't known here.
func (s *Simulator) listAssignments(q *query) answer {
	filter := q.url.URL.Query().Get("$filter")
	principal, filtered := strings.CutPrefix(filter, "assignedTo('")
	principal, ends := strings.CutSuffix(principal, "')")
	if filter != "" && !(filtered && ends) {
		return failed(failf(http.StatusBadRequest, "UnsupportedFilter", "The filter '%s' is not supported.", filter))
	}
	scope := lower(q.scope())
	var items []any
	for _, key := range s.keys {
		r := s.resources[key]
		if !r.is(roleType) || !reaches(lower(r.scope), scope) {
			continue
		}
		if filter == "" || strings.EqualFold(getText(r.body, "properties", "principalId"), principal) {
			items = append(items, s.view(r))
		}
	}
	return s.pageOf(q, items)
}

// reaches reports whether a role at one scope counts at another or below it;
// both in lower case. All management groups hold the subscription.
func reaches(from, at string) bool {
	return from == "/" || strings.HasPrefix(from, "/providers/microsoft.management/managementgroups/") || within(at, from) || within(from, at)
}

// pageOf is one page of a list, with a link to the next one.
func (s *Simulator) pageOf(q *query, items []any) answer {
	query := q.url.URL.Query()
	from, _ := strconv.Atoi(query.Get("$skipToken"))
	from = min(max(from, 0), len(items))
	to := min(from+assignmentPage, len(items))
	a := list(items[from:to])
	if to < len(items) {
		query.Set("$skipToken", strconv.Itoa(to))
		next := url.URL{Path: q.path, RawQuery: query.Encode()}
		a.body.(object)["nextLink"] = s.server.URL + next.String()
	}
	return a
}

// getRole finds a role definition by its GUID, at whichever scope it is asked
// for. Those that aren't built in are all that there is.
func (s *Simulator) getRole(q *query) answer {
	if p, isOne := parsePath(q.path); isOne && s.resources[p.key] != nil {
		return s.getResource(p)
	}
	for _, key := range s.keys {
		if r := s.resources[key]; r.is("Microsoft.Authorization/roleDefinitions") && strings.EqualFold(r.name, q.vars["name"]) {
			return ok(s.view(r))
		}
	}
	return failed(failf(http.StatusNotFound, "RoleDefinitionDoesNotExist", "The specified role definition with ID '%s' does not exist.", q.vars["name"]))
}
