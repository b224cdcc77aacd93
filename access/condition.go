package access

// Condition is a condition of a role assignment or role definition, ready to
// be asked. Source: azure-docs role-based-access-control/conditions-format.md.
type Condition struct {
	Text string
	root node  // nil where the text couldn't be parsed
	err  error // why not
}

// Attributes answers for the attributes that a condition asks about: source is
// resource, request, principal or environment, name what stands in its
// brackets, both in lower case.
type Attributes func(source, name string) Attribute

// Attribute is what is known of one attribute. The zero Attribute isn't known.
type Attribute struct {
	Known  bool
	Values []string // empty where the attribute is known not to be there
}

// Eval answers whether the condition holds for an action, which must be in
// lower case. What can't be parsed, or asks for what isn't known, is Unknown.
func (c *Condition) Eval(action string, attributes Attributes) Verdict {
	if c.root == nil {
		return Unknown
	}
	return c.root.eval(&question{action, attributes})
}

// Err says why the condition couldn't be parsed, or is nil.
func (c *Condition) Err() error { return c.err }

// question is what one evaluation is about.
type question struct {
	action     string
	attributes Attributes
}

func (q *question) attribute(a attributeRef) Attribute {
	if q.attributes == nil {
		return Attribute{}
	}
	return q.attributes(a.source, a.name)
}

type node interface{ eval(q *question) Verdict }

type (
	andNode struct{ left, right node }
	orNode  struct{ left, right node }
	notNode struct{ of node }

	// actionNode is ActionMatches{'…'} or, with sub, SubOperationMatches{'…'}.
	actionNode struct {
		patterns []Pattern
		sub      bool
	}
	existsNode   struct{ attribute attributeRef }
	attributeRef struct{ source, name string }

	comparison struct {
		left     attributeRef
		quantity quantifier
		compare  comparer // nil where the operator isn't known
		right    []string
		other    *attributeRef // where the right side is an attribute
	}
)

func (n andNode) eval(q *question) Verdict {
	left := n.left.eval(q)
	if left == Deny {
		return Deny
	}
	return left.And(n.right.eval(q))
}

func (n orNode) eval(q *question) Verdict {
	left := n.left.eval(q)
	if left == Allow {
		return Allow
	}
	return left.Or(n.right.eval(q))
}

func (n notNode) eval(q *question) Verdict { return n.of.eval(q).Not() }

// eval of a suboperation is unknown where the action could have one: nothing
// in the estate says which suboperation a caller will ask for.
func (n actionNode) eval(q *question) Verdict {
	if n.sub {
		return Unknown
	}
	v := Deny
	for _, p := range n.patterns {
		v = v.Or(p.Match(q.action))
	}
	return v
}

func (n existsNode) eval(q *question) Verdict {
	a := q.attribute(n.attribute)
	if !a.Known {
		return Unknown
	}
	return verdictOf(len(a.Values) > 0)
}

// eval of a comparison with an attribute that isn't there is unknown: the
// documentation that the facts rest on doesn't say what Azure answers.
func (n comparison) eval(q *question) Verdict {
	left := q.attribute(n.left)
	right := n.right
	if n.other != nil {
		a := q.attribute(*n.other)
		if !a.Known || len(a.Values) == 0 {
			return Unknown
		}
		right = a.Values
	}
	if n.compare == nil || !left.Known || len(left.Values) == 0 {
		return Unknown
	}
	return n.quantity.over(left.Values, right, n.compare)
}

// quantifier is a cross-product prefix such as ForAllOfAnyValues: the first
// word counts values on the left, the second those on the right.
type quantifier struct{ allLeft, allRight bool }

func (k quantifier) over(left, right []string, compare comparer) Verdict {
	return fold(left, k.allLeft, func(l string) Verdict {
		return fold(right, k.allRight, func(r string) Verdict { return compare(l, r) })
	})
}

// fold asks of all or of any of the values.
func fold(values []string, all bool, ask func(string) Verdict) Verdict {
	v := verdictOf(all)
	for _, s := range values {
		if all {
			v = v.And(ask(s))
		} else {
			v = v.Or(ask(s))
		}
	}
	return v
}
