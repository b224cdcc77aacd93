package bicep

import "palisade/arm"

// source is one parsed file.
type source struct {
	file  *arm.File
	decls []decl
}

// decl is a declaration or, in a parameter file, an assignment.
type decl interface{ offset() int32 }

// header is what all declarations have: the place of the keyword, the
// decorators before it, and the name ("" where there is none).
type header struct {
	at         int32
	decorators []decorator
	name       ident
}

func (h *header) offset() int32 { return h.at }

// ident is a name and its place.
type ident struct {
	name string
	at   int32
}

// decorator is @name(args) or @namespace.name(args).
type decorator struct {
	namespace string
	name      string
	args      []node
	at        int32
}

// The declarations. A part that couldn't be read is a *badNode.
type (
	targetScopeDecl struct {
		header
		value node
	}
	metadataDecl struct {
		header
		value node
	}
	// paramDecl is a parameter of a template; value is its default, or nil.
	paramDecl struct {
		header
		typ   typeNode
		value node
	}
	// assignDecl is a parameter's value in a parameter file.
	assignDecl struct {
		header
		value node
	}
	// varDecl is a variable; typ is nil where none is written.
	varDecl struct {
		header
		typ   typeNode
		value node
	}
	outputDecl struct {
		header
		typ   typeNode
		value node
	}
	typeDecl struct {
		header
		typ typeNode
	}
	funcDecl struct {
		header
		params []typedParam
		result typeNode
		body   node
	}
	// resourceDecl is a resource. body is an *objectNode, or one within an
	// *ifNode, a *forNode, or an *ifNode in a *forNode.
	resourceDecl struct {
		header
		typ      node // a string
		existing bool
		body     node
	}
	moduleDecl struct {
		header
		path node // a string
		body node
	}
	testDecl struct {
		header
		path node
		body node
	}
	assertDecl struct {
		header
		value node
	}
	// importDecl brings names of another file in: those of items, or, with a
	// wildcard, all of them as a namespace.
	importDecl struct {
		header
		items    []importItem
		wildcard ident
		from     node // a string
	}
	// extensionDecl has a word or a string as its spec; config may be nil and
	// name is the alias.
	extensionDecl struct {
		header
		spec   node
		config node
	}
	// configDecl is extensionConfig of a parameter file.
	configDecl struct {
		header
		config node
	}
	// usingDecl has a nil path for "using none".
	usingDecl struct {
		header
		path   node
		config node
	}
	extendsDecl struct {
		header
		path node
	}
	// badDecl is text that is no declaration.
	badDecl struct{ header }
)

type typedParam struct {
	ident
	typ typeNode
}

// importItem is a name of another file and what it is called here.
type importItem struct {
	name  ident
	alias ident // the name itself where no alias is written
}
