package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// stack is a deployment stack.
type stack struct {
	id        string
	scope     string
	body      object
	state     string
	failure   *Failure
	failures  []any
	managed   []string // ids
	deletes   []any
	detached  []any
	root      *deployment
	tries     int
	deny      bool // the deny assignments are there
	operation *operation
	ends      ending
}

// terminal reports whether the stack takes another operation.
func (k *stack) terminal() bool { return k.state == "succeeded" || k.state == "failed" }

// denies reports whether the deny settings keep by from it.
func (k *stack) denies(by, verb, typ string) bool {
	if !k.deny || verb == "delete" && strings.EqualFold(typ, lockType) {
		return false
	}
	settings := get(k.body, "properties", "denySettings")
	excluded, _ := get(settings, "excludedPrincipals").([]any)
	if slices.Contains(excluded, any(by)) {
		return false
	}
	switch getText(settings, "mode") {
	case "denyWriteAndDelete":
		return true
	case "denyDelete":
		return verb == "delete"
	}
	return false
}

func (s *Simulator) stackOf(q *query) (id string, k *stack) {
	id = q.scope() + "/providers/Microsoft.Resources/deploymentStacks/" + q.vars["name"]
	return id, s.stacks[lower(id)]
}

func (s *Simulator) getStack(q *query) answer {
	_, k := s.stackOf(q)
	if k == nil {
		return failed(failf(http.StatusNotFound, "DeploymentStackNotFound", "The Deployment stack '%s' could not be found.", q.vars["name"]))
	}
	return ok(k.view())
}

func (k *stack) view() object {
	properties := object{}
	for _, name := range []string{"actionOnUnmanage", "denySettings", "description", "parameters"} {
		if v := get(k.body, "properties", name); v != nil {
			properties[name] = v
		}
	}
	properties["provisioningState"] = k.state
	mode := "none"
	if k.deny {
		mode = getText(k.body, "properties", "denySettings", "mode")
	}
	var resources []any
	for _, id := range k.managed {
		resources = append(resources, object{"id": id, "status": "managed", "denyStatus": mode})
	}
	properties["resources"], properties["failedResources"] = resources, k.failures
	properties["deletedResources"], properties["detachedResources"] = k.deletes, k.detached
	if k.root != nil {
		properties["deploymentId"] = k.root.id
	}
	if k.failure != nil {
		properties["error"] = k.failure.object()
	}
	p, _ := parsePath(k.id)
	return object{"id": k.id, "name": p.name, "type": p.typ, "location": get(k.body, "location"), "tags": get(k.body, "tags"), "properties": properties}
}

func nonTerminal(k *stack) *Failure {
	return failf(http.StatusConflict, "DeploymentStackInNonTerminalState", "The deployment stack '%s' is in the state '%s'. Please wait until it has finished.", k.id, k.state)
}

func (s *Simulator) putStack(q *query) answer {
	id, k := s.stackOf(q)
	if k != nil && !k.terminal() {
		return failed(nonTerminal(k))
	}
	if failure := s.checkStack(q); failure != nil {
		return failed(failure)
	}
	status := http.StatusOK
	if k == nil {
		k, status = &stack{id: id, scope: q.scope()}, http.StatusCreated
		s.stacks[lower(id)] = k
	}
	k.tries++
	name := q.vars["name"] + "-" + s.now.Format("0601021504") + "-" + guidOf(id + s.now.String())[:6]
	result, failure := s.newResult(q.scope(), name, q.body)
	if failure != nil {
		if k.tries == 1 {
			delete(s.stacks, lower(id))
		}
		return failed(failure)
	}
	k.body, k.state, k.failure, k.failures = q.body, "creating", nil, nil
	op := s.newOperation()
	k.operation = op
	k.root = newPlan(result, q.scope()+"/providers/"+templateType+"/"+name, q.scope(), q.by, k)
	k.root.done = func(failure *Failure) { s.deployed(k, failure) }
	s.after(2*time.Second, func() {
		k.state = "deploying"
		s.start(k.root)
	})
	return s.async(status, k.view(), op)
}

