package simulator

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// keyCache is how long the data plane takes keys after they were turned off.
const keyCache = 15 * time.Minute

// action is a POST on a resource.
func (s *Simulator) action(q *query) answer {
	cut := strings.LastIndex(q.path, "/")
	p, isOne := parsePath(q.path[:cut])
	r := s.resources[p.key]
	if !isOne || r == nil {
		return failed(notFound(q.path[:cut]))
	}
	if strings.EqualFold(q.path[cut+1:], "listKeys") {
		keys, failure := s.listKeys(r)
		if failure != nil {
			return failed(failure)
		}
		return ok(keys)
	}
	return failed(failf(http.StatusNotFound, "InvalidResourceType", "The action '%s' isn't known.", q.path[cut+1:]))
}

// listKeys is refused by an account that takes no keys.
func (s *Simulator) listKeys(r *resource) (object, *Failure) {
	if !r.is(accountType) {
		return object{"keys": []any{object{"keyName": "key1", "value": guidOf(r.key + "/key1")}}}, nil
	}
	if get(r.body, "properties", "disableLocalAuth") == true {
		return nil, failf(http.StatusBadRequest, "BadRequest", "Failed to list key. disableLocalAuth is set to be true")
	}
	return object{"key1": guidOf(r.key + "/key1"), "key2": guidOf(r.key + "/key2")}, nil
}

// Models is the data plane of the simulated accounts.
type Models struct{ s *Simulator }

// Models is the data plane.
func (s *Simulator) Models() Models { return Models{s} }

// Try calls the account with that endpoint with a key: the status and the code
// of the error, if any.
func (m Models) Try(_ context.Context, endpoint, key string) (status int, code string, err error) {
	status, code = m.s.try(endpoint, key)
	return status, code, nil
}

func (s *Simulator) try(endpoint, key string) (status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	for _, k := range s.keys {
		r := s.resources[k]
		if !r.is(accountType) || !strings.EqualFold(strings.TrimRight(endpoint, "/"), strings.TrimRight(r.extra["endpoint"].(string), "/")) {
			continue
		}
		switch {
		case key != guidOf(k+"/key1") && key != guidOf(k+"/key2"):
			return http.StatusUnauthorized, "401"
		case get(r.body, "properties", "disableLocalAuth") == true && s.now.After(r.settled.Add(keyCache)):
			return http.StatusForbidden, "AuthenticationTypeDisabled"
		}
		return http.StatusOK, ""
	}
	return http.StatusNotFound, "ResourceNotFound"
}
