package bicep

// lexer cuts source text into tokens. Strings with holes come as several
// tokens; the stack of open strings says where a "}" goes on with one.
type lexer struct {
	text   string
	pos    int
	tokens []token
	errors []lexError
	open   []openString
}

// lexError is why the bad token at off is no token.
type lexError struct {
	off     int32
	message string
}

// openString is a string whose hole is being read, or a "{" inside of one.
type openString struct {
	brace   bool
	dollars int // before the "{" of a hole of a multi-line string; 0 for a plain one
}

func lex(text string) ([]token, []lexError) {
	l := &lexer{text: text, tokens: make([]token, 0, len(text)/6+16)}
	for l.next() {
	}
	return l.tokens, l.errors
}

// next adds one token; it returns false after the last.
func (l *lexer) next() bool {
	sawNewline, start := l.skipBlank()
	if sawNewline {
		l.endLine(start)
	}
	start = l.pos
	if l.pos >= len(l.text) {
		l.add(eof, start)
		return false
	}
	c := l.text[l.pos]
	switch {
	case isLetter(c):
		l.add(l.word(), start)
	case isDigit(c):
		l.skipWhile(isDigit)
		l.add(integer, start)
	case c == '\'':
		l.startString(0)
	case c == '$':
		l.dollar()
	case c == '}' && len(l.open) > 0:
		l.closeBrace()
	default:
		l.add(l.punctuation(), start)
	}
	return true
}

// endLine adds the end of a line, which ends the holes of strings, too.
func (l *lexer) endLine(start int) {
	if len(l.open) > 0 {
		l.open = l.open[:0]
		l.add(l.fail(start, "expected } and the rest of the string before the end of the line"), start)
	}
	l.add(newline, start)
}

func (l *lexer) add(k kind, start int) {
	if k == newline && len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].kind == newline {
		return
	}
	l.tokens = append(l.tokens, token{k, int32(start), int32(l.pos)})
}

func (l *lexer) fail(start int, message string) kind {
	l.errors = append(l.errors, lexError{int32(start), message})
	return bad
}

// peek is the byte n after the current one, or 0 after the end.
func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

func (l *lexer) skipWhile(is func(byte) bool) {
	for l.pos < len(l.text) && is(l.text[l.pos]) {
		l.pos++
	}
}

// skipBlank skips blanks, line ends, comments and pragmas; start is the first
// line end.
func (l *lexer) skipBlank() (sawNewline bool, start int) {
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case c == ' ' || c == '\t':
			l.pos++
		case c == '\n' || c == '\r':
			if !sawNewline {
				sawNewline, start = true, l.pos
			}
			l.pos++
		case c == '/' && l.peek(1) == '/':
			l.skipLine()
		case c == '/' && l.peek(1) == '*':
			if !l.skipBlockComment() {
				return sawNewline, start
			}
		case c == '#' && (sawNewline || len(l.tokens) == 0) && isPragma(l.text[l.pos:]):
			l.skipLine()
		default:
			return sawNewline, start
		}
	}
	return sawNewline, start
}

func (l *lexer) skipLine() {
	l.skipWhile(func(c byte) bool { return c != '\n' && c != '\r' })
}

// skipBlockComment skips a comment; one without an end becomes a bad token of
// the rest of the text.
func (l *lexer) skipBlockComment() bool {
	start := l.pos
	for l.pos += 2; l.pos < len(l.text); l.pos++ {
		if l.text[l.pos] == '*' && l.peek(1) == '/' {
			l.pos += 2
			return true
		}
	}
	l.add(l.fail(start, "comment has no end, expected */"), start)
	return false
}

func isPragma(rest string) bool {
	for _, p := range [...]string{"#disable-next-line", "#disable-diagnostics", "#restore-diagnostics"} {
		if len(rest) >= len(p) && rest[:len(p)] == p {
			return true
		}
	}
	return false
}

func (l *lexer) word() kind {
	start := l.pos
	l.skipWhile(func(c byte) bool { return isLetter(c) || isDigit(c) })
	switch l.text[start:l.pos] {
	case "true":
		return trueWord
	case "false":
		return falseWord
	case "null":
		return nullWord
	}
	return word
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
