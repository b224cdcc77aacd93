package bicep

// startsLambda reports whether the "(" at the current token opens the
// parameters of a lambda: words and commas, then ")" and "=>".
func (p *parser) startsLambda() bool {
	for i := 1; ; i++ {
		switch p.ahead(i).kind {
		case word, comma, newline:
		case rightParen:
			return p.ahead(i+1).kind == arrow
		default:
			return false
		}
	}
}

func (p *parser) lambda() node {
	n := &lambdaNode{place: place(p.next().off)}
	p.list(rightParen, func() { n.params = append(n.params, p.identifier("the name of a parameter")) })
	p.expect(arrow, `"=>"`)
	p.skipNewlineInside()
	n.body = p.expression()
	return n
}

// startsLoop reports whether the "[" at the current token opens a loop.
func (p *parser) startsLoop() bool {
	t := p.ahead(1)
	if t.kind == newline {
		t = p.ahead(2)
	}
	return t.kind == word && p.textOf(t) == "for"
}

// loop reads "[for x in items: body]".
func (p *parser) loop(body func() node) node {
	n := &forNode{place: place(p.next().off)}
	p.skipNewline()
	p.expectWord("for")
	if p.accept(leftParen) {
		n.item = p.identifier("the name of the loop's item")
		p.expect(comma, `","`)
		n.index = p.identifier("the name of the loop's index")
		p.expect(rightParen, `")"`)
	} else {
		n.item = p.identifier("the name of the loop's item")
	}
	p.expectWord("in")
	n.in = p.expression()
	p.expect(colon, `":"`)
	n.body = body()
	p.skipNewline()
	p.expect(rightSquare, `"]"`)
	return n
}
