package layout

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// connect finds what each resource must wait for.
func (b *builder) connect() error {
	for _, n := range b.nodes {
		if err := b.connectNode(n); err != nil {
			return fmt.Errorf("%s: %w", n.id, err)
		}
	}
	return nil
}

func (b *builder) connectNode(n *node) error {
	for _, id := range n.res.DependsOn {
		if d, _ := b.find(id); d != nil && d != n {
			n.hard = appendNode(n.hard, d)
		}
	}
	if g := b.groupOf(n); g != nil {
		n.hard = appendNode(n.hard, g)
	}
	for p, ok := n.parent(); ok; p, ok = p.parent() {
		if d := b.byID[strings.ToLower(p.ID())]; d != nil {
			n.hard = appendNode(n.hard, d)
			break
		}
	}
	if d, _ := b.find(n.Target); d != nil {
		n.hard = appendNode(n.hard, d)
	}
	if n.res.Body.Depth() > maxDepth || n.res.Condition.Depth() > maxDepth {
		return fmt.Errorf("the body is nested more than %d levels deep", maxDepth)
	}
	b.mentions(n, n.res.Body, false)
	b.mentions(n, n.res.Condition, false)
	return nil
}

// maxDepth is how deep the values may be nested that are written.
const maxDepth = 200

// find looks for the resource with that id, or one with an id below it; rest is
// what follows.
func (b *builder) find(id string) (n *node, rest string) {
	if !strings.HasPrefix(id, "/") {
		return nil, ""
	}
	key := strings.ToLower(id)
	if n := b.byID[key]; n != nil {
		return n, ""
	}
	for i := strings.LastIndexByte(key, '/'); i > 0; i = strings.LastIndexByte(key[:i], '/') {
		if n := b.byID[key[:i]]; n != nil && n.Type != groupType && len(key) == len(id) {
			return n, id[i:]
		}
	}
	return nil, ""
}

// mentions adds the resources whose ids stand in v. Those that v asks for their
// state must come first.
func (b *builder) mentions(n *node, v arm.Value, state bool) {
	v.Walk(func(w arm.Value) bool {
		if s, ok := w.Str(); ok {
			b.mention(n, s, state)
		}
		if o, ok := w.Object(); ok {
			for _, m := range o.Members() {
				b.mention(n, m.Name, false)
			}
		}
		if u, ok := w.Unknown(); ok {
			b.mentionsIn(n, u)
		}
		return true
	})
}

func (b *builder) mentionsIn(n *node, u *arm.Unknown) {
	if u.Op == arm.OpParameter {
		b.reserved[strings.ToLower(u.Name)] = true
	}
	asks := u.Op == arm.OpRuntime && asksState(u.Name)
	for i, a := range u.Args {
		b.mentions(n, a, asks && i == 0)
	}
}

func asksState(function string) bool {
	return function == "reference" || function == "getSecret" || strings.HasPrefix(function, "list")
}

func (b *builder) mention(n *node, id string, state bool) {
	d, _ := b.find(id)
	switch {
	case d == nil || d == n || d.Type == groupType:
	case state:
		n.hard = appendNode(n.hard, d)
	default:
		n.soft = appendNode(n.soft, d)
	}
}

func appendNode(nodes []*node, n *node) []*node {
	for _, m := range nodes {
		if m == n {
			return nodes
		}
	}
	return append(nodes, n)
}

// cutCircles makes references in bodies text where they would close a circle,
// and reports circles that remain.
func (b *builder) cutCircles() error {
	for _, n := range circle(b.nodes) {
		n.cut = true
	}
	rest := circle(b.nodes)
	if len(rest) == 0 {
		return nil
	}
	var ids []string
	for _, n := range rest[:min(len(rest), 5)] {
		ids = append(ids, n.id)
	}
	return fmt.Errorf("these resources wait for each other: %s", strings.Join(ids, ", "))
}

// circle is what stands in circles, or between two of them: what remains when
// those that wait for nothing, and those that nothing waits for, are taken away
// again and again.
func circle(nodes []*node) []*node {
	deps, users := map[*node][]*node{}, map[*node][]*node{}
	for _, n := range nodes {
		deps[n] = n.deps()
		for _, d := range deps[n] {
			users[d] = append(users[d], n)
		}
	}
	gone := map[*node]bool{}
	peel(nodes, gone, deps, users)
	peel(nodes, gone, users, deps)
	var rest []*node
	for _, n := range nodes {
		if !gone[n] {
			rest = append(rest, n)
		}
	}
	return rest
}

// peel marks all nodes as gone that have no edges in one direction, again and
// again.
func peel(nodes []*node, gone map[*node]bool, edges, back map[*node][]*node) {
	open := map[*node]int{}
	var next []*node
	for _, n := range nodes {
		if gone[n] {
			continue
		}
		for _, d := range edges[n] {
			if !gone[d] {
				open[n]++
			}
		}
		if open[n] == 0 {
			next = append(next, n)
		}
	}
	for len(next) > 0 {
		n := next[len(next)-1]
		next = next[:len(next)-1]
		gone[n] = true
		for _, m := range back[n] {
			if open[m]--; open[m] == 0 && !gone[m] {
				next = append(next, m)
			}
		}
	}
}
