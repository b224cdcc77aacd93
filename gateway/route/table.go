package route

import (
	"fmt"
	"slices"
	"strings"
)

// Table finds the operation of a request. It doesn't change once it is made.
type Table struct {
	trees [3]*node // by form: deployment, resource, v1
	list  []Operation
}

// Options change what a table holds.
type Options struct {
	Off []string // groups that are refused: FineTuning, Assistants
}

// node is one segment of the paths.
type node struct {
	children map[string]*node
	any      *node // an ID
	methods  []*Operation
}

// NewTable makes the table of Operations.
func NewTable(o Options) *Table {
	t := &Table{list: Operations()}
	for i := range t.trees {
		t.trees[i] = &node{}
	}
	for i := range t.list {
		op := &t.list[i]
		if !slices.Contains(o.Off, op.Group) {
			t.add(op)
		}
	}
	return t
}

// Operations lists what the table holds.
func (t *Table) Operations() []Operation { return t.list }

func (t *Table) add(op *Operation) {
	for i, n := range t.trees {
		if op.Forms&(1<<i) == 0 {
			continue
		}
		for segment := range strings.SplitSeq(op.Path[1:], "/") {
			n = n.child(segment)
		}
		n.methods = append(n.methods, op)
	}
}

func (n *node) child(segment string) *node {
	if strings.HasPrefix(segment, "{") {
		if n.any == nil {
			n.any = &node{}
		}
		return n.any
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	if n.children[segment] == nil {
		n.children[segment] = &node{}
	}
	return n.children[segment]
}

// at follows a path of segments, and notes the IDs that stand in it.
func (n *node) at(path string, ids *IDs) *node {
	for n != nil && path != "" {
		segment, rest, _ := strings.Cut(path, "/")
		next := n.children[segment]
		if next == nil {
			if n.any == nil || !ids.add(segment) {
				return nil
			}
			next = n.any
		}
		n, path = next, rest
	}
	return n
}

func (n *node) operation(method string) *Operation {
	for _, op := range n.methods {
		if op.Method == method {
			return op
		}
	}
	return nil
}

func (n *node) allow() string {
	var methods []string
	for _, op := range n.methods {
		methods = append(methods, op.Method)
	}
	return strings.Join(methods, ", ")
}

// IDs are the IDs in a path, in order. There are at most three.
type IDs struct {
	id [3]string
	n  int
}

func (p *IDs) add(id string) bool {
	if p.n == len(p.id) {
		return false
	}
	p.id[p.n] = id
	p.n++
	return true
}

// At is the i-th ID, or "".
func (p *IDs) At(i int) string {
	if i < p.n {
		return p.id[i]
	}
	return ""
}

// check holds that each operation can be told from every other. It is for the
// tests of the table.
func (t *Table) check() error {
	seen := map[string]bool{}
	for i := range t.list {
		op := &t.list[i]
		key := op.Method + " " + op.Path
		if seen[key] || seen[op.Name] {
			return fmt.Errorf("%s is listed twice", key)
		}
		seen[key], seen[op.Name] = true, true
	}
	return nil
}
