package layout

import (
	"fmt"
	"strings"

	"palisade/template"
)

// maxInFile is how many resources go to one file. Resource Manager takes 800 in
// a template (Microsoft Learn, "Azure Resource Manager limits").
const maxInFile = 700

// makeFiles gives each resource its file. Resource groups go to the main file,
// the others to one for each part and scope. Parts that wait for each other are
// cut into files that don't.
func (b *builder) makeFiles() error {
	main := &File{Name: "main", Scope: Scope{Kind: template.Subscription, Subscription: b.options.Subscription}}
	b.tree = &Tree{Name: b.options.Name, Main: main, Parts: b.parts}
	if b.options.Flat {
		main.flat = true
		for _, n := range b.nodes {
			n.file = main
		}
		return nil
	}
	keys := map[*node]string{}
	for _, n := range b.nodes {
		if n.Type == groupType && n.Scope.key() == main.Scope.key() {
			n.file = main
			continue
		}
		keys[n] = fmt.Sprint(n.part, " ", n.Scope.key())
	}
	b.stages(keys)
	b.split(keys)
	names := map[string]bool{"main": true}
	files := map[string]*File{}
	for _, n := range b.nodes {
		if n.file == main {
			continue
		}
		f := files[keys[n]]
		if f == nil {
			f = b.newFile(n, names)
			files[keys[n]] = f
			b.tree.Modules = append(b.tree.Modules, f)
		}
		n.file = f
	}
	return nil
}

func (b *builder) newFile(n *node, names map[string]bool) *File {
	p := b.parts[n.part]
	base := Slug(p.Name)
	name := base
	for i := 2; names[name]; i++ {
		name = fmt.Sprint(base, "-", i)
	}
	names[name] = true
	deployment := name
	if b.options.Name != "" {
		deployment = b.options.Name + "-" + name
	}
	const limit = 64 // Microsoft Learn, "Azure Resource Manager limits"
	if over := len(deployment) - limit; over > 0 {
		deployment = deployment[over:]
	}
	return &File{Name: name, Title: p.Title, Practice: p.Practice, Scope: n.Scope, Deployment: strings.Trim(deployment, "-")}
}

// stages cuts the files in circles so that no file waits for one that waits for
// it: each step from one file to another is a stage of its own.
func (b *builder) stages(keys map[*node]string) {
	groups := map[string]*node{} // a node of its own for each file
	var order []*node
	for _, n := range b.nodes {
		if k, ok := keys[n]; ok && groups[k] == nil {
			groups[k] = &node{}
			order = append(order, groups[k])
		}
	}
	for _, n := range b.nodes {
		for _, d := range n.deps() {
			from, to := groups[keys[n]], groups[keys[d]]
			if from != nil && to != nil && from != to {
				from.hard = appendNode(from.hard, to)
			}
		}
	}
	circular := map[string]bool{}
	for _, g := range circle(order) {
		g.cut = true
	}
	for k, g := range groups {
		circular[k] = g.cut
	}
	for _, n := range sorted(b.nodes) {
		k := keys[n]
		if !circular[k] {
			continue
		}
		for _, d := range n.deps() {
			switch dk := keys[d]; {
			case !circular[dk]:
			case dk == k:
				n.stage = max(n.stage, d.stage)
			default:
				n.stage = max(n.stage, d.stage+1)
			}
		}
	}
	for _, n := range b.nodes {
		if k, ok := keys[n]; ok && circular[k] {
			keys[n] = fmt.Sprint(k, " ", n.stage)
		}
	}
}

// split cuts files that are too large, in an order in which the later file
// waits for the earlier.
func (b *builder) split(keys map[*node]string) {
	total, count := map[string]int{}, map[string]int{}
	for _, n := range b.nodes {
		total[keys[n]]++
	}
	for _, n := range sorted(b.nodes) {
		k, ok := keys[n]
		if !ok || total[k] <= maxInFile {
			continue
		}
		keys[n] = fmt.Sprint(k, " / ", count[k]/maxInFile)
		count[k]++
	}
}

// sorted are the nodes, each after those that it waits for, else in their order.
func sorted(nodes []*node) []*node {
	users, open := map[*node][]*node{}, map[*node]int{}
	for _, n := range nodes {
		for _, d := range n.deps() {
			users[d] = append(users[d], n)
			open[n]++
		}
	}
	out := make([]*node, 0, len(nodes))
	for _, n := range nodes {
		if open[n] == 0 {
			out = append(out, n)
		}
	}
	for i := 0; i < len(out); i++ {
		for _, u := range users[out[i]] {
			if open[u]--; open[u] == 0 {
				out = append(out, u)
			}
		}
	}
	return out
}

// Slug is a name for a file: lower-case letters, digits and single dashes.
func Slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "part"
}
