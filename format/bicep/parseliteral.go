package bicep

import (
	"strconv"
)

func (p *parser) integer(off int32, sign string) node {
	t := p.next()
	n, err := strconv.ParseInt(sign+p.textOf(t), 10, 64)
	if err != nil {
		p.complain(off, "number "+quote(sign+p.textOf(t))+" is too large, the limit is 64 bits")
		return &badNode{place(off), "number is too large"}
	}
	return &intNode{place(off), n}
}

func (p *parser) array() node {
	n := &arrayNode{place: place(p.next().off)}
	p.elements(rightSquare, func() {
		spread := p.accept(ellipsis)
		n.items = append(n.items, item{p.expression(), spread})
	}, func() {})
	return n
}

// object reads an object; with nested, resources may be declared in it.
func (p *parser) object(nested bool) node {
	n := &objectNode{place: place(p.tok.off)}
	depth := p.depth
	defer p.leave(depth)
	p.expect(leftBrace, `"{"`)
	if p.failed || !p.enter() {
		return p.bad(int32(n.place))
	}
	p.elements(rightBrace, func() {
		if nested && p.startsNested() {
			n.nested = append(n.nested, p.nestedResource())
			return
		}
		n.members = append(n.members, p.property())
	}, func() {
		n.members = append(n.members, member{value: p.bad(p.tok.off)})
	})
	return n
}

// startsNested reports whether a nested resource starts here, not a property
// that is called "resource".
func (p *parser) startsNested() bool {
	return p.is(at) || p.isWord("resource") && p.ahead(1).kind == word
}

func (p *parser) nestedResource() *resourceDecl {
	h := header{decorators: p.decorators(), at: p.tok.off}
	if !p.isWord("resource") {
		p.expected(`"resource" after the decorator`)
	}
	return p.resourceDecl(h)
}

func (p *parser) property() member {
	if p.accept(ellipsis) {
		return member{value: p.expression()}
	}
	key := p.key()
	p.expect(colon, `":" after the name of the property`)
	return member{key, p.expression()}
}

func (p *parser) key() node {
	if p.is(word) {
		t := p.next()
		return &stringNode{place(t.off), p.textOf(t)}
	}
	return p.stringOr("the name of a property")
}
