package bicep

// expression reads any expression; conditionals are what binds least.
func (p *parser) expression() node {
	depth := p.depth
	defer p.leave(depth)
	if !p.enter() {
		return p.bad(p.tok.off)
	}
	n := p.conditional()
	if p.failed {
		return p.bad(n.offset()) // a half of it could mean something else
	}
	return n
}

func (p *parser) conditional() node {
	condition := p.binary(1)
	if !p.acceptAfterNewline(question) {
		return condition
	}
	n := &conditionalNode{place: place(condition.offset()), condition: condition}
	n.then = p.expression()
	p.skipNewlineBefore(colon)
	p.expect(colon, `":"`)
	n.otherwise = p.expression()
	return n
}

// acceptAfterNewline accepts a token also at the start of the next line.
func (p *parser) acceptAfterNewline(k kind) bool {
	p.skipNewlineBefore(k)
	return p.accept(k)
}

func (p *parser) skipNewlineBefore(k kind) {
	if p.is(newline) && p.ahead(1).kind == k {
		p.next()
	}
}

// binary reads operators that bind at least as tightly as limit.
func (p *parser) binary(limit int) node {
	x := p.unary()
	for {
		op := p.tok
		precedence := op.kind.precedence()
		if precedence < limit || precedence == 0 || !p.enter() {
			return x
		}
		p.next()
		x = &binaryNode{place(op.off), op.kind, x, p.binary(precedence + 1)}
	}
}

func (p *parser) unary() node {
	op, depth := p.tok, p.depth
	defer p.leave(depth)
	if op.kind != exclamation && op.kind != minus {
		return p.postfix()
	}
	p.next()
	if op.kind == minus && p.is(integer) && !p.extendsValue(p.ahead(1).kind) {
		return p.integer(op.off, "-")
	}
	if !p.enter() {
		return p.bad(op.off)
	}
	return &unaryNode{place(op.off), op.kind, p.unary()}
}

func (p *parser) extendsValue(k kind) bool {
	return k == dot || k == leftSquare || k == doubleColon || k == exclamation
}

// postfix reads a value and the accesses after it: .a .a() [i] ::a and !.
func (p *parser) postfix() node {
	x := p.primary()
	for p.extendsValue(p.tok.kind) && p.enter() {
		switch op := p.next(); op.kind {
		case dot:
			x = p.member(x, op.off)
		case leftSquare:
			x = p.index(x, op.off)
		case doubleColon:
			name := p.identifier("the name of a nested resource")
			x = &childNode{place(name.at), x, name.name}
		case exclamation:
			x = &assertNode{place(op.off), x}
		}
	}
	return x
}

func (p *parser) member(x node, off int32) node {
	safe := p.accept(question)
	name := p.identifier("the name of a property or function")
	if !p.is(leftParen) {
		return &memberNode{place: place(name.at), x: x, name: name.name, safe: safe}
	}
	if safe {
		p.complain(off, "a function can't be called with .?")
	}
	p.next()
	return &callNode{place(name.at), x, name.name, p.arguments()}
}

func (p *parser) index(x node, off int32) node {
	n := &indexNode{place: place(off), x: x}
	n.safe = p.accept(question)
	n.fromEnd = p.accept(hat)
	n.i = p.expression()
	p.expect(rightSquare, `"]"`)
	return n
}

func (p *parser) primary() node {
	t := p.tok
	switch t.kind {
	case integer:
		return p.integer(t.off, "")
	case trueWord, falseWord:
		p.next()
		return &boolNode{place(t.off), t.kind == trueWord}
	case nullWord:
		p.next()
		return &nullNode{place(t.off)}
	case stringWhole, stringLeft:
		return p.str()
	case leftBrace:
		return p.object(false)
	case leftSquare:
		if p.startsLoop() {
			return p.loop(p.expression)
		}
		return p.array()
	case leftParen:
		if p.startsLambda() {
			return p.lambda()
		}
		return closed(p.parenthesized())
	case word:
		return p.nameOrCall()
	}
	p.expected("an expression")
	return p.bad(t.off)
}

// closed marks an access that parentheses end: (a.?b).c reads c in any case.
func closed(n node) node {
	switch n := n.(type) {
	case *memberNode:
		n.closed = true
	case *indexNode:
		n.closed = true
	}
	return n
}

func (p *parser) nameOrCall() node {
	t := p.next()
	name := p.textOf(t)
	switch {
	case p.accept(leftParen):
		return &callNode{place(t.off), nil, name, p.arguments()}
	case p.accept(arrow):
		p.skipNewlineInside()
		return &lambdaNode{place(t.off), []ident{{name, t.off}}, p.expression()}
	}
	return &nameNode{place(t.off), name}
}

// arguments reads the arguments of a call up to its ")".
func (p *parser) arguments() []node {
	var args []node
	p.list(rightParen, func() { args = append(args, p.expression()) })
	return args
}

func (p *parser) parenthesized() node {
	p.expect(leftParen, `"("`)
	p.skipNewlineInside()
	x := p.expression()
	p.skipNewlineInside()
	p.expect(rightParen, `")"`)
	return x
}
