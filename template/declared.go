package template

import "palisade/arm"

// notDeclared answers for a resource that can't be told: every member of it is
// unknown.
type notDeclared struct{ v arm.Value }

func (n notDeclared) Member(name string, _ bool, _ arm.Pos) arm.Value { return n.v.Get(name) }
func (n notDeclared) Whole(arm.Pos) arm.Value                         { return n.v }

// everyTurn is a loop of resources as a whole: an array.
type everyTurn struct{ g *group }

func (e everyTurn) Whole(at arm.Pos) arm.Value {
	return e.g.all(at, func(i *instance) arm.Value { return i.Whole(at) })
}

func (e everyTurn) Member(name string, _ bool, at arm.Pos) arm.Value {
	message := e.g.label() + " is a loop and needs an index"
	e.g.d.Report(arm.Diagnostic{Pos: at, Message: message})
	return arm.Unk(arm.NotRead("error", message, at))
}
