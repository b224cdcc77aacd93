package simulator

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var guidShape = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// replication is how long it takes until a new identity is known everywhere.
const replication = 40 * time.Second

// checkAssignment is what the authorization service says of a role assignment.
func checkAssignment(s *Simulator, c *change) *Failure {
	if !guidShape.MatchString(c.path.name) {
		return failf(http.StatusBadRequest, "InvalidRoleAssignmentId", "The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", c.path.name)
	}
	principal, role := getText(c.body, "properties", "principalId"), getText(c.body, "properties", "roleDefinitionId")
	if !guidShape.MatchString(principal) {
		return failf(http.StatusBadRequest, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment.")
	}
	if !strings.Contains(lower(role), "/providers/microsoft.authorization/roledefinitions/") {
		return failf(http.StatusBadRequest, "RoleDefinitionDoesNotExist", "The specified role definition with ID '%s' does not exist.", role)
	}
	if old := s.resources[c.path.key]; old != nil {
		if !strings.EqualFold(getText(old.body, "properties", "principalId"), principal) {
			return failf(http.StatusBadRequest, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
		}
		return nil
	}
	if s.tooNew(principal) && getText(c.body, "properties", "principalType") != "ServicePrincipal" {
		return failf(http.StatusBadRequest, "PrincipalNotFound", "Principal %s does not exist in the directory %s.", strings.ReplaceAll(principal, "-", ""), s.options.Tenant)
	}
	return s.sameAssignment(c, principal, role)
}

// sameAssignment finds an assignment of another name that says the same.
func (s *Simulator) sameAssignment(c *change, principal, role string) *Failure {
	for _, key := range s.keys {
		r := s.resources[key]
		if r.is(roleType) && strings.EqualFold(r.scope, c.path.scope) && strings.EqualFold(getText(r.body, "properties", "principalId"), principal) &&
			lastPart(getText(r.body, "properties", "roleDefinitionId")) == lastPart(role) {
			return failf(http.StatusConflict, "RoleAssignmentExists", "The role assignment already exists. The ID of the existing role assignment is %s.", strings.ReplaceAll(r.name, "-", ""))
		}
	}
	return nil
}

func lastPart(id string) string { return lower(id[strings.LastIndex(id, "/")+1:]) }

// tooNew reports whether the principal is of an identity that was just made.
func (s *Simulator) tooNew(principal string) bool {
	for _, key := range s.keys {
		r := s.resources[key]
		if r.extra["principalId"] == principal || getText(r.body, "identity", "principalId") == principal {
			return s.now.Before(r.created.Add(replication))
		}
	}
	return false
}

func beganIdentity(s *Simulator, r *resource) {
	r.extra["principalId"], r.extra["clientId"], r.extra["tenantId"] = guidOf(r.key), guidOf(r.key+"/client"), s.options.Tenant
}

// guidOf is a GUID that depends on text alone.
func guidOf(text string) string {
	h := sha256.Sum256([]byte(text))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func (s *Simulator) permissions(q *query) answer {
	actions := make([]any, len(s.options.Actions))
	for i, a := range s.options.Actions {
		actions[i] = a
	}
	not := make([]any, len(s.options.NotActions))
	for i, a := range s.options.NotActions {
		not[i] = a
	}
	return list([]any{object{"actions": actions, "notActions": not, "dataActions": []any{}, "notDataActions": []any{}}})
}

// denied says whether a stack keeps by from changing the resource, or something
// that it is below. What a stack itself does isn't denied to it.
func (s *Simulator) denied(p path, by string, stack *stack, verb string) *Failure {
	for _, key := range s.keys {
		r := s.resources[key]
		if r.stack == nil || r.stack == stack || !within(p.key, key) || !r.stack.denies(by, verb, p.typ) {
			continue
		}
		if key != p.key && get(r.stack.body, "properties", "denySettings", "applyToChildScopes") != true {
			continue
		}
		return failf(http.StatusForbidden, "DenyAssignmentAuthorizationFailed",
			"The client '%s' with object id '%s' has permission to perform action '%s/%s' on scope '%s'; however, the access is denied because of the deny assignment with name 'Deny assignment created by Deployment Stack %s' at scope '%s'.",
			by, by, p.typ, verb, p.id, r.stack.id, r.id)
	}
	return nil
}
