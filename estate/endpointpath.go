package estate

import "slices"

// EndpointPath is one connection of a private endpoint.
type EndpointPath struct {
	Endpoint *PrivateEndpoint
	Target   EndpointTarget
	// Sure reports that this connection leads to the resource that was asked
	// for, if the endpoint will exist at all (Endpoint.Maybe): false where the
	// connection, or its target, may be another one.
	Sure bool
}

// EndpointsTo returns the private endpoints that lead, or may lead, to the
// resource with that id.
func (e *Estate) EndpointsTo(id string) []EndpointPath {
	key := Key(id)
	paths := e.endpointsTo[key]
	for _, p := range e.vagueTargets {
		target := p.Target.Target
		if slices.Contains(target.Keys(), key) || e.another(target, key) || target.Is(id) != Unsure {
			continue
		}
		paths = append(paths[:len(paths):len(paths)], p)
	}
	return paths
}

// another reports whether a target is surely not the resource with that key,
// because both are declared and so have different ids.
func (e *Estate) another(target Ref, key string) bool {
	return len(target.Choices) == 0 && len(e.byKey[target.Key]) > 0 && len(e.byKey[key]) > 0
}

// findEndpoints indexes private endpoints by their targets.
func (e *Estate) findEndpoints() {
	for _, endpoint := range e.PrivateEndpoints.All {
		for _, t := range endpoint.Connections.Items {
			e.addEndpoint(EndpointPath{endpoint, t, true})
		}
		for _, t := range endpoint.Connections.Possible {
			e.addEndpoint(EndpointPath{endpoint, t, false})
		}
		if endpoint.Connections.Open {
			e.addOpenEndpoint(endpoint)
		}
	}
}

func (e *Estate) addEndpoint(p EndpointPath) {
	keys := p.Target.Target.Keys()
	p.Sure = p.Sure && len(keys) == 1
	for _, key := range keys {
		e.endpointsTo[key] = append(e.endpointsTo[key], p)
	}
	if !p.Target.Target.Known() {
		p.Sure = false // for any target but those
		e.vagueTargets = append(e.vagueTargets, p)
	}
}

// addOpenEndpoint keeps an endpoint whose connections aren't known: it may lead
// anywhere.
func (e *Estate) addOpenEndpoint(endpoint *PrivateEndpoint) {
	unknown := endpoint.Connections.Unknown
	target := Ref{ID: unknown.Text(), Key: Key(unknown.Text()), Set: true, Unknown: unknown, Pos: endpoint.Pos}
	t := EndpointTarget{Target: target, Pos: endpoint.Pos}
	t.Status.Unknown, t.Groups.Unknown, t.Groups.Open = unknown, unknown, true
	e.vagueTargets = append(e.vagueTargets, EndpointPath{Endpoint: endpoint, Target: t})
}
