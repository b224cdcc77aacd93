package bicep

// kind is the kind of a token.
type kind uint8

const (
	eof     kind = iota
	newline      // one or more line ends, with the blanks and comments between them
	bad          // text that is no token; the lexer has an error for its offset
	word         // identifier or keyword, but not true, false and null
	integer
	trueWord
	falseWord
	nullWord
	stringWhole  // 'a' or '''a'''
	stringLeft   // 'a${
	stringMiddle // }a${
	stringRight  // }a'
	leftBrace
	rightBrace
	leftParen
	rightParen
	leftSquare
	rightSquare
	at
	comma
	dot
	ellipsis
	question
	colon
	doubleColon
	assign
	arrow
	pipe
	hat
	exclamation
	plus
	minus
	star
	slash
	percent
	less
	lessEqual
	greater
	greaterEqual
	equal
	notEqual
	equalFold
	notEqualFold
	andAnd
	orOr
	coalesce
)

// token is a piece of the source text, from off up to end.
type token struct {
	kind     kind
	off, end int32
}

// precedence is how tightly a binary operator binds, or 0 for other tokens
// (Azure/bicep, docs/grammar.md).
func (k kind) precedence() int {
	switch k {
	case star, slash, percent:
		return 7
	case plus, minus:
		return 6
	case less, lessEqual, greater, greaterEqual:
		return 5
	case equal, notEqual, equalFold, notEqualFold:
		return 4
	case andAnd:
		return 3
	case orOr:
		return 2
	case coalesce:
		return 1
	}
	return 0
}
