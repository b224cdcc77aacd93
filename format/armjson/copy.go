package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// copyLoop is one loop of a "copy" element: it makes an array of inputs.
//
// Source: Microsoft Learn, "Property iteration in ARM templates" and "Variable
// iteration in ARM templates".
type copyLoop struct {
	name  string
	count arm.Value
	input arm.Value
	at    arm.Pos
}

// copyLoops returns the loops that m stands for, if it is a "copy" element and
// not just a member of that name.
func copyLoops(m arm.Member) ([]copyLoop, bool) {
	if !strings.EqualFold(m.Name, "copy") {
		return nil, false
	}
	items, ok := m.Value.Items()
	if !ok || len(items) == 0 {
		return nil, false
	}
	loops := make([]copyLoop, len(items))
	for i, item := range items {
		o, ok := item.Object()
		if !ok {
			return nil, false
		}
		name, hasName := o.Get("name").Str()
		input, hasInput := o.Lookup("input")
		count, hasCount := o.Lookup("count")
		if !hasName || !hasInput || !hasCount {
			return nil, false
		}
		loops[i] = copyLoop{name: name, count: count.Value, input: input.Value, at: item.Pos()}
	}
	return loops, true
}

// forLoop is the array that a loop makes. The name of its index is the call
// that reads it.
func (l *lowerer) forLoop(loop copyLoop) expr.Node {
	return &expr.For{Items: l.turns(loop.count), Index: indexName(loop.name), Body: l.node(loop.input), At: loop.at}
}

// turns are the numbers of a loop's turns.
func (l *lowerer) turns(count arm.Value) expr.Node {
	zero := &expr.Literal{Value: arm.Int(0, count.Pos())}
	return &expr.Call{Name: "range", Args: []expr.Node{zero, l.node(count)}, At: count.Pos()}
}

// indexName is the local that copyIndex(name) reads; copyIndex() without a
// name reads the one of "".
func indexName(loop string) string {
	if loop == "" {
		return "copyIndex()"
	}
	return "copyIndex('" + strings.ToLower(loop) + "')"
}

// resourceLoop reads the "copy" element of a resource.
func (l *lowerer) resourceLoop(v arm.Value) *template.Loop {
	o, ok := v.Object()
	if !ok {
		if !v.IsNull() {
			l.fail(v.Pos(), "copy of a resource is %s, not object", v.Kind())
		}
		return nil
	}
	count, ok := o.Lookup("count")
	if !ok {
		l.fail(v.Pos(), "copy has no count")
		return nil
	}
	name, _ := o.Get("name").Str()
	batch, _ := o.Get("batchSize").Int()
	if o.Get("mode").Is("serial") {
		batch = max(batch, 1)
	} else {
		batch = 0
	}
	loop := &template.Loop{Items: l.turns(count.Value), Index: []string{indexName("")}, Batch: int(batch), Name: name, At: v.Pos()}
	if name != "" {
		loop.Index = append(loop.Index, indexName(name))
	}
	return loop
}
