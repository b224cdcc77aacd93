package estate

import (
	"errors"
	"fmt"
	"strings"
)

// ParsePolicy reads a document as API Management does, which takes more than
// XML: in expressions, @(…) and @{…}, quotes and angle brackets needn't be
// escaped.
func ParsePolicy(text string) (*PolicyElement, error) {
	p := policyReader{text: text, open: []*PolicyElement{{}}}
	for p.at < len(text) {
		if err := p.step(); err != nil {
			return nil, fmt.Errorf("policy, character %d: %w", p.at, err)
		}
	}
	if len(p.open) > 1 {
		return nil, fmt.Errorf("policy: %s has no end", p.top().Name)
	}
	return p.top(), nil
}

// mostPolicyDepth bounds how deep elements stand in each other.
const mostPolicyDepth = 200

type policyReader struct {
	text string
	at   int
	open []*PolicyElement
}

func (p *policyReader) top() *PolicyElement { return p.open[len(p.open)-1] }

func (p *policyReader) rest() string { return p.text[p.at:] }

// step reads one text, comment or tag.
func (p *policyReader) step() error {
	rest := p.rest()
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return p.skip("-->")
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.skip("]]>")
	case strings.HasPrefix(rest, "<?"):
		return p.skip("?>")
	case strings.HasPrefix(rest, "</"):
		return p.end()
	case rest[0] == '<':
		return p.start()
	case rest[0] == '@' && len(rest) > 1 && (rest[1] == '(' || rest[1] == '{'):
		return p.expression()
	}
	if strings.HasPrefix(rest, hole) {
		p.top().Open = true
	}
	p.at++
	return nil
}

func (p *policyReader) skip(end string) error {
	i := strings.Index(p.rest(), end)
	if i < 0 {
		return fmt.Errorf("no %s", end)
	}
	p.at += i + len(end)
	return nil
}

func (p *policyReader) end() error {
	p.at += len("</")
	name := p.name()
	p.space()
	if !strings.HasPrefix(p.rest(), ">") || len(p.open) == 1 || p.top().Name != name {
		return fmt.Errorf("</%s> ends nothing", name)
	}
	p.at++
	p.open = p.open[:len(p.open)-1]
	return nil
}

func (p *policyReader) start() error {
	p.at++
	e := &PolicyElement{Name: p.name(), Attrs: map[string]string{}}
	if e.Name == "" || len(p.open) > mostPolicyDepth {
		return errors.New("not an element")
	}
	p.top().Children = append(p.top().Children, e)
	for {
		p.space()
		rest := p.rest()
		switch {
		case strings.HasPrefix(rest, "/>"):
			p.at += 2
			return nil
		case strings.HasPrefix(rest, ">"):
			p.at++
			p.open = append(p.open, e)
			return nil
		case strings.HasPrefix(rest, hole):
			e.Partial = true
			p.at += len(hole)
			continue
		}
		if err := p.attribute(e); err != nil {
			return err
		}
	}
}

func (p *policyReader) attribute(e *PolicyElement) error {
	name := p.name()
	p.space()
	if name == "" || !strings.HasPrefix(p.rest(), "=") {
		return fmt.Errorf("<%s: not an attribute", e.Name)
	}
	p.at++
	p.space()
	rest := p.rest()
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return fmt.Errorf("<%s %s: no value in quotes", e.Name, name)
	}
	quote := rest[:1]
	p.at++
	from := p.at
	if strings.HasPrefix(p.rest(), "@(") || strings.HasPrefix(p.rest(), "@{") {
		if err := p.expression(); err != nil {
			return err
		}
	}
	if err := p.skip(quote); err != nil {
		return err
	}
	e.Attrs[name] = p.text[from : p.at-1]
	return nil
}

func (p *policyReader) name() string {
	from := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	return p.text[from:p.at]
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == ':' || c == '.'
}

func (p *policyReader) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	p.at = min(p.at, len(p.text))
}

// expression skips C# up to the bracket that ends it. Brackets in its strings,
// characters and comments don't count.
func (p *policyReader) expression() error {
	p.at++ // @
	depth := 0
	for p.at < len(p.text) {
		rest := p.rest()
		switch {
		case strings.HasPrefix(rest, "//"):
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				p.at += i
			} else {
				p.at = len(p.text)
			}
			continue
		case strings.HasPrefix(rest, "/*"):
			if err := p.skip("*/"); err != nil {
				return err
			}
			continue
		case strings.HasPrefix(rest, `@"`):
			p.at++
			p.literal(`"`, false)
			continue
		case strings.HasPrefix(rest, "&quot;"):
			p.literal("&quot;", true)
			continue
		case rest[0] == '"' || rest[0] == '\'':
			p.literal(rest[:1], true)
			continue
		case rest[0] == '(' || rest[0] == '{' || rest[0] == '[':
			depth++
		case rest[0] == ')' || rest[0] == '}' || rest[0] == ']':
			depth--
		}
		p.at++
		if depth == 0 {
			return nil
		}
	}
	return errors.New("the expression has no end")
}

// literal skips a string. A quote in it is escaped by a backslash, or in a
// verbatim string doubled, which reads like two strings.
func (p *policyReader) literal(quote string, escapes bool) {
	p.at += len(quote)
	for p.at < len(p.text) {
		switch {
		case escapes && p.text[p.at] == '\\':
			p.at++
		case strings.HasPrefix(p.rest(), quote):
			p.at += len(quote)
			return
		}
		p.at++
	}
	p.at = min(p.at, len(p.text))
}
