package access

import (
	"fmt"
	"strings"
)

// Bounds on a condition; Azure's own bound on the text is lower.
const (
	maxConditionText  = 64 << 10 // bytes
	maxConditionDepth = 200      // parentheses and negations within each other
)

// ParseCondition parses the text of a condition. A text with an error gives a
// Condition whose every answer is Unknown.
func ParseCondition(text string) *Condition {
	c := &Condition{Text: text}
	p := &conditionParser{text: text}
	if len(text) > maxConditionText {
		c.err = fmt.Errorf("condition is longer than %d bytes", maxConditionText)
		return c
	}
	root := p.or(0)
	if p.err == nil && p.space() < len(text) {
		p.fail("unexpected text")
	}
	if p.err != nil {
		c.err = p.err
		return c
	}
	c.root = root
	return c
}

// conditionParser descends through the grammar; the first error stays and
// every method then returns at once.
type conditionParser struct {
	text string
	at   int
	err  error
}

func (p *conditionParser) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("condition, character %d: %s", p.at+1, what)
	}
}

func (p *conditionParser) or(depth int) node {
	n := p.and(depth)
	for p.err == nil && (p.take("||") || p.takeWord("or")) {
		n = orNode{n, p.and(depth)}
	}
	return n
}

func (p *conditionParser) and(depth int) node {
	n := p.unary(depth)
	for p.err == nil && (p.take("&&") || p.takeWord("and")) {
		n = andNode{n, p.unary(depth)}
	}
	return n
}

func (p *conditionParser) unary(depth int) node {
	if depth > maxConditionDepth {
		p.fail("nested too deep")
	}
	if p.err != nil {
		return nil
	}
	switch {
	case p.take("!") || p.takeWord("not"):
		return notNode{p.unary(depth + 1)}
	case p.take("("):
		n := p.or(depth + 1)
		p.expect(")")
		return n
	case p.peek() == '@':
		return p.comparison()
	}
	return p.call()
}

// call parses ActionMatches{…}, SubOperationMatches{…} and Exists @….
func (p *conditionParser) call() node {
	switch word := strings.ToLower(p.word()); word {
	case "actionmatches", "suboperationmatches":
		n := actionNode{sub: word == "suboperationmatches"}
		for _, text := range p.set() {
			n.patterns = append(n.patterns, NewPattern(text))
		}
		return n
	case "exists":
		return existsNode{p.attribute()}
	case "":
		p.fail("expected a condition")
	default:
		p.fail("unknown function " + word)
	}
	return nil
}

func (p *conditionParser) comparison() node {
	n := comparison{left: p.attribute()}
	operator := strings.ToLower(p.word())
	if p.take(":") {
		n.quantity = p.quantifier(operator)
		operator = strings.ToLower(p.word())
	}
	if operator == "" {
		p.fail("expected an operator")
	}
	n.compare = comparerFor(operator)
	switch p.peek() {
	case '{':
		n.right = p.set()
	case '@':
		other := p.attribute()
		n.other = &other
	default:
		n.right = []string{p.value()}
	}
	return n
}

func (p *conditionParser) quantifier(name string) quantifier {
	switch name {
	case "foranyofanyvalues":
	case "forallofanyvalues":
		return quantifier{allLeft: true}
	case "foranyofallvalues":
		return quantifier{allRight: true}
	case "forallofallvalues":
		return quantifier{true, true}
	default:
		p.fail("unknown prefix " + name)
	}
	return quantifier{}
}

// attribute parses @Source[name].
func (p *conditionParser) attribute() attributeRef {
	p.expect("@")
	source := strings.ToLower(p.word())
	p.expect("[")
	end := strings.IndexByte(p.text[p.at:], ']')
	if p.err != nil || end < 0 {
		p.fail("expected an attribute in brackets")
		return attributeRef{}
	}
	name := strings.ToLower(strings.TrimSpace(p.text[p.at : p.at+end]))
	p.at += end + 1
	return attributeRef{source, name}
}

// set parses values in braces, separated by commas.
func (p *conditionParser) set() []string {
	var values []string
	p.expect("{")
	for p.err == nil && !p.take("}") {
		values = append(values, p.value())
		if !p.take(",") {
			p.expect("}")
			break
		}
	}
	return values
}

// value parses a string in single quotes, in which a backslash or a second
// quote escapes a quote, or a bare number, bool, GUID or address.
func (p *conditionParser) value() string {
	if !p.take("'") {
		word := p.bare()
		if word == "" {
			p.fail("expected a value")
		}
		return word
	}
	var b strings.Builder
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		next := byte(0)
		if p.at+1 < len(p.text) {
			next = p.text[p.at+1]
		}
		if next == '\'' && (c == '\\' || c == '\'') {
			p.at++
		} else if c == '\'' {
			p.at++
			return b.String()
		}
		b.WriteByte(p.text[p.at])
	}
	p.fail("string without end")
	return ""
}

// space skips white space and returns where it ends.
func (p *conditionParser) space() int {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	return p.at
}

// peek returns the next character that isn't white space, or 0.
func (p *conditionParser) peek() byte {
	if p.space() == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *conditionParser) take(token string) bool {
	if p.err != nil || !strings.HasPrefix(p.text[p.space():], token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *conditionParser) expect(token string) {
	if !p.take(token) {
		p.fail("expected " + token)
	}
}

// takeWord takes a whole word, without regard to case.
func (p *conditionParser) takeWord(word string) bool {
	before := p.space()
	if p.err == nil && strings.EqualFold(p.word(), word) {
		return true
	}
	p.at = before
	return false
}

func (p *conditionParser) word() string {
	return p.span(func(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' })
}

func (p *conditionParser) bare() string {
	return p.span(func(c byte) bool { return c > ' ' && strings.IndexByte(",{}()'&|!", c) < 0 })
}

func (p *conditionParser) span(in func(byte) bool) string {
	start := p.space()
	for p.at < len(p.text) && in(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
