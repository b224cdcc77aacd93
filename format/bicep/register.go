package bicep

import "strings"

// unreadable is the type of a resource whose type couldn't be read.
const unreadable = "Unreadable/resources"

// enclosing is what a nested resource takes over from those around it.
type enclosing struct {
	symbol     string
	conditions []node
}

// loopInfo is the loop that a resource is declared in, itself or by way of the
// resource around it.
type loopInfo struct {
	node *forNode
	name string // of the loop: the symbol of the resource that has it
}

// turn is the name of the local that counts the turns of the loop, besides the
// one that the file gives it.
func (i *loopInfo) turn() string { return i.name + " turn" }

// parts are the parts of the body of a resource or module.
type parts struct {
	loop      *forNode
	condition node
	object    *objectNode // nil where it couldn't be read
}

func partsOf(body node) parts {
	var p parts
	if f, ok := body.(*forNode); ok {
		p.loop, body = f, f.body
	}
	if c, ok := body.(*ifNode); ok {
		p.condition, body = c.condition, c.body
	}
	p.object, _ = body.(*objectNode)
	return p
}

// register notes the resources and modules that a declaration makes, so that
// all of them are known before any expression is lowered.
func (l *lowerer) register(d decl) {
	switch d := d.(type) {
	case *resourceDecl:
		l.registerResource(d, "", nil)
	case *moduleDecl:
		info := &resourceInfo{typ: deploymentType, module: true}
		if p := partsOf(d.body); p.loop != nil {
			info.loop = &loopInfo{p.loop, d.name.name}
		}
		l.resources[d.name.name] = info
	}
}

func (l *lowerer) registerResource(d *resourceDecl, symbol string, parent *resourceInfo) {
	info := &resourceInfo{nested: map[string]string{}}
	info.typ, info.version = typeAndVersion(d.typ)
	if parent == nil {
		symbol = d.name.name
	} else {
		parent.nested[d.name.name] = symbol
		info.typ = nestedType(parent.typ, info.typ)
		info.loop = parent.loop
		if info.version == "" {
			info.version = parent.version
		}
	}
	p := partsOf(d.body)
	if p.loop != nil {
		info.loop = &loopInfo{p.loop, symbol}
	}
	l.resources[symbol] = info
	if p.object == nil {
		return
	}
	for _, child := range p.object.nested {
		l.registerResource(child, symbol+"::"+child.name.name, info)
	}
}

// typeAndVersion reads 'Microsoft.Storage/storageAccounts@2024-01-01'.
func typeAndVersion(n node) (typ, version string) {
	s, ok := n.(*stringNode)
	if !ok {
		return "", ""
	}
	typ, version, _ = strings.Cut(s.value, "@")
	typ = strings.TrimPrefix(typ, "az:")
	return strings.Trim(typ, "/"), version
}

// nestedType is the whole type of a nested resource, whose own is relative
// unless it has a namespace.
func nestedType(parent, own string) string {
	if first, _, _ := strings.Cut(own, "/"); strings.Contains(first, ".") || own == "" {
		return own
	}
	return parent + "/" + own
}
