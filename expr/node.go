package expr

import "palisade/arm"

// Node is an expression. Nodes are not changed once they are built; one tree
// may be evaluated many times and by several goroutines.
type Node interface {
	Pos() arm.Pos
}

// Literal is a value that is written out.
type Literal struct{ Value arm.Value }

// Object is an object literal. A member with Spread set has no name: the
// members of its value are put in its place.
type Object struct {
	Members []ObjectMember
	At      arm.Pos
}

// ObjectMember is one member of an object literal. Name is usually a Literal.
type ObjectMember struct {
	Name   Node
	Value  Node
	Spread bool
	At     arm.Pos
}

// Array is an array literal.
type Array struct {
	Items []ArrayItem
	At    arm.Pos
}

// ArrayItem is one item, or, with Spread set, an array whose items go here.
type ArrayItem struct {
	Value  Node
	Spread bool
}

// Join is string interpolation: the parts one after another, converted to
// strings as the function format does.
type Join struct {
	Parts []Node
	At    arm.Pos
}

// Parameter, Variable and Local read a parameter or variable of the template,
// or a name bound by a lambda, a loop or a user-defined function.
type (
	Parameter struct {
		Name string
		At   arm.Pos
	}
	Variable struct {
		Name string
		At   arm.Pos
	}
	Local struct {
		Name string
		At   arm.Pos
	}
)

// Symbol is a resource or module of the template, by its symbolic name. Index
// is the turn of its loop, or nil.
type Symbol struct {
	Name  string
	Index Node
	At    arm.Pos
}

// Call is a call of a built-in function, or, with a Namespace or when the
// template defines one of that name, of a user-defined one.
type Call struct {
	Namespace string
	Name      string
	Args      []Node
	At        arm.Pos
}

// Member is x.name. With Safe, a missing member or a null x gives null. With
// Chained, an earlier step of the same chain is safe: a null x gives null, but
// a missing member is an error.
type Member struct {
	X       Node
	Name    string
	Safe    bool
	Chained bool
	At      arm.Pos
}

// Index is x[i], of an array or an object. With FromEnd, 1 is the last item.
// Safe and Chained are as in Member.
type Index struct {
	X, I    Node
	Safe    bool
	Chained bool
	FromEnd bool
	At      arm.Pos
}

// If is a conditional; only the branch that is chosen is evaluated.
type If struct {
	Condition, Then, Else Node
	At                    arm.Pos
}

// For is an array with Body's value for each item of Items. Item and Index are
// the names bound in Body, "" for none. Items for which Filter is false are
// left out.
type For struct {
	Items  Node
	Item   string
	Index  string
	Filter Node // nil for all
	Body   Node
	At     arm.Pos
}

// Lambda is the function argument of filter, map and their like.
type Lambda struct {
	Params []string
	Body   Node
	At     arm.Pos
}

func (n *Literal) Pos() arm.Pos   { return n.Value.Pos() }
func (n *Object) Pos() arm.Pos    { return n.At }
func (n *Array) Pos() arm.Pos     { return n.At }
func (n *Join) Pos() arm.Pos      { return n.At }
func (n *Parameter) Pos() arm.Pos { return n.At }
func (n *Variable) Pos() arm.Pos  { return n.At }
func (n *Local) Pos() arm.Pos     { return n.At }
func (n *Symbol) Pos() arm.Pos    { return n.At }
func (n *Call) Pos() arm.Pos      { return n.At }
func (n *Member) Pos() arm.Pos    { return n.At }
func (n *Index) Pos() arm.Pos     { return n.At }
func (n *If) Pos() arm.Pos        { return n.At }
func (n *For) Pos() arm.Pos       { return n.At }
func (n *Lambda) Pos() arm.Pos    { return n.At }

// Function is a user-defined function. Its body sees its parameters as locals
// and nothing else of the template but other functions.
type Function struct {
	Params []string
	Body   Node
	At     arm.Pos
}
