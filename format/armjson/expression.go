package armjson

import (
	"fmt"
	"strconv"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

const (
	// expressionDepth is how deep calls and brackets may be nested.
	expressionDepth = 200
	// expressionLimit is the length in characters that Azure accepts (Microsoft
	// Learn, "Azure Resource Manager limits"). Longer ones are read with a warning.
	expressionLimit = 24_576
)

// isExpression reports whether a string of a template is an expression: one in
// brackets. A string in brackets that starts with two of them stands for
// itself, less the first.
func isExpression(s string) bool { return inBrackets(s) && s[1] != '[' }

func isEscaped(s string) bool { return inBrackets(s) && s[1] == '[' }

func inBrackets(s string) bool {
	return len(s) >= 2 && s[0] == '[' && s[len(s)-1] == ']'
}

// parseExpression parses an expression with its brackets. At is where the
// string stands in the file; nodes stand behind it by their place in the
// string, which is exact unless the string is written with escapes. After an
// error the node is an unknown literal.
func parseExpression(s string, at arm.Pos, names *names) (expr.Node, []arm.Diagnostic) {
	p := parser{names: names}
	return p.parse(s, at)
}

func (p *parser) parse(s string, at arm.Pos) (expr.Node, []arm.Diagnostic) {
	*p = parser{s: s[:len(s)-1], i: 1, at: at, names: p.names, args: p.args[:0]}
	if len(s) > expressionLimit {
		p.warn(fmt.Sprintf("expression of %d characters is longer than the limit of %d", len(s), expressionLimit))
	}
	n := p.expression()
	if p.space(); p.i < len(p.s) {
		p.fail(p.i, "unexpected "+p.found()+" after the expression")
	}
	if p.failed {
		last := p.diagnostics[len(p.diagnostics)-1]
		n = &expr.Literal{Value: arm.Unk(arm.NotRead("error", last.Message, last.Pos))}
	}
	return n, p.diagnostics
}

// parser reads one expression after another. After an error it stands at the end, so that
// every loop ends; only the first error is kept.
type parser struct {
	s           string // without the last bracket
	i           int
	at          arm.Pos
	names       *names
	depth       int
	args        []expr.Node // of all calls that are open
	failed      bool
	diagnostics []arm.Diagnostic
}

func (p *parser) pos(i int) arm.Pos {
	if !p.at.IsValid() {
		return p.at
	}
	return p.at.File.At(int(p.at.Offset) + 1 + i) // 1 for the quote
}

func (p *parser) fail(i int, message string) {
	if !p.failed {
		p.failed = true
		p.diagnostics = append(p.diagnostics, arm.Diagnostic{Pos: p.pos(i), Message: "expression: " + message})
	}
	p.i = len(p.s)
}

func (p *parser) warn(message string) {
	p.diagnostics = append(p.diagnostics, arm.Diagnostic{Severity: arm.Warning, Pos: p.at, Message: message})
}

func (p *parser) found() string {
	if p.i >= len(p.s) {
		return "the end"
	}
	return fmt.Sprintf("%q", []rune(p.s[p.i:min(p.i+4, len(p.s))])[0])
}

func (p *parser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

// is reports whether the next character, after white space, is c.
func (p *parser) is(c byte) bool {
	p.space()
	return p.i < len(p.s) && p.s[p.i] == c
}

// take steps over c, if it is next.
func (p *parser) take(c byte) bool {
	if !p.is(c) {
		return false
	}
	p.i++
	return true
}

func (p *parser) expect(c byte, where string) {
	if !p.take(c) {
		p.fail(p.i, fmt.Sprintf("expected %c %s, but found %s", c, where, p.found()))
	}
}

// expression parses a literal, or a call and the members and items asked of it.
func (p *parser) expression() expr.Node {
	if p.depth++; p.depth > expressionDepth {
		p.fail(p.i, fmt.Sprintf("nested more than %d levels deep", expressionDepth))
	}
	n := p.operand()
	p.depth--
	return n
}

func (p *parser) member(x expr.Node) expr.Node {
	p.space()
	at := p.pos(p.i)
	name := p.word()
	if name == "" {
		p.fail(p.i, "expected the name of a member, but found "+p.found())
	}
	return &expr.Member{X: x, Name: name, At: at}
}

func (p *parser) index(x expr.Node) expr.Node {
	at := p.pos(p.i - 1)
	i := p.expression()
	p.expect(']', "after the index")
	return &expr.Index{X: x, I: i, At: at}
}

func (p *parser) operand() expr.Node {
	p.space()
	if p.i >= len(p.s) {
		p.fail(p.i, "ends where a value should be")
		return nil
	}
	switch c := p.s[p.i]; {
	case c == '\'':
		return p.text()
	case c == '-' || c == '+' || isDigit(c):
		return p.number()
	case isLetter(c):
		return p.path(p.call())
	}
	p.fail(p.i, "unexpected "+p.found())
	return nil
}

// path parses what is asked of the value of a call: .member and [index].
func (p *parser) path(n expr.Node) expr.Node {
	for !p.failed {
		switch {
		case p.take('.'):
			n = p.member(n)
		case p.take('['):
			n = p.index(n)
		default:
			return n
		}
	}
	return n
}

// text parses a string in single quotes; two of them stand for one.
func (p *parser) text() expr.Node {
	start := p.i
	var before strings.Builder
	for rest := p.s[start+1:]; ; {
		n := strings.IndexByte(rest, '\'')
		if n < 0 {
			p.fail(start, "string is not closed")
			return nil
		}
		doubled := strings.HasPrefix(rest[n+1:], "'")
		if !doubled {
			p.i = len(p.s) - len(rest) + n + 1
			s := rest[:n]
			if before.Len() > 0 {
				s = before.String() + s
			}
			return &expr.Literal{Value: arm.String(s, p.pos(start))}
		}
		before.WriteString(rest[:n+1])
		rest = rest[n+2:]
	}
}

func (p *parser) number() expr.Node {
	start := p.i
	for p.i++; p.i < len(p.s) && (isDigit(p.s[p.i]) || p.s[p.i] == '.'); p.i++ {
	}
	s, at := p.s[start:p.i], p.pos(start)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return &expr.Literal{Value: arm.Int(n, at)}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		p.fail(start, brief(s)+" is not a number")
		return nil
	}
	return &expr.Literal{Value: arm.Float(f, at)}
}

// call parses name(…) or namespace.name(…).
func (p *parser) call() expr.Node {
	start := p.i
	namespace, name := "", p.word()
	if p.take('.') {
		p.space()
		namespace, name = name, p.word()
	}
	if !p.is('(') {
		p.fail(start, fmt.Sprintf("%q is neither a string in single quotes nor a function with its arguments", brief(p.s[start:p.i])))
		return nil
	}
	p.i++
	base := len(p.args)
	p.arguments()
	var n expr.Node
	if !p.failed {
		n = p.lowerCall(expr.Call{Namespace: namespace, Name: name, Args: p.args[base:], At: p.pos(start)})
	}
	p.args = p.args[:base]
	return n
}

func (p *parser) arguments() {
	if p.take(')') {
		return
	}
	for !p.failed {
		arg := p.expression()
		p.args = append(p.args, arg)
		if p.take(',') {
			continue
		}
		p.expect(')', "or a comma after an argument")
		return
	}
}

func (p *parser) word() string {
	start := p.i
	for p.i < len(p.s) && isLetter(p.s[p.i]) {
		p.i++
	}
	return p.s[start:p.i]
}
