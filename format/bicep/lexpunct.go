package bicep

import "unicode/utf8"

// single are the tokens of one byte that no longer token starts with.
var single = [128]kind{
	'(': leftParen, ')': rightParen, '[': leftSquare, ']': rightSquare, '}': rightBrace,
	'@': at, ',': comma, '+': plus, '-': minus, '*': star, '/': slash, '%': percent, '^': hat,
}

// punctuation reads an operator or bracket.
func (l *lexer) punctuation() kind {
	c, second := l.text[l.pos], l.peek(1)
	if c < utf8.RuneSelf && single[c] != 0 {
		l.pos++
		return single[c]
	}
	k, size := operator(c, second, l.peek(2))
	if size == 0 {
		return l.unrecognized()
	}
	l.pos += size
	if k == leftBrace && len(l.open) > 0 {
		l.open = append(l.open, openString{brace: true})
	}
	return k
}

// operator is the longest token that starts with these bytes, and its length.
func operator(a, b, c byte) (kind, int) {
	switch a {
	case '{':
		return leftBrace, 1
	case '.':
		if b == '.' && c == '.' {
			return ellipsis, 3
		}
		return dot, 1
	case '?':
		return oneOrTwo(b, question, '?', coalesce, 0, 0)
	case ':':
		return oneOrTwo(b, colon, ':', doubleColon, 0, 0)
	case '!':
		return oneOrTwo(b, exclamation, '=', notEqual, '~', notEqualFold)
	case '<':
		return oneOrTwo(b, less, '=', lessEqual, 0, 0)
	case '>':
		return oneOrTwo(b, greater, '=', greaterEqual, 0, 0)
	case '|':
		return oneOrTwo(b, pipe, '|', orOr, 0, 0)
	case '&':
		if b == '&' {
			return andAnd, 2
		}
	case '=':
		if b == '>' {
			return arrow, 2
		}
		return oneOrTwo(b, assign, '=', equal, '~', equalFold)
	}
	return bad, 0
}

func oneOrTwo(next byte, short kind, b byte, withB kind, c byte, withC kind) (kind, int) {
	switch {
	case next == b:
		return withB, 2
	case next == c && c != 0:
		return withC, 2
	}
	return short, 1
}

func (l *lexer) unrecognized() kind {
	start := l.pos
	_, size := utf8.DecodeRuneInString(l.text[l.pos:])
	l.pos += size
	if l.text[start] == '"' {
		return l.fail(start, `unexpected " (strings are written in single quotes)`)
	}
	return l.fail(start, "unexpected character "+quote(l.text[start:l.pos]))
}
