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

// resourceLoop reads the "copy" element of a resource. One that is broken is a
// loop of an unknown number of turns.
func (l *lowerer) resourceLoop(v arm.Value) *template.Loop {
	if v.IsNull() {
		return nil
	}
	o, _ := v.Object()
	if o == nil || o.Get("count").IsNull() {
		l.fail(v.Pos(), "copy of a resource has no count")
		turns := arm.Unk(arm.NotRead("error", "copy of a resource has no count", v.Pos()))
		return &template.Loop{Items: &expr.Literal{Value: turns}, Index: []string{indexName("")}, At: v.Pos()}
	}
	loop := &template.Loop{Items: l.turns(o.Get("count")), Index: []string{indexName("")}, Batch: batch(o), At: v.Pos()}
	if name, _ := o.Get("name").Str(); name != "" {
		loop.Name, loop.Index = name, append(loop.Index, indexName(name))
	}
	return loop
}

// batch is how many turns run at a time, 0 for all.
func batch(o *arm.Object) int {
	if !o.Get("mode").Is("serial") {
		return 0
	}
	size, _ := o.Get("batchSize").Int()
	return int(max(size, 1))
}
