package layout

import (
	"strings"

	"palisade/arm"
)

// waiting says what each resource waits for directly, by key. A template
// deployment is done when all that it deploys is, and what it deploys waits for
// what it waits for.
type waiting map[string][]string

func newWaiting(read []arm.Resource, implied bool) waiting {
	w := waiting{}
	in := map[string]string{} // the deployment of each resource
	for i := range read {
		r := &read[i]
		if !r.Existing {
			in[r.Key()] = strings.ToLower(r.Deployment)
		}
	}
	for i := range read {
		r := &read[i]
		if r.Existing {
			continue
		}
		w.add(r)
		if !implied {
			continue
		}
		for _, id := range named(r) {
			for key := id; key != ""; key = shorter(key) {
				if d, ok := in[key]; ok && d == in[r.Key()] && key != r.Key() {
					w[start(r)] = append(w[start(r)], key)
					break
				}
			}
		}
	}
	return w
}

func (w waiting) add(r *arm.Resource) {
	at, deployment := start(r), strings.ToLower(r.Deployment)
	for _, id := range r.DependsOn {
		w[at] = append(w[at], strings.ToLower(id))
	}
	w[at] = append(w[at], before(deployment))
	w[deployment] = append(w[deployment], r.Key())
}

// start is the node of what r waits for before it starts.
func start(r *arm.Resource) string {
	if r.Is(deploymentType) {
		return before(r.Key())
	}
	return r.Key()
}

// before is the node of what a template deployment waits for.
func before(deployment string) string { return "before " + deployment }

func shorter(key string) string { return key[:max(strings.LastIndexByte(key, '/'), 0)] }

// named are the ids that r names: its own, which names its parent, and those in
// its body.
func named(r *arm.Resource) []string {
	ids := []string{shorter(r.Key())}
	seen := map[*arm.Unknown]bool{}
	var visit func(v arm.Value)
	visit = func(v arm.Value) {
		v.Walk(func(x arm.Value) bool {
			if s, ok := x.Str(); ok && strings.HasPrefix(s, "/") {
				ids = append(ids, strings.ToLower(s))
			}
			if o, ok := x.Object(); ok {
				for _, m := range o.Members() {
					if strings.HasPrefix(m.Name, "/") {
						ids = append(ids, strings.ToLower(m.Name))
					}
				}
			}
			if u, ok := x.Unknown(); ok && !seen[u] {
				seen[u] = true
				for _, arg := range u.Args {
					visit(arg)
				}
			}
			return true
		})
	}
	visit(r.Body)
	return ids
}

// reaches reports whether from waits for to, directly or by way of others.
func (w waiting) reaches(from, to string) bool {
	seen := map[string]bool{from: true}
	next := []string{from}
	for len(next) > 0 {
		key := next[len(next)-1]
		next = next[:len(next)-1]
		for _, d := range w[key] {
			if d == to {
				return true
			}
			if !seen[d] {
				seen[d] = true
				next = append(next, d)
			}
		}
	}
	return false
}
