package simulator

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// whatIf predicts the changes of a deployment.
func (s *Simulator) whatIf(q *query) answer {
	result, failure := s.newResult(q.scope(), q.vars["name"], q.body)
	if failure != nil {
		return failed(failure)
	}
	op := s.newOperation()
	s.after(7*time.Second, func() {
		var changes []any
		root := newPlan(result, deploymentID(q), q.scope(), q.by, nil)
		for _, key := range sortedKeys(root.root.nodes) {
			if n := root.root.nodes[key]; n.child == nil {
				changes = append(changes, s.change(n))
			}
		}
		op.result = object{"status": "Succeeded", "properties": object{"changes": changes}}
		op.finish(nil)
	})
	return s.located(op)
}

// change is what would become of one resource. As in Azure, what only the
// service knows shows up as if it were taken away, and references aren't
// resolved.
func (s *Simulator) change(n *node) object {
	after, _ := expressions(plain(n.resource.Body)).(object)
	after = (&Simulator{}).view(&resource{path: n.path, body: after})
	if properties, isObject := after["properties"].(object); isObject {
		delete(properties, "provisioningState")
	}
	out := object{"resourceId": n.path.id, "after": after}
	r := s.resources[n.path.key]
	if r == nil {
		out["changeType"] = "Create"
		return out
	}
	before := s.view(r)
	delete(before["properties"].(object), "provisioningState")
	out["before"] = before
	delta := differences("", before, after)
	out["changeType"] = "NoChange"
	if len(delta) > 0 {
		out["changeType"], out["delta"] = "Modify", delta
	}
	return out
}

// expressions shows text that is only known during the deployment as what-if
// does, as the expression.
func expressions(v any) any {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "«") {
			return "[" + strings.NewReplacer("«", "", "»", "").Replace(v) + "]"
		}
	case []any:
		for i := range v {
			v[i] = expressions(v[i])
		}
	case object:
		for name := range v {
			v[name] = expressions(v[name])
		}
	}
	return v
}

// differences are the changes of the members of an object, by name.
func differences(path string, before, after any) []any {
	b, isObject := before.(object)
	a, isObjectToo := after.(object)
	if !isObject || !isObjectToo {
		if reflect.DeepEqual(before, after) {
			return nil
		}
		if _, isArray := after.([]any); isArray {
			return []any{object{"path": path, "propertyChangeType": "Array", "before": before, "after": after, "children": items(before, after)}}
		}
		return []any{object{"path": path, "propertyChangeType": "Modify", "before": before, "after": after}}
	}
	names := maps.Clone(b)
	maps.Copy(names, a)
	var out []any
	for _, name := range slices.Sorted(maps.Keys(names)) {
		inner := strings.TrimPrefix(path+"."+name, ".")
		was, is := b[name], a[name]
		switch {
		case was == nil && is == nil:
		case was == nil:
			out = append(out, object{"path": inner, "propertyChangeType": "Create", "after": is})
		case is == nil:
			out = append(out, object{"path": inner, "propertyChangeType": "Delete", "before": was})
		default:
			out = append(out, differences(inner, was, is)...)
		}
	}
	return out
}

// items are the changes of the items of a list, by place.
func items(before, after any) []any {
	b, _ := before.([]any)
	a, _ := after.([]any)
	var out []any
	for i := range max(len(a), len(b)) {
		name := strconv.Itoa(i)
		switch {
		case i >= len(b):
			out = append(out, object{"path": name, "propertyChangeType": "Create", "after": a[i]})
		case i >= len(a):
			out = append(out, object{"path": name, "propertyChangeType": "Delete", "before": b[i]})
		default:
			out = append(out, differences(name, b[i], a[i])...)
		}
	}
	return out
}
