package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"palisade/arm"
)

// resource is a resource as it stands.
type resource struct {
	path
	version string
	body    object // as written
	state   string // provisioning state
	busy    bool   // an operation is under way
	visible time.Time
	settled time.Time // from when other services know that it is ready
	created time.Time
	extra   object // properties that the service adds
	stack   *stack // that manages it, or nil
}

// change is a resource that somebody writes.
type change struct {
	path    path
	version string
	body    object
	by      string
	stack   *stack // on whose behalf, or nil
	done    func(*Failure)
}

// write begins to create or change a resource. Where it returns no failure,
// done is called once the resource is ready or has failed.
func (s *Simulator) write(c change) (*resource, *Failure) {
	if failure := s.allowed(c); failure != nil {
		return nil, failure
	}
	k := kindOf(c.path)
	if k.check != nil {
		if failure := k.check(s, &c); failure != nil {
			return nil, failure
		}
	}
	r := s.resources[c.path.key]
	isNew := r == nil
	if isNew {
		r = &resource{path: c.path, created: s.now, extra: object{}}
		s.resources[c.path.key] = r
		s.keys = append(s.keys, c.path.key)
		if s.chance(s.options.Faults.Hidden) {
			r.visible = s.now.Add(30 * time.Second)
		}
	} else if r.busy {
		return nil, failf(http.StatusConflict, "AnotherOperationInProgress", "Another operation on this or dependent resource is in progress: '%s'.", c.path.id)
	}
	r.version, r.body, r.state, r.busy = c.version, copied(c.body), "Accepted", true
	if properties, isObject := r.body["properties"].(object); isObject {
		delete(properties, "privateEndpointConnections") // the endpoints' to write; clients send back what they read
	}
	if c.stack != nil {
		r.stack = c.stack
	}
	if k.began != nil {
		k.began(s, r)
	}
	s.watch(r)
	takes := k.takes + time.Duration(s.random.Int64N(int64(k.takes)/2+1))
	if !isNew {
		takes /= 2
	}
	if takes > 0 {
		s.after(takes/3, func() { r.state = "Creating" })
	}
	s.after(takes, func() { s.finish(r, k, c.done) })
	return r, nil
}

func (s *Simulator) finish(r *resource, k kind, done func(*Failure)) {
	if s.resources[r.key] != r {
		if done != nil {
			done(notFound(r.id))
		}
		return
	}
	r.busy, r.state = false, "Succeeded"
	r.settled = s.now
	if k.lags && s.chance(s.options.Faults.Lag) {
		r.settled = s.now.Add(20 * time.Second)
	}
	if k.ready != nil {
		k.ready(s, r)
	}
	s.watch(r)
	if done != nil {
		done(nil)
	}
}

