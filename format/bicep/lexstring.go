package bicep

// startString reads the first token of a string, up to its end or first hole;
// dollars is the number of "$" before it, which only multi-line ones have.
func (l *lexer) startString(dollars int) {
	start := l.pos
	l.pos += dollars + 1
	if l.peek(0) != '\'' || l.peek(1) != '\'' {
		l.segment(start, openString{}, true)
		return
	}
	l.pos += 2
	l.multiline(start, dollars, true)
}

// dollar reads the "$" of a string such as $”'a ${b}”'.
func (l *lexer) dollar() {
	n := 0
	for l.peek(n) == '$' {
		n++
	}
	if l.peek(n) == '\'' && l.peek(n+1) == '\'' && l.peek(n+2) == '\'' {
		l.startString(n)
		return
	}
	l.add(l.unrecognized(), l.pos-1)
}

// closeBrace reads a "}" inside of a hole: the end of an object in it, or of
// the hole itself, after which the string goes on.
func (l *lexer) closeBrace() {
	start, top := l.pos, l.open[len(l.open)-1]
	l.open = l.open[:len(l.open)-1]
	l.pos++
	switch {
	case top.brace:
		l.add(rightBrace, start)
	case top.dollars > 0:
		l.multiline(start, top.dollars, false)
	default:
		l.segment(start, top, false)
	}
}

// segment reads a plain string up to its end or next hole.
func (l *lexer) segment(start int, s openString, first bool) {
	for ; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; {
		case c == '\\':
			l.pos++
		case c == '\'':
			l.pos++
			l.add(endKind(first), start)
			return
		case c == '$' && l.peek(1) == '{':
			l.pos += 2
			l.hole(start, s, first)
			return
		}
		if l.pos < len(l.text) && (l.text[l.pos] == '\n' || l.text[l.pos] == '\r') {
			break
		}
	}
	l.pos = min(l.pos, len(l.text))
	l.add(l.fail(start, "string has no end, expected ' before the end of the line"), start)
}

// multiline reads a multi-line string up to its end or next hole. Of more than
// three quotes the last three are the end.
func (l *lexer) multiline(start, dollars int, first bool) {
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		if c != '\'' && c != '$' {
			l.pos++
			continue
		}
		n := l.run(c)
		switch {
		case c == '\'' && n >= 3:
			l.add(endKind(first), start)
			return
		case c == '$' && dollars > 0 && n >= dollars && l.peek(0) == '{':
			l.pos++
			l.hole(start, openString{dollars: dollars}, first)
			return
		}
	}
	l.add(l.fail(start, "string has no end, expected '''"), start)
}

// run skips a run of the byte c and returns its length.
func (l *lexer) run(c byte) int {
	start := l.pos
	for l.peek(0) == c {
		l.pos++
	}
	return l.pos - start
}

func (l *lexer) hole(start int, s openString, first bool) {
	l.open = append(l.open, s)
	if first {
		l.add(stringLeft, start)
		return
	}
	l.add(stringMiddle, start)
}

func endKind(first bool) kind {
	if first {
		return stringWhole
	}
	return stringRight
}
