package bicep

// elements reads the elements of an array or object up to the bracket end.
// Line ends or commas separate them. An element with an error is passed over,
// after lost was told.
func (p *parser) elements(end kind, read, lost func()) {
	p.skipNewline()
	for !p.failed && !p.is(end) {
		if p.is(eof) || p.startsDeclarationHere() {
			p.expected("an element or " + bracket(end))
			return
		}
		p.element(end, read, lost)
		p.separator(end)
	}
	p.accept(end)
}

// startsDeclarationHere reports whether the bracket around the current element
// was never closed, as a declaration starts in the first column.
func (p *parser) startsDeclarationHere() bool {
	return p.is(word) && p.startsDeclaration(p.pos)
}

func (p *parser) element(end kind, read, lost func()) {
	start, depth := p.pos, p.depth
	read()
	if !p.failed {
		return
	}
	from := p.pos
	if !p.skipElement(start, end) || p.hasNewline(from, p.pos) {
		lost()
	}
	p.depth = depth
}

func (p *parser) separator(end kind) {
	switch {
	case p.failed || p.is(end):
	case p.accept(newline):
	case p.accept(comma):
		if p.is(newline) {
			p.complain(p.tok.off, "expected an element after the comma, found the end of the line (elements on lines of their own have no commas)")
			p.next()
		}
	case p.is(bad): // reported as the next element
	default:
		p.complain(p.tok.off, `expected ",", `+bracket(end)+` or the end of the line, found `+p.describe(p.tok))
	}
}

func (p *parser) hasNewline(from, to int) bool {
	for _, t := range p.tokens[from:to] {
		if t.kind == newline {
			return true
		}
	}
	return false
}

// list reads what commas separate, up to the bracket that ends it. Lines may
// end after the opening bracket, a comma and the last item.
func (p *parser) list(end kind, read func()) {
	p.skipNewlineInside()
	if p.accept(end) {
		return
	}
	for !p.failed {
		read()
		p.skipNewlineBefore(end)
		if p.accept(end) {
			return
		}
		p.expect(comma, `"," or `+bracket(end))
		p.skipNewlineInside()
	}
}

func bracket(k kind) string {
	switch k {
	case rightParen:
		return `")"`
	case rightBrace:
		return `"}"`
	case rightSquare:
		return `"]"`
	}
	return `">"`
}
