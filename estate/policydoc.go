package estate

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"palisade/arm"
)

// PolicyElement is an element of an API Management policy. The document itself
// is one without a name.
type PolicyElement struct {
	Name     string
	Attrs    map[string]string // as written
	Children []*PolicyElement
	// Open reports that something unknown stands between the children, which
	// could be further elements.
	Open bool
	// Partial reports that not all attributes are known.
	Partial bool
}

// Each visits an element and all in it.
func (e *PolicyElement) Each(visit func(*PolicyElement)) {
	visit(e)
	for _, c := range e.Children {
		c.Each(visit)
	}
}

// Child is the first child of that name, or nil.
func (e *PolicyElement) Child(name string) *PolicyElement {
	for _, c := range e.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// hole stands for an unknown part of a document.
const hole = "\uFFFC"

// IsComputed reports whether the value of an attribute isn't in the document.
func IsComputed(value string) bool { return strings.ContainsAny(value, "@{"+hole) }

// policyDocuments are those of a policy once they were asked for.
type policyDocuments struct {
	once sync.Once
	all  []*PolicyElement
	err  error
}

func (d *policyDocuments) read(format Field[string], text arm.Value) ([]*PolicyElement, error) {
	d.once.Do(func() { d.all, d.err = readPolicy(format, text) })
	return d.all, d.err
}

// Documents reads a policy: one document, or where a condition isn't known all
// that it may be. Where parts of one aren't known, what stands around them still
// is; an error says that its elements aren't known.
func (p *Policy) Documents() ([]*PolicyElement, error) { return p.documents.read(p.Format, p.Text) }

// Documents are those of a fragment.
func (p *PolicyFragment) Documents() ([]*PolicyElement, error) {
	return p.documents.read(Field[string]{Value: "xml"}, p.Text)
}

func readPolicy(format Field[string], text arm.Value) ([]*PolicyElement, error) {
	if Is(format, "xml", "rawxml") != Yes {
		return nil, errors.New("the policy is at a link, or isn't known to be written here")
	}
	texts := policyTexts(text)
	if len(texts) == 0 {
		return nil, errors.New("the policy isn't known")
	}
	var all []*PolicyElement
	for _, s := range texts {
		doc, err := ParsePolicy(s)
		if err != nil {
			return nil, err
		}
		all = append(all, doc)
	}
	return all, nil
}

// mostPolicyTexts bounds the documents that a policy may be.
const mostPolicyTexts = 32

// policyTexts are all documents that a value may be, with holes where something
// in them isn't known; none where nothing of one is, or they are too many.
func policyTexts(v arm.Value) []string {
	if s, ok := v.Str(); ok {
		return []string{s}
	}
	u, ok := v.Unknown()
	switch {
	case !ok:
		return nil
	case u.Op == arm.OpIf:
		then, otherwise := policyTexts(u.Args[1]), policyTexts(u.Args[2])
		if len(then) == 0 || len(otherwise) == 0 {
			return nil
		}
		return fewTexts(append(then, otherwise...))
	case u.Op == arm.OpJoin:
		return joinedTexts(u.Args)
	case u.Op == arm.OpCall && u.Name == "replace" && len(u.Args) == 3:
		return replacedTexts(u.Args[0], u.Args[1], u.Args[2])
	}
	return nil
}

func fewTexts(all []string) []string {
	if len(all) > mostPolicyTexts {
		return nil
	}
	return all
}

// orHole are the texts of a part of a document.
func orHole(v arm.Value) []string {
	if all := policyTexts(v); len(all) > 0 {
		return all
	}
	return []string{hole}
}

func joinedTexts(parts []arm.Value) []string {
	all := []string{""}
	for _, part := range parts {
		var longer []string
		for _, s := range all {
			for _, t := range orHole(part) {
				longer = append(longer, s+t)
			}
		}
		if all = fewTexts(longer); all == nil {
			return nil
		}
	}
	return all
}

func replacedTexts(text, from, to arm.Value) []string {
	old, ok := from.Str()
	if !ok || old == "" {
		return nil
	}
	var all []string
	for _, s := range policyTexts(text) {
		for _, t := range orHole(to) {
			all = append(all, strings.ReplaceAll(s, old, t))
		}
	}
	return fewTexts(all)
}

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
