package bicep

// valueType reads the type of a parameter or output, which may be a resource.
func (p *parser) valueType() typeNode { return p.typ() }

// typ reads a type.
func (p *parser) typ() typeNode {
	if p.isWord("resource") && p.ahead(1).kind != less {
		return p.resourceType()
	}
	return p.union()
}

func (p *parser) resourceType() typeNode {
	n := &resourceType{place: place(p.next().off)}
	if p.is(stringWhole) || p.is(stringLeft) {
		n.typ = p.str()
	}
	return n
}

// union reads types with "|" between them, also before the first one and at
// the start of lines.
func (p *parser) union() typeNode {
	depth := p.depth
	defer p.leave(depth)
	if !p.enter() {
		return p.bad(p.tok.off)
	}
	leading := p.acceptAfterNewline(pipe)
	first := p.unaryType()
	p.skipNewlineBefore(pipe)
	if !leading && !p.is(pipe) {
		return first
	}
	n := &unionType{place(first.offset()), []typeNode{first}}
	for p.acceptAfterNewline(pipe) {
		n.members = append(n.members, p.unaryType())
	}
	return n
}

// unaryType reads a type and the "?" and "!" after it.
func (p *parser) unaryType() typeNode {
	x := p.signedType()
	for (p.is(question) || p.is(exclamation)) && p.enter() {
		if t := p.next(); t.kind == question {
			x = &nullableType{place(t.off), x}
		} else {
			x = &nonNullType{place(t.off), x}
		}
	}
	return x
}

// signedType reads a type, or a literal with an operator before it.
func (p *parser) signedType() typeNode {
	if p.is(minus) || p.is(exclamation) {
		off := p.tok.off
		return &literalType{place(off), p.unary()}
	}
	return p.postfixType()
}

// postfixType reads a type and what follows it: [] [*] [0] .a .* and .a<…>.
func (p *parser) postfixType() typeNode {
	x := p.primaryType()
	for (p.is(dot) || p.is(leftSquare)) && p.enter() {
		if t := p.next(); t.kind == dot {
			x = p.memberType(x, t.off)
		} else {
			x = p.bracketType(x, t.off)
		}
	}
	return x
}

func (p *parser) memberType(x typeNode, off int32) typeNode {
	if p.accept(star) {
		return &memberType{place(off), x, "*"}
	}
	name := p.identifier("the name of a property or type")
	if p.is(less) {
		return p.generic(x, name)
	}
	return &memberType{place(name.at), x, name.name}
}

func (p *parser) bracketType(x typeNode, off int32) typeNode {
	if p.accept(rightSquare) {
		return &arrayType{place(off), x}
	}
	n := &itemType{place: place(off), x: x}
	if !p.accept(star) {
		n.index = p.expression()
	}
	p.expect(rightSquare, `"]"`)
	return n
}

func (p *parser) primaryType() typeNode {
	t := p.tok
	switch t.kind {
	case integer, trueWord, falseWord, nullWord, stringWhole, stringLeft:
		return &literalType{place(t.off), p.primary()}
	case leftBrace:
		return p.objectType()
	case leftSquare:
		return p.tupleType()
	case leftParen:
		return p.parenthesizedType()
	case word:
		name := p.identifier("")
		if p.is(less) {
			return p.generic(nil, name)
		}
		return &namedType{place(t.off), name.name}
	}
	p.expected("a type")
	return p.bad(t.off)
}

func (p *parser) parenthesizedType() typeNode {
	p.next()
	p.skipNewlineInside()
	x := p.union()
	p.skipNewlineInside()
	p.expect(rightParen, `")"`)
	return x
}

func (p *parser) generic(on typeNode, name ident) typeNode {
	n := &genericType{place: place(name.at), on: on, name: name.name}
	p.next()
	p.list(greater, func() { n.args = append(n.args, p.union()) })
	return n
}

func (p *parser) objectType() typeNode {
	n := &objectType{place: place(p.next().off)}
	p.elements(rightBrace, func() { n.members = append(n.members, p.typeMember()) }, func() {})
	return n
}

func (p *parser) typeMember() typeMember {
	m := typeMember{decorators: p.decorators()}
	if p.accept(star) {
		m.rest = true
	} else {
		m.key = p.key()
	}
	p.expect(colon, `":" after the name of the property`)
	m.typ = p.union()
	return m
}

func (p *parser) tupleType() typeNode {
	n := &tupleType{place: place(p.next().off)}
	p.elements(rightSquare, func() {
		n.items = append(n.items, typeMember{decorators: p.decorators(), typ: p.union()})
	}, func() {})
	return n
}
