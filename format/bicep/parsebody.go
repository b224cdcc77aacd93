package bicep

func (p *parser) resource(h header) decl {
	return p.resourceDecl(h)
}

func (p *parser) resourceDecl(h header) *resourceDecl {
	p.named(&h, "a name for the resource")
	d := &resourceDecl{header: h, typ: p.stringOr("a resource type such as 'Microsoft.Storage/storageAccounts@2024-01-01'")}
	d.existing = p.acceptWord("existing")
	d.body = p.afterAssign(func() node { return p.body(true) })
	return d
}

func (p *parser) module(h header) decl {
	p.named(&h, "a name for the module")
	d := &moduleDecl{header: h, path: p.stringOr("the path of a module in quotes")}
	d.body = p.afterAssign(func() node { return p.body(false) })
	return d
}

// body reads what a resource or module is: an object, one with a condition, or
// a loop of either. nested says whether resources may be declared in it.
func (p *parser) body(nested bool) node {
	if p.is(newline) && p.ahead(1).kind == word && p.textOf(p.ahead(1)) == "if" {
		p.next()
	}
	if p.is(leftSquare) {
		return p.loop(func() node { return p.loopBody(nested) })
	}
	if p.isWord("if") || p.is(leftBrace) {
		return p.loopBody(nested)
	}
	p.expected(`"{", "[" or "if"`)
	return p.bad(p.tok.off)
}

func (p *parser) loopBody(nested bool) node {
	off := p.tok.off
	if !p.acceptWord("if") {
		return p.object(nested)
	}
	if !p.is(leftParen) {
		p.expected(`"(" after "if"`)
		return &ifNode{place(off), p.bad(p.tok.off), p.bad(p.tok.off)}
	}
	condition := p.parenthesized()
	return &ifNode{place(off), condition, p.object(nested)}
}

func (p *parser) plainBody() node { return p.object(false) }

// stringOr reads a string; what says which, for a person.
func (p *parser) stringOr(what string) node {
	if p.is(stringWhole) || p.is(stringLeft) {
		return p.str()
	}
	p.expected(what)
	return p.bad(p.tok.off)
}

func (p *parser) imports(h header) decl {
	if k := p.ahead(1).kind; k == stringWhole || k == stringLeft {
		return p.extension(h) // as it was written before Bicep 0.23
	}
	p.next()
	d := &importDecl{header: h}
	switch {
	case p.accept(star):
		p.expectWord("as")
		d.wildcard = p.identifier("a name for the namespace")
	case p.accept(leftBrace):
		d.items = p.importItems()
	default:
		p.expected(`"{" or "*"`)
	}
	p.expectWord("from")
	d.from = p.stringOr("a path in quotes")
	return d
}

func (p *parser) importItems() []importItem {
	var items []importItem
	p.elements(rightBrace, func() { items = append(items, p.importItem()) }, func() {})
	return items
}

func (p *parser) importItem() importItem {
	it := importItem{}
	if p.is(stringWhole) {
		it.name.at = p.tok.off
		if s, ok := p.str().(*stringNode); ok {
			it.name.name = s.value
		}
		p.expectWord("as")
		it.alias = p.identifier("a name for what is imported")
		return it
	}
	it.name = p.identifier("a name to import")
	it.alias = it.name
	if p.acceptWord("as") {
		it.alias = p.identifier("a name for what is imported")
	}
	return it
}

func (p *parser) expectWord(w string) {
	if !p.acceptWord(w) {
		p.expected(quote(w))
	}
}

// extension reads "extension spec with {…} as alias"; without an alias the
// name is that of the spec.
func (p *parser) extension(h header) decl {
	p.next()
	d := &extensionDecl{header: h}
	if p.is(word) {
		d.name = p.identifier("")
		d.spec = &stringNode{place(d.name.at), d.name.name}
	} else {
		d.spec = p.stringOr("the name of an extension")
	}
	if p.isWord("with") {
		d.config = p.with()
	}
	if p.acceptWord("as") {
		d.name = p.identifier("a name for the extension")
	}
	return d
}

func (p *parser) with() node {
	p.expectWord("with")
	return p.object(false)
}

func (p *parser) using(h header) decl {
	p.next()
	d := &usingDecl{header: h}
	if !p.acceptWord("none") {
		d.path = p.stringOr(`the path of a template in quotes, or "none"`)
	}
	if p.isWord("with") {
		d.config = p.with()
	}
	return d
}
