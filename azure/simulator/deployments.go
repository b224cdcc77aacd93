package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"palisade/template"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// deploymentID is the id of a deployment that a request is about.
func deploymentID(q *query) string {
	return q.scope() + "/providers/" + templateType + "/" + q.vars["name"]
}

func (s *Simulator) putDeployment(q *query) answer {
	id := deploymentID(q)
	if old := s.deployments[lower(id)]; old != nil && old.state == "Running" {
		return failed(failf(http.StatusConflict, "DeploymentActive", "Unable to edit or replace deployment '%s': previous deployment is still active.", q.vars["name"]))
	}
	result, failure := s.evaluate(q.scope(), q.vars["name"], getText(q.body, "location"), get(q.body, "properties"))
	if failure != nil {
		return failed(failure)
	}
	op := s.newOperation()
	d := newPlan(result, id, q.scope(), q.by, nil)
	d.done = op.finish
	s.start(d)
	return s.async(http.StatusCreated, s.deploymentView(d), op)
}

func (s *Simulator) getDeployment(q *query) answer {
	d := s.deployments[lower(deploymentID(q))]
	if d == nil {
		return failed(failf(http.StatusNotFound, "DeploymentNotFound", "Deployment '%s' could not be found.", q.vars["name"]))
	}
	return ok(s.deploymentView(d))
}

func (s *Simulator) deploymentView(d *deployment) object {
	properties := object{"provisioningState": d.state, "mode": "Incremental", "correlationId": guidOf(d.id), "timestamp": d.started.Format(time.RFC3339Nano)}
	if d.failure != nil {
		properties["error"] = d.failure.object()
	}
	var resources []any
	for _, key := range sortedKeys(d.root.nodes) {
		if n := d.root.nodes[key]; n.child == nil && n.state == "Succeeded" {
			resources = append(resources, object{"id": n.path.id})
		}
	}
	properties["outputResources"] = resources
	if d.state == "Succeeded" {
		properties["outputs"] = s.outputs(d)
	}
	p, _ := parsePath(d.id)
	return object{"id": d.id, "name": p.name, "type": templateType, "properties": properties}
}

// outputs are the outputs of a deployment; those that can't be had are left out.
func (s *Simulator) outputs(d *deployment) object {
	out := object{}
	for _, o := range d.root.outputs {
		if !strings.EqualFold(o.Deployment, d.id) {
			continue
		}
		if v, failure := s.resolved(o.Value); failure == nil {
			out[o.Name] = object{"type": v.Kind().String(), "value": plain(v)}
		}
	}
	return out
}

// listOperations tells how far each resource of a deployment is.
func (s *Simulator) listOperations(q *query) answer {
	scope := q.scope()
	if strings.HasSuffix(lower(scope), "/providers/microsoft.resources") {
		scope = scope[:len(scope)-len("/providers/Microsoft.Resources")]
	}
	d := s.deployments[lower(scope+"/providers/"+templateType+"/"+q.vars["name"])]
	if d == nil {
		return failed(failf(http.StatusNotFound, "DeploymentNotFound", "Deployment '%s' could not be found.", q.vars["name"]))
	}
	var items []any
	for i, n := range d.nodes {
		if n.state != "" {
			items = append(items, n.operation(d, i))
		}
	}
	return list(items)
}

func (n *node) operation(d *deployment, i int) object {
	properties := object{
		"provisioningOperation": "Create", "provisioningState": n.state, "timestamp": n.changed.Format(time.RFC3339Nano),
		"targetResource": object{"id": n.path.id, "resourceType": n.path.typ, "resourceName": n.path.name},
		"statusCode":     "OK",
	}
	if n.failure != nil {
		properties["statusCode"] = strings.ReplaceAll(http.StatusText(n.failure.Status), " ", "")
		properties["statusMessage"] = object{"status": "Failed", "error": n.failure.object()}
	}
	id := strconv.Itoa(i)
	return object{"id": d.id + "/operations/" + id, "operationId": id, "properties": properties}
}

// newResult is the template of a request, evaluated as a deployment of that name
// would.
func (s *Simulator) newResult(scope, name string, body object) (*template.Result, *Failure) {
	return s.evaluate(scope, name, getText(body, "location"), get(body, "properties"))
}
