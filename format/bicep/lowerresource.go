package bicep

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// resource lowers a resource and those nested in it.
func (l *lowerer) resource(d *resourceDecl, around *enclosing) {
	symbol := d.name.name
	if around != nil {
		symbol = around.symbol + "::" + symbol
	}
	info, p := l.resources[symbol], partsOf(d.body)
	if d.name.name == "" || info == nil {
		return
	}
	r := &template.Resource{Symbol: symbol, Type: info.typ, APIVersion: info.version, Existing: d.existing, At: l.at(d.at)}
	l.checkType(r, d)
	l.nested = append(l.nested, info.nested)
	l.locals = append(l.locals, l.loopOf(r, info, d.decorators)...)
	inside := &enclosing{symbol: symbol}
	if around != nil {
		r.Parent = l.enclosingSymbol(around.symbol, r.At)
		inside.conditions = around.conditions
	}
	if p.condition != nil {
		inside.conditions = append(inside.conditions[:len(inside.conditions):len(inside.conditions)], p.condition)
	}
	r.Condition = l.conjunction(inside.conditions)
	l.fill(r, d, p.object)
	l.t.Resources = append(l.t.Resources, r)
	l.locals = l.locals[:0]
	if p.object != nil {
		for _, child := range p.object.nested {
			l.resource(child, inside)
		}
	}
	l.nested = l.nested[:len(l.nested)-1]
}

// checkType reports a type that can't be one.
func (l *lowerer) checkType(r *template.Resource, d *resourceDecl) {
	if strings.Contains(r.Type, "/") {
		return
	}
	if _, bad := d.typ.(*badNode); !bad {
		l.report(d.typ.offset(), "expected a resource type such as 'Microsoft.Storage/storageAccounts@2024-01-01'")
	}
	r.Type, r.Existing = unreadable, true
}

// loopOf sets the resource's loop and returns the names that it binds.
func (l *lowerer) loopOf(r *template.Resource, info *resourceInfo, decorators []decorator) []string {
	if info.loop == nil {
		return nil
	}
	n := info.loop.node
	r.Loop = &template.Loop{
		Items: l.expr(n.in), Item: n.item.name, Index: []string{n.index.name, info.loop.turn()},
		Batch: batchSize(decorators), Name: info.loop.name, At: l.at(n.offset()),
	}
	return []string{n.item.name, n.index.name}
}

func batchSize(decorators []decorator) int {
	for _, d := range decorators {
		if d.name != "batchSize" || len(d.args) != 1 {
			continue
		}
		if n, ok := d.args[0].(*intNode); ok {
			return int(n.value)
		}
	}
	return 0
}

// enclosingSymbol is the resource around a nested one, in the same turn.
func (l *lowerer) enclosingSymbol(symbol string, at arm.Pos) *expr.Symbol {
	s := &expr.Symbol{Name: symbol, At: at}
	if info := l.resources[symbol]; info != nil && info.loop != nil {
		s.Index = &expr.Local{Name: info.loop.turn(), At: at}
	}
	return s
}

// conjunction is true where all conditions are; nil for none.
func (l *lowerer) conjunction(conditions []node) expr.Node {
	var all expr.Node
	for _, c := range conditions {
		lowered := l.expr(c)
		if all == nil {
			all = lowered
			continue
		}
		all = call("and", lowered.Pos(), all, lowered)
	}
	return all
}

// fill sets what the body of the resource says.
func (l *lowerer) fill(r *template.Resource, d *resourceDecl, object *objectNode) {
	if object == nil {
		at := l.at(d.body.offset())
		r.Name = notRead("syntax error", "the body of "+d.name.name+" couldn't be read", at)
		r.Body = r.Name
		return
	}
	at := l.at(object.offset())
	if alias := l.extensionOf(r.Type); alias != "" {
		l.extensionResource(r, alias, object.members, at)
		return
	}
	var rest []member
	for _, m := range object.members {
		if !l.instruction(r, m) {
			rest = append(rest, m)
		}
	}
	if r.Name == nil {
		r.Name = l.unknown(d.name.at, "resource "+d.name.name+" has no name")
	}
	if strings.EqualFold(r.Type, deploymentType) && !r.Existing {
		l.rawDeployment(r, rest, at)
		return
	}
	if len(rest) > 0 || !r.Existing {
		r.Body = l.object(rest, at)
	}
}

// instruction takes a member that tells where and when to deploy the resource.
func (l *lowerer) instruction(r *template.Resource, m member) bool {
	key, ok := m.key.(*stringNode)
	if !ok {
		return false
	}
	switch key.value {
	case "name":
		r.Name = l.expr(m.value)
	case "parent":
		r.Parent = l.parent(m.value)
	case "scope":
		r.Target.ID = l.scope(m.value)
	case "dependsOn":
		r.DependsOn = l.dependsOn(m.value)
	default:
		return false
	}
	return true
}

func (l *lowerer) parent(n node) *expr.Symbol {
	x := l.expr(n)
	if s, ok := x.(*expr.Symbol); ok {
		return s
	}
	if _, bad := n.(*badNode); !bad {
		l.report(n.offset(), "the parent must be a resource of this file")
	}
	return nil
}

// scope is where a resource or module is deployed to, as an id or as what has
// one.
func (l *lowerer) scope(n node) expr.Node {
	x := l.expr(n)
	if s, ok := x.(*expr.Symbol); ok {
		return id(s)
	}
	return x
}

// dependsOn are the resources in a list. A loop as a whole stands there by its
// name.
func (l *lowerer) dependsOn(n node) []expr.Node {
	list, ok := n.(*arrayNode)
	if !ok {
		return []expr.Node{l.dependency(n)}
	}
	nodes := make([]expr.Node, len(list.items))
	for i, it := range list.items {
		nodes[i] = l.dependency(it.value)
	}
	return nodes
}

func (l *lowerer) dependency(n node) expr.Node {
	x := l.expr(n)
	if s, ok := x.(*expr.Symbol); ok && s.Index == nil && l.isLoop(s) {
		return text(s.Name, s.At)
	}
	return x
}

// isLoop reports whether a resource or module is declared in a loop.
func (l *lowerer) isLoop(s *expr.Symbol) bool {
	info := l.resources[s.Name]
	return info != nil && info.loop != nil
}
