package layout

import (
	"fmt"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// fill writes what each resource says.
func (b *builder) fill() error {
	for _, n := range b.nodes {
		if err := b.fillNode(n); err != nil {
			return fmt.Errorf("%s: %w", n.id, err)
		}
	}
	return nil
}

func (b *builder) fillNode(n *node) (err error) {
	c := &converter{b: b, file: n.file, self: n}
	out := n.out
	if p, ok := n.parent(); ok && (n.Target == "" || b.inFile(p, n.file)) {
		out.Parent = b.parent(n.file, p, n.res.APIVersion)
		refersTo(out, out.Parent)
	}
	if n.Target != "" && out.Parent == nil {
		if err := b.target(n); err != nil {
			return err
		}
	}
	if g := b.groupOf(n); g != nil && b.options.Flat && out.Parent == nil && out.Target == nil {
		out.Group = g.out
		refersTo(out, g.out)
	}
	if n.res.Condition.IsUnknown() {
		if out.Condition, err = c.node(n.res.Condition); err != nil {
			return fmt.Errorf("condition: %w", err)
		}
	}
	if n.file == b.tree.Main && !b.options.Flat {
		out.Title, out.Practice = b.parts[n.part].Title, b.parts[n.part].Practice
	}
	out.Body, err = c.body(n.res.Body)
	return err
}

// groupOf is the resource group that n is in, if the layout deploys it.
func (b *builder) groupOf(n *node) *node {
	if n.Scope.Kind != template.ResourceGroup {
		return nil
	}
	return b.byID[n.Scope.key()]
}

func (b *builder) inFile(id Identity, f *File) bool {
	n := b.byID[strings.ToLower(id.ID())]
	return n != nil && n.file == f
}

// target finds the resource that n extends.
func (b *builder) target(n *node) error {
	id, ok := ParseID(n.Target)
	if !ok {
		return fmt.Errorf("%q isn't the id of a resource", n.Target)
	}
	d := b.byID[strings.ToLower(n.Target)]
	switch {
	case d != nil && d.Type == groupType && n.file != b.tree.Main:
		return nil
	case d != nil:
		n.out.Target = b.refer(n.file, d)
	case id.Target == "":
		version := b.version(id.Type, "")
		if version == "" {
			return fmt.Errorf("no API version is known for %s", id.Type)
		}
		n.out.Target = b.existing(n.file, id, version)
	}
	if n.out.Target == nil {
		return fmt.Errorf("%s extends what extends another resource in another file", n.id)
	}
	refersTo(n.out, n.out.Target)
	return nil
}

// instructions are the members of a body that stand elsewhere in a layout.
var instructions = []string{"name", "type", "apiVersion", "scope", "dependsOn", "condition", "id"}

// converter turns the values of one resource into expressions.
type converter struct {
	b    *builder
	file *File
	self *node // nil for what the main file passes on
}

func (c *converter) body(v arm.Value) (*expr.Object, error) {
	o, ok := v.Object()
	if !ok && !v.IsNull() {
		return nil, fmt.Errorf("the body is %s, not object", v.Kind())
	}
	body := &expr.Object{}
	if o == nil {
		return body, nil
	}
	for _, m := range o.Members() {
		if isInstruction(m.Name) {
			continue
		}
		converted, err := c.member(m)
		if err != nil {
			return nil, err
		}
		body.Members = append(body.Members, converted)
	}
	return body, nil
}

func isInstruction(name string) bool {
	return slices.ContainsFunc(instructions, func(s string) bool { return strings.EqualFold(s, name) })
}

func (c *converter) member(m arm.Member) (expr.ObjectMember, error) {
	value, err := c.node(m.Value)
	if err != nil {
		return expr.ObjectMember{}, fmt.Errorf("%s: %w", m.Name, err)
	}
	if strings.Contains(m.Name, unknownMark) {
		return expr.ObjectMember{}, fmt.Errorf("the name of the member %s isn't known", m.Name)
	}
	return expr.ObjectMember{Name: c.str(m.Name), Value: value}, nil
}

// node is the expression for a value.
func (c *converter) node(v arm.Value) (expr.Node, error) {
	switch v.Kind() {
	case arm.StringKind:
		s, _ := v.Str()
		return c.str(s), nil
	case arm.ArrayKind:
		return c.array(v)
	case arm.ObjectKind:
		o, _ := v.Object()
		members := make([]expr.ObjectMember, 0, o.Len())
		for _, m := range o.Members() {
			converted, err := c.member(m)
			if err != nil {
				return nil, err
			}
			members = append(members, converted)
		}
		return &expr.Object{Members: members}, nil
	case arm.UnknownKind:
		u, _ := v.Unknown()
		return c.term(u)
	}
	return &expr.Literal{Value: v}, nil
}

func (c *converter) array(v arm.Value) (expr.Node, error) {
	values, _ := v.Items()
	items := make([]expr.ArrayItem, len(values))
	for i, item := range values {
		n, err := c.node(item)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		items[i].Value = n
	}
	return &expr.Array{Items: items}, nil
}

// str is a string. An id of the layout is named by its symbol.
func (c *converter) str(s string) expr.Node {
	n, rest := c.b.find(s)
	if n == nil || n.id+rest != s {
		return c.file.text(s)
	}
	if n.Type == groupType && c.file != c.b.tree.Main {
		return c.file.text(s)
	}
	id := c.id(n)
	switch {
	case id == nil:
		return c.file.text(s)
	case rest == "":
		return id
	}
	return &expr.Join{Parts: []expr.Node{id, text(rest)}}
}

// id is the id of a resource by its symbol, or nil where the reference may only
// be text.
func (c *converter) id(n *node) expr.Node {
	r := c.resource(n)
	if r == nil {
		return nil
	}
	return member(&expr.Symbol{Name: r.Symbol}, "id")
}

// resource is what the file calls n, noted as a reference; nil for itself and
// for what may not be referred to.
func (c *converter) resource(n *node) *Resource {
	if n == c.self || c.self != nil && c.self.cut && !slices.Contains(c.self.hard, n) {
		return nil
	}
	r := c.b.refer(c.file, n)
	if r != nil && c.self != nil {
		refersTo(c.self.out, r)
	}
	return r
}

// order says what waits for what: files for files, and in a file what no
// reference says.
func (b *builder) order() error {
	main := b.tree.Main
	for _, n := range b.nodes {
		for _, d := range n.deps() {
			switch {
			case d.file == main && n.file != main:
				if !slices.Contains(n.file.Needs, d.out) {
					n.file.Needs = append(n.file.Needs, d.out)
				}
			case d.file != n.file:
				if !slices.Contains(n.file.DependsOn, d.file) {
					n.file.DependsOn = append(n.file.DependsOn, d.file)
				}
			case !slices.Contains(n.out.DependsOn, d.out):
				n.out.DependsOn = append(n.out.DependsOn, d.out)
			}
		}
	}
	for _, n := range b.nodes {
		n.out.DependsOn = unreached(n.out)
	}
	index := map[*File]int{}
	for i, m := range b.tree.Modules {
		index[m] = i
	}
	for _, m := range b.tree.Modules {
		slices.SortFunc(m.DependsOn, func(x, y *File) int { return index[x] - index[y] })
	}
	return nil
}
