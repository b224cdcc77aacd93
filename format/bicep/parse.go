package bicep

import (
	"bytes"
	"strconv"
	"strings"

	"palisade/arm"
)

// maxDepth bounds the nesting of expressions and types, and the length of
// chains such as a.b.c and a + b + c, which are trees of that depth.
const maxDepth = 200

// dialect is the language of a file: Bicep or its parameter files.
type dialect uint8

const (
	templateFile dialect = iota
	paramsFile
)

// parse reads a file, whose name is shown in positions. There is a tree for any
// text, and at most one diagnostic for each declaration.
func parse(name string, text []byte, d dialect) (*source, []arm.Diagnostic) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	p := &parser{file: arm.NewFile(name, text), text: string(text), dialect: d}
	p.tokens, p.lexErrors = lex(p.text)
	p.tok = p.tokens[0]
	return &source{p.file, p.declarations()}, p.diagnostics
}

// parser is a recursive-descent parser. After an error the current token is
// the end of the file until resume is called: so all loops end, and nothing
// else is reported.
type parser struct {
	file        *arm.File
	text        string
	dialect     dialect
	tokens      []token
	lexErrors   []lexError
	pos         int   // of the current token in tokens
	tok         token // the current token, or eof after an error
	failed      bool
	reported    bool // the declaration has its diagnostic
	depth       int
	message     string // of the last error
	diagnostics []arm.Diagnostic
}

func (p *parser) is(k kind) bool { return p.tok.kind == k }

// next returns the current token and goes on to the one after it.
func (p *parser) next() token {
	t := p.tok
	if t.kind != eof {
		p.pos++
		p.tok = p.tokens[p.pos]
	}
	return t
}

// ahead is the token n after the current one.
func (p *parser) ahead(n int) token {
	if p.failed || p.pos+n >= len(p.tokens) {
		return p.tokens[len(p.tokens)-1]
	}
	return p.tokens[p.pos+n]
}

// accept skips the current token if it is of that kind.
func (p *parser) accept(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

// expect is accept for a token that must be there; what says which, for a person.
func (p *parser) expect(k kind, what string) token {
	if p.tok.kind != k {
		p.expected(what)
		return p.tok
	}
	return p.next()
}

func (p *parser) skipNewline() { p.accept(newline) }

// skipNewlineInside skips a line end within an expression, unless a
// declaration follows: then the rest of the expression is missing.
func (p *parser) skipNewlineInside() {
	if p.is(newline) && !p.startsDeclaration(p.pos+1) {
		p.next()
	}
}

func (p *parser) textOf(t token) string { return p.text[t.off:t.end] }

// isWord reports whether the current token is that contextual keyword.
func (p *parser) isWord(w string) bool {
	return p.tok.kind == word && p.textOf(p.tok) == w
}

func (p *parser) acceptWord(w string) bool {
	if !p.isWord(w) {
		return false
	}
	p.next()
	return true
}

func (p *parser) identifier(what string) ident {
	t := p.expect(word, what)
	if p.failed {
		return ident{at: t.off}
	}
	return ident{p.textOf(t), t.off}
}

// expected fails with what was expected and what is there instead.
func (p *parser) expected(what string) {
	if p.failed {
		return
	}
	if p.is(bad) {
		p.fail(p.tok.off, p.lexError(p.tok.off))
		return
	}
	p.fail(p.tok.off, "expected "+what+", found "+p.describe(p.tok))
}

// fail reports an error and makes the rest invisible until resume.
func (p *parser) fail(off int32, message string) {
	if p.failed {
		return
	}
	p.complain(off, message)
	p.message = message
	p.failed = true
	p.tok = token{eof, off, off}
}

// complain reports an error after which the parser can go on.
func (p *parser) complain(off int32, message string) {
	if p.failed || p.reported {
		return
	}
	p.reported = true
	p.diagnostics = append(p.diagnostics,
		arm.Diagnostic{Severity: arm.Error, Pos: p.file.At(int(off)), Message: message})
}

// bad is the node for what couldn't be read at off.
func (p *parser) bad(off int32) *badNode { return &badNode{place(off), p.message} }

// resume goes on after an error, at the token at index pos.
func (p *parser) resume(pos int) {
	p.failed = false
	p.pos = pos
	p.tok = p.tokens[pos]
}

// enter counts a level of nesting; false means that there are too many. Each
// enter has its leave.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.off, "nested more than "+strconv.Itoa(maxDepth)+" deep")
		return false
	}
	return true
}

func (p *parser) leave(depth int) { p.depth = depth }

func (p *parser) lexError(off int32) string {
	for _, e := range p.lexErrors {
		if e.off == off {
			return e.message
		}
	}
	return "unexpected character"
}

// describe is a token in an error message.
func (p *parser) describe(t token) string {
	switch t.kind {
	case eof:
		return "the end of the file"
	case newline:
		return "the end of the line"
	case stringWhole, stringLeft:
		return "a string"
	case stringMiddle, stringRight:
		return `"}"`
	}
	return quote(p.textOf(t))
}

// quote is text in an error message, shortened.
func quote(s string) string {
	const limit = 100 // bytes
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strconv.Quote(s)
}