// allowed checks what Resource Manager checks of every write.
func (s *Simulator) allowed(c change) *Failure {
	if failure := s.denied(c.path, c.by, c.stack, "write"); failure != nil {
		return failure
	}
	if state := s.providers[lower(c.path.namespace)]; state != "" && state != "Registered" {
		return failf(http.StatusConflict, "MissingSubscriptionRegistration", "The subscription is not registered to use namespace '%s'. See https://aka.ms/rps-not-found for how to register subscriptions.", c.path.namespace)
	}
	if c.path.group != "" && !c.path.is(groupType) && s.resources[lower(c.path.groupID())] == nil {
		return failf(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", c.path.group)
	}
	if c.path.parent != "" && !s.exists(c.path.parent) {
		return failf(http.StatusNotFound, "ParentResourceNotFound", "Failed to perform 'write' on resource(s) of type '%s', because the parent resource '%s' could not be found.", c.path.typ, c.path.parent)
	}
	if on := top(c.path.scope); on != "" && !s.exists(on) {
		return notFound(on)
	}
	if !slices.Contains(s.options.Actions, "*") {
		return failf(http.StatusForbidden, "AuthorizationFailed", "The client '%s' with object id '%s' does not have authorization to perform action '%s/write' over scope '%s' or the scope is invalid.", c.by, c.by, c.path.typ, c.path.id)
	}
	return nil
}

// top is the outermost resource of a scope, or "". What is below it isn't looked
// for, when something is put on it: Resource Manager doesn't keep secrets of
// vaults, for instance.
func top(scope string) string {
	p, isOne := parsePath(scope)
	if !isOne || !strings.Contains(scope, "/providers/") {
		return ""
	}
	for p.parent != "" {
		p, _ = parsePath(p.parent)
	}
	return p.id
}

// exists reports whether there is a resource of that id, also as an item of
// its parent, as subnets are.
func (s *Simulator) exists(id string) bool {
	if s.resources[lower(id)] != nil || strings.HasPrefix(lower(id), "/providers/") {
		return true
	}
	p, ok := parsePath(id)
	if !ok || p.parent == "" {
		return false
	}
	_, found := s.inline(p)
	return found
}

// inline finds a child that its parent holds as an item of a list.
func (s *Simulator) inline(p path) (object, bool) {
	parent := s.resources[lower(p.parent)]
	if parent == nil {
		return nil, false
	}
	items, _ := get(parent.body, "properties", p.typ[strings.LastIndex(p.typ, "/")+1:]).([]any)
	for _, item := range items {
		if o, ok := item.(object); ok && strings.EqualFold(getText(o, "name"), p.name) {
			return o, true
		}
	}
	return nil, false
}

// view is the resource as a client reads it.
func (s *Simulator) view(r *resource) object {
	out := copied(r.body)
	for _, name := range []string{"dependsOn", "apiVersion", "comments", "condition", "copy"} {
		delete(out, name)
	}
	out["id"], out["name"], out["type"] = r.id, r.name, r.typ
	properties, _ := out["properties"].(object)
	if properties == nil {
		properties = object{}
	}
	for name, v := range r.extra {
		if get(properties, name) == nil {
			properties[name] = copied(object{"v": v})["v"]
		}
	}
	if !kindOf(r.path).stateless {
		properties["provisioningState"] = r.state
	}
	out["properties"] = properties
	return out
}

// below are the keys of the resources in a scope, the newest first.
func (s *Simulator) below(id string) []string {
	var out []string
	for _, key := range slices.Backward(s.keys) {
		if s.resources[key] != nil && key != lower(id) && within(key, lower(id)) {
			out = append(out, key)
		}
	}
	return out
}

// remove takes a resource away, with all below it.
func (s *Simulator) remove(p path) {
	for _, key := range append(s.below(p.id), p.key) {
		r := s.resources[key]
		if r == nil {
			continue
		}
		if k := kindOf(r.path); k.gone != nil {
			k.gone(s, r)
		}
		delete(s.resources, key)
	}
	s.keys = slices.DeleteFunc(s.keys, func(key string) bool { return s.resources[key] == nil })
}

// locked finds a lock that keeps p from being deleted.
func (s *Simulator) locked(p path) *Failure {
	if p.is(lockType) {
		return nil
	}
	for _, key := range s.keys {
		r := s.resources[key]
		if !r.is(lockType) {
			continue
		}
		if scope := lower(r.scope); within(p.key, scope) || within(scope, p.key) {
			return failf(http.StatusConflict, "ScopeLocked", "The scope '%s' cannot perform delete operation because following scope(s) are locked: '%s'. Please remove the lock and try again.", p.id, r.scope)
		}
	}
	return nil
}

// generic carries out a request about a resource like any other.
func (s *Simulator) generic(q *query) answer {
	if q.method == http.MethodPost {
		return s.action(q)
	}
	p, isOne := parsePath(q.path)
	if !isOne {
		return s.collection(q)
	}
	switch q.method {
	case http.MethodGet, http.MethodHead:
		return s.getResource(p)
	case http.MethodPut, http.MethodPatch:
		return s.putResource(q, p)
	case http.MethodDelete:
		return s.deleteResource(q, p)
	}
	return failed(failf(http.StatusMethodNotAllowed, "MethodNotAllowed", "The method %s isn't allowed here.", q.method))
}

func (s *Simulator) getResource(p path) answer {
	r := s.resources[p.key]
	if r == nil {
		if r := s.unwritten(p); r != nil {
			return ok(s.view(r))
		}
		if child, found := s.inline(p); found {
			out := copied(child)
			out["id"], out["type"] = p.id, p.typ
			return ok(out)
		}
		if p.is(groupType) {
			return failed(failf(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", p.name))
		}
		return failed(notFound(p.id))
	}
	if s.now.Before(r.visible) {
		return failed(notFound(p.id))
	}
	return ok(s.view(r))
}

func (s *Simulator) putResource(q *query, p path) answer {
	body := q.body
	old := s.resources[p.key]
	if q.method == http.MethodPatch {
		if old == nil {
			return failed(notFound(p.id))
		}
		body = merge(old.body, body)
	}
	op := s.newOperation()
	r, failure := s.write(change{path: p, version: q.version, body: body, by: q.by, done: op.finish})
	if failure != nil {
		return failed(failure)
	}
	s.catchUp()
	status := http.StatusOK
	if old == nil {
		status = http.StatusCreated
	}
	if !r.busy {
		return answer{status: status, body: s.view(r)}
	}
	return s.async(status, s.view(r), op)
}

func (s *Simulator) deleteResource(q *query, p path) answer {
	r := s.resources[p.key]
	if r == nil && s.unwritten(p) == nil {
		return answer{status: http.StatusNoContent}
	}
	if failure := s.denied(p, q.by, nil, "delete"); failure != nil {
		return failed(failure)
	}
	if failure := s.locked(p); failure != nil {
		return failed(failure)
	}
	if failure := s.inUse(p); failure != nil {
		return failed(failure)
	}
	if kindOf(p).takes == 0 && !p.is(groupType) {
		s.remove(p)
		return answer{status: http.StatusOK}
	}
	r.state, r.busy = "Deleting", true
	op := s.newOperation()
	s.after(10*time.Second, func() { s.remove(p); op.finish(nil) })
	return s.async(http.StatusAccepted, nil, op)
}

// collection lists the resources of a type below a scope.
func (s *Simulator) collection(q *query) answer {
	prefix := lower("/" + strings.Trim(q.path, "/"))
	var items []any
	for _, key := range s.keys {
		r := s.resources[key]
		of := key[:strings.LastIndex(key, "/")]
		if of == prefix || strings.HasSuffix(prefix, "/resources") && within(key, strings.TrimSuffix(prefix, "/resources")) && r.parent == "" {
			items = append(items, s.view(r))
		}
	}
	return list(items)
}

// String is the id and state, for a failed test.
func (r *resource) String() string { return fmt.Sprintf("%s (%s)", r.id, r.state) }

// Seed puts resources there that nobody deploys, with their resource groups.
func (s *Simulator) Seed(resources ...arm.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		p, isOne := parsePath(r.ID)
		if !isOne {
			continue
		}
		if group, named := parsePath(p.groupID()); named {
			s.seed(group, object{"location": "westeurope"})
		}
		body, _ := plain(r.Body).(object)
		if body == nil {
			body = object{}
		}
		s.seed(p, body)
	}
}

func (s *Simulator) seed(p path, body object) {
	if s.resources[p.key] != nil {
		return
	}
	r := &resource{path: p, body: body, state: "Succeeded", extra: object{}}
	s.resources[p.key] = r
	s.keys = append(s.keys, p.key)
	if k := kindOf(p); k.began != nil {
		k.began(s, r)
	}
}

// Change sets a property of the resource of that name, as if somebody had done
// it by hand.
func (s *Simulator) Change(name, property string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range s.keys {
		r := s.resources[key]
		if properties, isObject := r.body["properties"].(object); isObject && strings.EqualFold(r.name, name) {
			properties[property] = v
			s.watch(r)
		}
	}
}

// PutAs writes an empty resource as that principal, and returns the code of the
// refusal, or "".
func (s *Simulator) PutAs(by, id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, _ := parsePath(id)
	if failure := s.allowed(change{path: p, by: by}); failure != nil {
		return failure.Code
	}
	return ""
}
