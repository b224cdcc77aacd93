package bicep

import "palisade/arm"

// declarations reads the whole file.
func (p *parser) declarations() []decl {
	var decls []decl
	for p.skipNewline(); !p.is(eof); p.skipNewline() {
		p.reported, p.depth = false, 0
		start := p.pos
		d := p.declaration()
		if !p.is(eof) && !p.is(newline) {
			p.expected("the end of the line")
		}
		if p.failed {
			p.skipDeclaration(start)
		}
		decls = append(decls, d)
	}
	p.lastLexError()
	return decls
}

// lastLexError reports a comment without an end, which no declaration sees.
func (p *parser) lastLexError() {
	if n := len(p.lexErrors); n > 0 && len(p.diagnostics) == 0 {
		e := p.lexErrors[n-1]
		p.diagnostics = append(p.diagnostics,
			arm.Diagnostic{Severity: arm.Error, Pos: p.file.At(int(e.off)), Message: e.message})
	}
}

func (p *parser) declaration() decl {
	h := header{decorators: p.decorators(), at: p.tok.off}
	if !p.is(word) || p.failed {
		return p.noDeclaration(h)
	}
	keyword := p.textOf(p.tok)
	if p.dialect == paramsFile {
		return p.paramsDeclaration(keyword, h)
	}
	return p.templateDeclaration(keyword, h)
}

func (p *parser) noDeclaration(h header) decl {
	if len(h.decorators) > 0 {
		p.expected("a declaration after the decorator")
	}
	p.expected("a declaration")
	return &badDecl{h}
}

func (p *parser) templateDeclaration(keyword string, h header) decl {
	switch keyword {
	case "targetScope":
		p.next()
		return &targetScopeDecl{h, p.assigned()}
	case "metadata":
		p.named(&h, "a name for the metadata")
		return &metadataDecl{h, p.assigned()}
	case "param":
		return p.param(h)
	case "output":
		p.named(&h, "a name for the output")
		return &outputDecl{h, p.valueType(), p.assigned()}
	case "func":
		return p.function(h)
	case "resource":
		return p.resource(h)
	case "module":
		return p.module(h)
	case "test":
		p.named(&h, "a name for the test")
		return &testDecl{h, p.stringOr("a path in quotes"), p.afterAssign(p.plainBody)}
	case "assert":
		p.named(&h, "a name for the assertion")
		return &assertDecl{h, p.assigned()}
	case "provider":
		return p.extension(h)
	}
	return p.sharedDeclaration(keyword, h)
}

func (p *parser) paramsDeclaration(keyword string, h header) decl {
	switch keyword {
	case "using":
		return p.using(h)
	case "extends":
		p.next()
		return &extendsDecl{h, p.stringOr("a path in quotes")}
	case "param":
		p.named(&h, "the name of a parameter")
		return &assignDecl{h, p.assigned()}
	case "extensionConfig":
		p.named(&h, "the name of an extension")
		return &configDecl{h, p.with()}
	}
	return p.sharedDeclaration(keyword, h)
}

// sharedDeclaration reads what both dialects have.
func (p *parser) sharedDeclaration(keyword string, h header) decl {
	switch keyword {
	case "var":
		return p.variable(h)
	case "type":
		p.named(&h, "a name for the type")
		p.expect(assign, `"="`)
		return &typeDecl{h, p.typ()}
	case "import":
		return p.imports(h)
	case "extension":
		return p.extension(h)
	}
	return p.noDeclaration(h)
}

// named reads the keyword and the name after it.
func (p *parser) named(h *header, what string) {
	p.next()
	h.name = p.identifier(what)
}

// assigned reads "= expression" up to the end of the line.
func (p *parser) assigned() node {
	return p.afterAssign(func() node {
		v := p.expression()
		if p.is(newline) || p.is(eof) {
			return v
		}
		p.expected("the end of the line")
		return p.bad(v.offset())
	})
}

func (p *parser) afterAssign(value func() node) node {
	p.expect(assign, `"="`)
	return value()
}

func (p *parser) param(h header) decl {
	p.named(&h, "a name for the parameter")
	d := &paramDecl{header: h, typ: p.valueType()}
	if p.is(assign) {
		d.value = p.assigned()
	} else if !p.is(newline) && !p.is(eof) {
		p.expected(`"=" or the end of the line`)
	}
	return d
}

func (p *parser) variable(h header) decl {
	p.named(&h, "a name for the variable")
	d := &varDecl{header: h}
	if !p.is(assign) && !p.is(newline) && !p.is(eof) {
		d.typ = p.typ()
	}
	d.value = p.assigned()
	return d
}

func (p *parser) function(h header) decl {
	p.named(&h, "a name for the function")
	d := &funcDecl{header: h, params: p.typedParams(), result: p.typ()}
	p.expect(arrow, `"=>"`)
	p.skipNewlineInside()
	d.body = p.expression()
	return d
}

func (p *parser) typedParams() []typedParam {
	var params []typedParam
	p.expect(leftParen, `"("`)
	p.list(rightParen, func() {
		params = append(params, typedParam{p.identifier("a name for the parameter"), p.typ()})
	})
	return params
}

// decorators reads decorators, each with a line of its own.
func (p *parser) decorators() []decorator {
	var list []decorator
	for p.is(at) {
		list = append(list, p.decorator())
		if !p.is(newline) {
			p.complain(p.tok.off, "expected the end of the line after the decorator, found "+p.describe(p.tok))
		}
		p.skipNewline()
	}
	return list
}

func (p *parser) decorator() decorator {
	d := decorator{at: p.next().off}
	d.name = p.identifier("the name of a decorator").name
	for p.accept(dot) {
		d.namespace, d.name = d.name, p.identifier("the name of a decorator").name
	}
	p.expect(leftParen, `"(" after the name of the decorator`)
	d.args = p.arguments()
	return d
}
