package bicep

// node is an expression.
type node interface{ offset() int32 }

// place is the offset of a node in its file.
type place int32

func (p place) offset() int32 { return int32(p) }

type (
	nullNode struct{ place }
	boolNode struct {
		place
		value bool
	}
	intNode struct {
		place
		value int64
	}
	stringNode struct {
		place
		value string
	}
	// joinNode is an interpolated string: texts with a hole between each two.
	joinNode struct {
		place
		texts []string
		holes []node
	}
	// nameNode reads whatever has that name here.
	nameNode struct {
		place
		name string
	}
	// callNode is name(args) or, as a method, on.name(args).
	callNode struct {
		place
		on   node
		name string
		args []node
	}
	memberNode struct {
		place
		x      node
		name   string
		safe   bool
		closed bool // parentheses around it end the chain
	}
	// childNode is x::name, a nested resource.
	childNode struct {
		place
		x    node
		name string
	}
	indexNode struct {
		place
		x, i    node
		safe    bool
		fromEnd bool
		closed  bool // parentheses around it end the chain
	}
	// assertNode is x!, which changes no value.
	assertNode struct {
		place
		x node
	}
	unaryNode struct {
		place
		op kind
		x  node
	}
	binaryNode struct {
		place // of the operator
		op    kind
		x, y  node
	}
	conditionalNode struct {
		place
		condition, then, otherwise node
	}
	arrayNode struct {
		place
		items []item
	}
	// objectNode is an object; nested are resources declared in a resource.
	objectNode struct {
		place
		members []member
		nested  []*resourceDecl
	}
	forNode struct {
		place
		item  ident
		index ident // name "" for none
		in    node
		body  node
	}
	// ifNode is the body of a resource or module with a condition.
	ifNode struct {
		place
		condition node
		body      node
	}
	lambdaNode struct {
		place
		params []ident
		body   node
	}
	// badNode stands for what couldn't be read.
	badNode struct {
		place
		message string
	}
)

// item is one of an array, or, with spread set, an array of them.
type item struct {
	value  node
	spread bool
}

// member is key: value, or, with a nil key, ...value.
type member struct {
	key   node // *stringNode or *joinNode
	value node
}