// checkStack is what the service says of a stack before it takes it.
func (s *Simulator) checkStack(q *query) *Failure {
	properties := get(q.body, "properties")
	mode := getText(properties, "denySettings", "mode")
	switch {
	case getText(properties, "actionOnUnmanage", "resources") == "" || mode == "":
		return failf(http.StatusBadRequest, "DeploymentStackInvalidRequest", "The properties actionOnUnmanage and denySettings are required.")
	case !strings.Contains(lower(q.scope()), "/resourcegroups/") && getText(q.body, "location") == "":
		return failf(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	case !slices.Contains([]string{"none", "denyDelete", "denyWriteAndDelete"}, mode):
		return failf(http.StatusBadRequest, "DeploymentStackInvalidRequest", "The denySettings mode '%s' is not valid.", mode)
	case mode != "none" && (!slices.Contains(s.options.Actions, "*") || slices.ContainsFunc(s.options.NotActions, func(a string) bool {
		return strings.EqualFold(a, "Microsoft.Resources/deploymentStacks/manageDenySetting/action")
	})):
		return failf(http.StatusForbidden, "AuthorizationFailed", "The client '%s' with object id '%s' does not have authorization to perform action 'Microsoft.Resources/deploymentStacks/manageDenySetting/action' over scope '%s'.", q.by, q.by, q.path)
	}
	if excluded, _ := get(properties, "denySettings", "excludedPrincipals").([]any); len(excluded) > 5 {
		return failf(http.StatusBadRequest, "DeploymentStackInvalidRequest", "At most 5 excluded principals are allowed.")
	}
	return nil
}

// deployed ends the stack's operation after its template deployment.
func (s *Simulator) deployed(k *stack, failure *Failure) {
	wanted := map[string]bool{}
	for _, key := range sortedKeys(k.root.root.nodes) {
		n := k.root.root.nodes[key]
		if n.child != nil {
			continue
		}
		wanted[key] = true
		if s.resources[key] != nil && !slices.ContainsFunc(k.managed, func(id string) bool { return lower(id) == key }) {
			k.managed = append(k.managed, n.path.id)
		}
		if n.failure != nil {
			k.failures = append(k.failures, object{"id": n.path.id, "error": n.failure.object()})
		}
	}
	if failure != nil {
		k.state = "failed"
		k.failure = &Failure{Status: http.StatusConflict, Code: "DeploymentStackDeploymentFailed", Details: []*Failure{failure},
			Message: "One or more resources could not be deployed. Correlation id: '" + guidOf(k.id) + "'."}
		k.operation.finish(k.failure)
		return
	}
	if failure := s.unmanage(k, wanted); failure != nil {
		k.state = "failed"
		k.failure = &Failure{Status: http.StatusConflict, Code: "DeploymentStackDeleteResourcesFailed", Details: []*Failure{failure}, Message: "One or more resources could not be deleted."}
		k.operation.finish(k.failure)
		return
	}
	k.state = "updatingDenyAssignments"
	s.after(5*time.Second, func() {
		k.deny, k.state = getText(k.body, "properties", "denySettings", "mode") != "none", "succeeded"
		k.operation.finish(nil)
	})
}

// unmanage lets go of what isn't in the template any more.
func (s *Simulator) unmanage(k *stack, wanted map[string]bool) *Failure {
	action := getText(k.body, "properties", "actionOnUnmanage", "resources")
	k.deletes, k.detached = nil, nil
	var keep []string
	for _, id := range k.managed {
		r := s.resources[lower(id)]
		switch {
		case wanted[lower(id)]:
			keep = append(keep, id)
		case action == "delete" && r != nil:
			if locked := s.locked(r.path); locked != nil {
				return locked
			}
			s.remove(r.path)
			k.deletes = append(k.deletes, object{"id": id})
		case r != nil:
			r.stack = nil
			k.detached = append(k.detached, object{"id": id})
		}
	}
	k.managed = keep
	return nil
}

func (s *Simulator) deleteStack(q *query) answer {
	_, k := s.stackOf(q)
	if k == nil {
		return answer{status: http.StatusNoContent}
	}
	if !k.terminal() {
		return failed(nonTerminal(k))
	}
	k.state = "deletingResources"
	op := s.newOperation()
	query := q.url.URL.Query()
	k.ends = ending{query.Get("unmanageAction.Resources") == "delete", query.Get("unmanageAction.ResourceGroups") == "delete",
		query.Get("unmanageAction.ResourcesWithoutDeleteSupport") == "detach"}
	s.after(20*time.Second, func() { op.finish(s.endStack(k)) })
	return s.async(http.StatusAccepted, nil, op)
}

// ending is what the deletion of a stack does: which it deletes, and whether it
// lets go of what can't be deleted.
type ending struct{ resources, groups, detach bool }

// deletes reports whether r goes with its stack.
func (e ending) deletes(r *resource) bool {
	return r.is(groupType) && e.groups || !r.is(groupType) && e.resources && !(r.is(planType) && e.detach)
}

// planType are Defender's plans, which a subscription always has.
const planType = "Microsoft.Security/pricings"

// endStack deletes or lets go of all that the stack manages, the newest first.
func (s *Simulator) endStack(k *stack) *Failure {
	if failure := s.cantEnd(k); failure != nil {
		k.state = "failed"
		k.failure = &Failure{Status: http.StatusConflict, Code: "DeploymentStackDeleteResourcesFailed", Details: []*Failure{failure}, Message: "One or more resources could not be deleted."}
		return k.failure
	}
	for pass := range 2 {
		for _, id := range slices.Backward(k.managed) {
			r := s.resources[lower(id)]
			switch {
			case r == nil || r.is(groupType) != (pass == 1):
			case k.ends.deletes(r):
				s.remove(r.path)
			default:
				r.stack = nil
			}
		}
	}
	delete(s.stacks, lower(k.id))
	return nil
}

// PutForeignStack puts a stack there that somebody else has made.
func (s *Simulator) PutForeignStack(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "/subscriptions/" + s.options.Subscription + "/providers/Microsoft.Resources/deploymentStacks/" + name
	s.stacks[lower(id)] = &stack{id: id, state: "succeeded", body: object{"properties": object{}}}
}

// cantEnd is what keeps a stack from being deleted.
func (s *Simulator) cantEnd(k *stack) *Failure {
	if s.chance(s.options.Faults.Crash) {
		return failf(http.StatusInternalServerError, "InternalServerError", "Encountered internal server error.")
	}
	for _, id := range slices.Backward(k.managed) {
		r := s.resources[lower(id)]
		if r == nil || !k.ends.deletes(r) {
			continue
		}
		if r.is(planType) {
			return failf(http.StatusMethodNotAllowed, "DeleteNotSupported", "The resource type '%s' doesn't support deletion.", r.typ)
		}
		if failure := s.locked(r.path); failure != nil {
			return failure
		}
	}
	return nil
}
