package simulator

import (
	"net/http"
	"strings"
	"time"

	"palisade/arm"
	"palisade/template"
)

// deployment is a template deployment while it runs and after.
type deployment struct {
	id      string
	scope   string
	state   string // Running, Succeeded, Failed
	failure *Failure
	nodes   []*node
	root    *plan
	started time.Time
	done    func(*Failure)
}

// plan is a template deployment with all that are nested in it.
type plan struct {
	by      string
	stack   *stack
	nodes   map[string]*node // of all deployments, by id
	all     []*deployment    // in the order of their declaration
	crashed bool
	outputs []template.OutputValue
}

// node is one resource of a deployment.
type node struct {
	resource arm.Resource
	path     path
	after    []*node
	state    string // "", Running, Succeeded, Failed
	failure  *Failure
	child    *deployment // of a nested deployment
	changed  time.Time
}

// newPlan arranges the resources of an evaluated template: what is in which
// deployment, and what waits for what.
func newPlan(result *template.Result, rootID, scope, by string, stack *stack) *deployment {
	p := &plan{by: by, stack: stack, nodes: map[string]*node{}, outputs: result.Outputs}
	root := &deployment{id: rootID, scope: scope, root: p}
	p.all = []*deployment{root}
	all := map[string]*deployment{lower(rootID): root}
	for _, r := range result.Resources {
		if r.Existing {
			continue
		}
		n := &node{resource: r}
		n.path, _ = parsePath(r.ID)
		if n.path.is(templateType) {
			n.child = &deployment{id: r.ID, scope: n.path.scope, root: p}
			all[r.Key()] = n.child
			p.all = append(p.all, n.child)
		}
		p.nodes[r.Key()] = n
		parent := all[lower(r.Deployment)]
		if parent == nil {
			parent = root
		}
		parent.nodes = append(parent.nodes, n)
	}
	for _, d := range p.all {
		for _, n := range d.nodes {
			n.after = p.waits(d, n)
		}
	}
	return root
}

// waits are the nodes that n comes after: those named in dependsOn, and those
// whose state it refers to.
func (p *plan) waits(d *deployment, n *node) []*node {
	var out []*node
	add := func(other *node) {
		if other != nil && other != n {
			out = append(out, other)
		}
	}
	for _, id := range n.resource.DependsOn {
		if other := p.nodes[lower(id)]; other != nil {
			add(other)
			continue
		}
		for _, sibling := range d.nodes {
			if strings.HasSuffix(sibling.resource.Key(), "/"+lower(id)) || strings.EqualFold(sibling.resource.Symbol, id) && id != "" {
				add(sibling)
			}
		}
	}
	if n.child == nil {
		for _, id := range referred(n.resource.Body) {
			add(p.nodes[lower(id)])
		}
	}
	return out
}

// referred are the ids of resources whose run-time state v holds.
func referred(v arm.Value) []string {
	var out []string
	v.Walk(func(v arm.Value) bool {
		if u, unknown := v.Unknown(); unknown {
			for _, root := range u.Roots() {
				if root.Op == arm.OpRuntime && len(root.Args) > 0 {
					out = append(out, root.Args[0].Text())
				}
			}
		}
		return true
	})
	return out
}

// start runs a deployment; done is called when it has ended.
func (s *Simulator) start(d *deployment) {
	d.state, d.started = "Running", s.now
	s.deployments[lower(d.id)] = d
	s.step(d)
}

// step starts what can start, and ends the deployment when nothing is left.
func (s *Simulator) step(d *deployment) {
	if d.state != "Running" {
		return
	}
	for _, n := range d.nodes {
		if n.state == "" && !d.root.crashed && ready(n) {
			s.startNode(d, n)
		}
	}
	running := false
	var failures []*Failure
	left := false
	for _, n := range d.nodes {
		switch n.state {
		case "Running":
			running = true
		case "Failed":
			failures = append(failures, n.failure)
		case "":
			left = left || ready(n) && !d.root.crashed
		}
	}
	if running || left || d.waitsElsewhere() && len(failures) == 0 {
		return
	}
	s.end(d, failures)
}

// waitsElsewhere reports whether a node waits for one of another deployment
// that may still succeed.
func (d *deployment) waitsElsewhere() bool {
	if d.root.crashed {
		return false
	}
	for _, n := range d.nodes {
		if n.state != "" {
			continue
		}
		hopeless := false
		for _, a := range n.after {
			hopeless = hopeless || a.state == "Failed"
		}
		if !hopeless {
			return true
		}
	}
	return false
}

func ready(n *node) bool {
	for _, a := range n.after {
		if a.state != "Succeeded" {
			return false
		}
	}
	return true
}

func (s *Simulator) end(d *deployment, failures []*Failure) {
	complete := true
	for _, n := range d.nodes {
		complete = complete && n.state == "Succeeded"
	}
	d.state = "Succeeded"
	if !complete {
		if d.root.crashed && len(failures) == 0 {
			failures = []*Failure{failf(http.StatusInternalServerError, "InternalServerError", "The deployment engine stopped unexpectedly.")}
		}
		d.state = "Failed"
		d.failure = &Failure{Status: http.StatusConflict, Code: "DeploymentFailed", Target: d.id, Details: failures,
			Message: "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details."}
	}
	if d.done != nil {
		d.done(d.failure)
	}
}

func (s *Simulator) startNode(d *deployment, n *node) {
	n.state, n.changed = "Running", s.now
	finished := func(failure *Failure) {
		n.state, n.failure, n.changed = "Succeeded", failure, s.now
		if failure != nil {
			n.state = "Failed"
		}
		s.stepAll(d)
	}
	// What a resource provider answers comes a little later, so that a
	// deployment never ends while it is looked at.
	if n.child != nil {
		s.after(time.Second, func() { s.startChild(n, finished) })
		return
	}
	s.after(200*time.Millisecond, func() { s.writeNode(d, n, finished) })
}

func (s *Simulator) startChild(n *node, finished func(*Failure)) {
	if group := n.path.groupID(); group != "" && s.resources[lower(group)] == nil {
		finished(failf(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", n.path.group))
		return
	}
	n.child.done = finished
	s.start(n.child)
}

func (s *Simulator) writeNode(d *deployment, n *node, finished func(*Failure)) {
	if s.chance(s.options.Faults.Crash) {
		d.root.crashed = true
	}
	if d.root.crashed {
		n.state = ""
		s.stepAll(d)
		return
	}
	failure := s.writeFault(n.path)
	var body arm.Value
	if failure == nil {
		body, failure = s.resolved(n.resource.Body)
	}
	if failure == nil {
		asObject, _ := plain(body).(object)
		_, failure = s.write(change{path: n.path, version: n.resource.APIVersion, body: asObject, by: d.root.by, stack: d.root.stack, done: finished})
	}
	if failure != nil {
		finished(failure)
	}
}

// stepAll steps all deployments of a plan, in their order.
func (s *Simulator) stepAll(d *deployment) {
	for _, each := range d.root.all {
		s.step(each)
	}
}
