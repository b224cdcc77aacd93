package layout

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/template"
)

// builder makes one layout.
type builder struct {
	options  Options
	parts    []Part
	nodes    []*node
	byID     map[string]*node  // by lower-case id
	types    map[string]int    // how many resources are of a type, in lower case
	versions map[string]string // an API version of each type, in lower case
	reserved map[string]bool   // names of parameters, in lower case
	tree     *Tree
}

// node is one resource while its place is found.
type node struct {
	Identity
	id    string // as the written template will give it
	res   *arm.Resource
	part  int
	index int // in the order of the parts
	file  *File
	stage int
	out   *Resource

	hard []*node // must come first, whatever the body says
	soft []*node // named in the body
	cut  bool    // stands in a circle: its soft references are written as text
}

// deps are all that must come before n.
func (n *node) deps() []*node {
	if n.cut {
		return n.hard
	}
	return append(n.hard[:len(n.hard):len(n.hard)], n.soft...)
}

const unknownMark = "«"

// collect takes the identities of all resources that are to be deployed.
func (b *builder) collect(parts []Part) error {
	b.parts = parts
	for p := range parts {
		for r := range parts[p].Resources {
			if err := b.add(&parts[p].Resources[r], p); err != nil {
				return err
			}
		}
	}
	b.spellAlike()
	b.byID = make(map[string]*node, len(b.nodes))
	for _, n := range b.nodes {
		n.id = n.ID()
		key := strings.ToLower(n.id)
		if b.byID[key] != nil {
			return fmt.Errorf("%s is there twice", n.id)
		}
		b.byID[key] = n
	}
	return nil
}

func (b *builder) add(r *arm.Resource, part int) error {
	if r.Existing {
		return nil
	}
	id, ok := ParseID(r.ID)
	switch {
	case strings.Contains(r.ID, unknownMark):
		return fmt.Errorf("the id %s isn't known before the deployment", r.ID)
	case !ok:
		return fmt.Errorf("%q isn't the id of a resource", r.ID)
	case r.APIVersion == "":
		return fmt.Errorf("%s has no API version", r.ID)
	case r.Copies.IsUnknown():
		return fmt.Errorf("how often %s is deployed isn't known", r.ID)
	}
	if b.options.Subscription == "" {
		b.options.Subscription = id.Scope.Subscription
	}
	b.nodes = append(b.nodes, &node{Identity: id, res: r, part: part, index: len(b.nodes)})
	key := strings.ToLower(id.Type)
	b.types[key]++
	b.versions[key] = r.APIVersion
	return nil
}

// spellAlike makes resources that differ in nothing but the case of their
// resource group or subscription stand in the same one.
func (b *builder) spellAlike() {
	groups := map[string]string{}
	for _, n := range b.nodes {
		if n.Type == groupType {
			groups[strings.ToLower(n.ID())] = n.Names[0]
		}
	}
	for _, n := range b.nodes {
		if strings.EqualFold(n.Scope.Subscription, b.options.Subscription) {
			n.Scope.Subscription = b.options.Subscription
		}
		if n.Scope.Kind != template.ResourceGroup {
			continue
		}
		key := n.Scope.key()
		if groups[key] == "" {
			groups[key] = n.Scope.Group
		}
		n.Scope.Group = groups[key]
	}
	for _, n := range b.nodes {
		if n.Target == "" {
			continue
		}
		if t, ok := ParseID(n.Target); ok {
			t.Scope = n.Scope
			n.Target = t.ID()
		}
	}
}
