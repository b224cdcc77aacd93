package bicep

// declarationWords start a declaration, in either dialect.
var declarationWords = [...]string{
	"targetScope", "metadata", "param", "var", "type", "func", "resource", "module", "output",
	"assert", "import", "extension", "provider", "test", "using", "extends", "extensionConfig",
}

// skipDeclaration goes on after an error in the declaration at the token at
// index start: at the next line that starts one, or at the end of the file.
func (p *parser) skipDeclaration(start int) {
	i := max(p.pos, start+1)
	for i < len(p.tokens)-1 && !p.maybeDeclaration(i) {
		i++
	}
	p.resume(min(i, len(p.tokens)-1))
}

// maybeDeclaration is startsDeclaration for a place where nothing else makes
// sense: what follows the keyword may be wrong.
func (p *parser) maybeDeclaration(i int) bool {
	if t := p.tokens[i]; t.kind != word || !p.firstInLine(i) || !isDeclarationWord(p.textOf(t)) {
		return p.startsDeclaration(i)
	}
	switch p.tokens[i+1].kind {
	case colon, assign, dot, comma, leftSquare, rightSquare, leftParen, rightParen, rightBrace, arrow:
		return p.startsDeclaration(i)
	}
	return true
}

// startsDeclaration reports whether the token at index i stands in the first
// column and looks like the start of a declaration: a decorator, or a keyword
// that no ":" or operator follows.
func (p *parser) startsDeclaration(i int) bool {
	t := p.tokens[i]
	if !p.firstInLine(i) {
		return false
	}
	if t.kind == at {
		return p.tokens[i+1].kind == word
	}
	return t.kind == word && isDeclarationWord(p.textOf(t)) && p.continuesDeclaration(p.tokens[i+1], p.textOf(t))
}

func (p *parser) continuesDeclaration(t token, keyword string) bool {
	switch t.kind {
	case word, stringWhole, stringLeft:
		return true
	case leftBrace, star:
		return keyword == "import"
	case assign:
		return keyword == "targetScope"
	}
	return false
}

// firstInLine reports whether the token at index i stands in the first column.
func (p *parser) firstInLine(i int) bool {
	off := p.tokens[i].off
	return off == 0 || p.text[off-1] == '\n' || p.text[off-1] == '\r'
}

func isDeclarationWord(s string) bool {
	for _, w := range declarationWords {
		if s == w {
			return true
		}
	}
	return false
}

// skipElement goes on after an error in an element of an array, object or
// object type, which starts at the token at index start: where it ends, which
// is at a comma, the end of its line or the bracket end. It returns false,
// without going on, where a declaration starts before that: the bracket isn't
// there at all.
func (p *parser) skipElement(start int, end kind) bool {
	var open []kind
	for i := start; p.tokens[i].kind != eof; i++ {
		t := p.tokens[i]
		if i >= p.pos && p.endsElement(i, open, end) {
			p.resume(i)
			return true
		}
		switch t.kind {
		case leftBrace, leftSquare, leftParen:
			open = append(open, t.kind)
		case rightBrace, rightSquare, rightParen:
			open = open[:max(lastIndex(open, opener(t.kind)), 0)]
		case newline:
			if i >= p.pos && p.startsDeclaration(i+1) {
				return false
			}
		}
	}
	return false
}

// endsElement reports whether the token at index i ends an element in which
// the brackets open are open.
func (p *parser) endsElement(i int, open []kind, end kind) bool {
	switch k := p.tokens[i].kind; k {
	case comma:
		return len(open) == 0
	case newline:
		if p.startsDeclaration(i + 1) {
			return false
		}
		return len(open) == 0 || onlyParens(open) && p.startsProperty(i+1)
	default:
		return k == end && lastIndex(open, opener(k)) < 0
	}
}

// startsProperty reports whether a line such as "name: …" starts here, before
// which a "(" was left open.
func (p *parser) startsProperty(i int) bool {
	k := p.tokens[i].kind
	return (k == word || k == stringWhole) && p.tokens[i+1].kind == colon
}

func onlyParens(open []kind) bool {
	for _, k := range open {
		if k != leftParen {
			return false
		}
	}
	return true
}

func opener(k kind) kind {
	switch k {
	case rightBrace:
		return leftBrace
	case rightSquare:
		return leftSquare
	}
	return leftParen
}

func lastIndex(open []kind, k kind) int {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == k {
			return i
		}
	}
	return -1
}
