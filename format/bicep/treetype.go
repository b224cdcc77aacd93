package bicep

// typeNode is a type.
type typeNode interface{ offset() int32 }

type (
	// namedType is a built-in or declared type, or a namespace before a dot.
	namedType struct {
		place
		name string
	}
	// literalType is the type of one value: a literal or a signed one.
	literalType struct {
		place
		value node
	}
	// memberType is x.name; with the name "*" the type of further members.
	memberType struct {
		place
		x    typeNode
		name string
	}
	// itemType is x[i] of a tuple; index is nil for x[*], the items of an array.
	itemType struct {
		place
		x     typeNode
		index node
	}
	arrayType struct {
		place
		x typeNode
	}
	nullableType struct {
		place
		x typeNode
	}
	nonNullType struct {
		place
		x typeNode
	}
	unionType struct {
		place
		members []typeNode
	}
	tupleType struct {
		place
		items []typeMember
	}
	objectType struct {
		place
		members []typeMember
	}
	// genericType is name<args>, such as resourceInput<'Microsoft.…'>; on is
	// the namespace before it, or nil.
	genericType struct {
		place
		on   typeNode
		name string
		args []typeNode
	}
	// resourceType is the type of an output or parameter that is a resource;
	// typ is nil where it isn't written.
	resourceType struct {
		place
		typ node
	}
)

// typeMember is a member of an object type or, without a key, an item of a
// tuple. rest marks "*", which stands for all further members.
type typeMember struct {
	decorators []decorator
	key        node // *stringNode, *joinNode or nil
	rest       bool
	typ        typeNode
}
