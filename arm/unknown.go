package arm

import (
	"fmt"
	"hash/fnv"
	"strings"
	"sync/atomic"
)

// Op says how an unknown came to be.
type Op uint8

const (
	// OpParameter is a parameter without a value; Name is the parameter.
	OpParameter Op = iota
	// OpRuntime is something only Azure knows when it deploys: the state of a
	// resource, a key, the time; Name is the function, Args what it was asked.
	OpRuntime
	// OpMissing is something that couldn't be read: a module, an expression
	// with an error; Reason says which.
	OpMissing
	// OpCall is a function of something unknown: Name and Args.
	OpCall
	// OpJoin is a string with unknown parts: Args in order, known ones included.
	OpJoin
	// OpMember is the member Name of Args[0].
	OpMember
	// OpIndex is the item Args[1] of Args[0].
	OpIndex
	// OpIf is Args[1] where Args[0] is true, else Args[2].
	OpIf
)

// Unknown is a value that can't be known before the deployment, as a term: what
// it is made from and how. Two unknowns with the same text are the same value,
// so that an unknown principal or name still joins.
type Unknown struct {
	Op     Op
	Name   string
	Args   []Value
	Reason string // why a root (parameter, runtime, missing) isn't known
	Pos    Pos
	Secret bool // it is, or holds, a key or password
	Input  bool // a value that is given from outside and isn't known here

	depth, cases int32 // set by settled

	text atomic.Pointer[string] // what term answered the first time
}

// textLimit bounds the text of one term, in bytes. Longer ones end in a hash,
// so that terms that share parts don't grow without end.
const textLimit = 2048

// Parameter is the value of a parameter that was not given.
func Parameter(name string, secret bool, pos Pos) *Unknown {
	return &Unknown{Op: OpParameter, Name: name, Secret: secret, Pos: pos,
		Reason: "parameter " + name + " has no value", depth: 1, cases: 1}
}

// Runtime is what the function name answers when Azure deploys.
func Runtime(name, reason string, pos Pos, args ...Value) *Unknown {
	return (&Unknown{Op: OpRuntime, Name: name, Args: args, Reason: reason, Pos: pos}).settled()
}

// NotRead is something that couldn't be read or evaluated.
func NotRead(what, reason string, pos Pos) *Unknown {
	return &Unknown{Op: OpMissing, Name: what, Reason: reason, Pos: pos, depth: 1, cases: 1}
}

// NotGiven is a value that the template is given from outside, such as a
// variable of the environment, and that isn't known here.
func NotGiven(what, reason string, pos Pos) *Unknown {
	u := NotRead(what, reason, pos)
	u.Input = true
	return u
}

// Call is the function name of args, some of which are unknown.
func Call(name string, pos Pos, args ...Value) *Unknown {
	return (&Unknown{Op: OpCall, Name: name, Args: args, Pos: pos}).settled()
}

// If is then or otherwise, by a condition that is unknown.
func If(condition, then, otherwise Value, pos Pos) *Unknown {
	return (&Unknown{Op: OpIf, Args: []Value{condition, then, otherwise}, Pos: pos}).settled()
}

// Join is the concatenation of parts, which are strings or unknown. Neighbours
// are merged; a join that turns out to be known comes back as a string.
func Join(parts []Value, pos Pos) Value {
	var flat []Value
	add := func(p Value) {
		s, known := p.x.(string)
		if known && s == "" {
			return
		}
		if n := len(flat); n > 0 && known {
			if t, ok := flat[n-1].x.(string); ok {
				flat[n-1] = String(t+s, flat[n-1].pos)
				return
			}
		}
		flat = append(flat, p)
	}
	for _, p := range parts {
		if u, ok := p.x.(*Unknown); ok && u.Op == OpJoin {
			for _, q := range u.Args {
				add(q)
			}
			continue
		}
		add(p)
	}
	switch {
	case len(flat) == 0:
		return String("", pos)
	case len(flat) == 1 && !flat[0].IsUnknown():
		return flat[0].At(pos)
	}
	return Unk((&Unknown{Op: OpJoin, Args: flat, Pos: pos}).settled())
}

// Member is the member of something unknown. A choice is followed into both
// of its values.
func (u *Unknown) Member(name string) *Unknown {
	if u.Op == OpIf {
		return If(u.Args[0], u.Args[1].Get(name), u.Args[2].Get(name), u.Pos)
	}
	return (&Unknown{Op: OpMember, Name: name, Args: []Value{Unk(u)}, Pos: u.Pos}).settled()
}

// Index is the item i of something unknown.
func (u *Unknown) Index(i Value) *Unknown {
	return (&Unknown{Op: OpIndex, Args: []Value{Unk(u), i}, Pos: u.Pos}).settled()
}

// Text is the term as text in angle quotes, such as «parameters('name')»; a
// join shows its known parts outside of them.
func (u *Unknown) Text() string {
	if u.Op == OpJoin {
		var b strings.Builder
		for _, p := range u.Args {
			b.WriteString(p.Text())
		}
		return b.String()
	}
	return "«" + u.term() + "»"
}

// term is the text without its quotes. It is kept: terms share parts, and
// without that a chain of them would cost twice as much at each link.
func (u *Unknown) term() string {
	if t := u.text.Load(); t != nil {
		return *t
	}
	t := u.makeTerm()
	u.text.Store(&t)
	return t
}

func (u *Unknown) makeTerm() string {
	switch u.Op {
	case OpParameter:
		return "parameters('" + u.Name + "')"
	case OpMissing:
		return u.Name
	case OpMember:
		return shorten(inner(u.Args[0]) + "." + u.Name)
	case OpIndex:
		return shorten(inner(u.Args[0]) + "[" + inner(u.Args[1]) + "]")
	}
	name := u.Name
	switch {
	case u.Op == OpIf:
		name = "if"
	case u.Op == OpJoin && len(u.Args) == 1:
		return inner(u.Args[0])
	case u.Op == OpJoin:
		name = "concat"
	}
	args := make([]string, len(u.Args))
	for i, a := range u.Args {
		args[i] = inner(a)
	}
	return shorten(name + "(" + strings.Join(args, ", ") + ")")
}

// inner is the text of v inside of another term.
func inner(v Value) string {
	switch x := v.x.(type) {
	case *Unknown:
		return x.term()
	case string:
		return "'" + x + "'"
	}
	return shorten(quotes.Replace(v.Text()))
}

// quotes takes the quotes out of terms that stand inside of another, so that
// those around the whole always match.
var quotes = strings.NewReplacer("«", "", "»", "")

func shorten(s string) string {
	if len(s) <= textLimit {
		return s
	}
	h := fnv.New64a()
	h.Write([]byte(s))
	return fmt.Sprintf("%s…#%x", s[:textLimit/2], h.Sum64())
}

// Roots returns the unknowns that u comes from (parameters, runtime values,
// things not read), each once, in the order in which they are met.
func (u *Unknown) Roots() []*Unknown {
	var roots []*Unknown
	seen := map[*Unknown]bool{}
	texts := map[string]bool{}
	var visit func(v Value)
	visit = func(v Value) {
		v.Walk(func(w Value) bool {
			x, ok := w.x.(*Unknown)
			if !ok || seen[x] {
				return true
			}
			seen[x] = true
			if x.Op <= OpMissing {
				if t := x.term(); !texts[t] {
					texts[t] = true
					roots = append(roots, x)
				}
			}
			for _, a := range x.Args {
				visit(a)
			}
			return true
		})
	}
	visit(Unk(u))
	return roots
}

// Why says for a person why u isn't known: the reasons of its roots.
func (u *Unknown) Why() string {
	var reasons []string
	for _, r := range u.Roots() {
		if r.Reason != "" {
			reasons = append(reasons, r.Reason)
		}
	}
	switch {
	case len(reasons) == 0:
		return u.Text()
	case len(reasons) > 3:
		return strings.Join(reasons[:3], "; ") + fmt.Sprintf(" and %d more", len(reasons)-3)
	}
	return strings.Join(reasons, "; ")
}

// IsSecret reports whether u is, or is made from, a key or password.
func (u *Unknown) IsSecret() bool {
	for _, r := range u.Roots() {
		if r.Secret {
			return true
		}
	}
	return false
}

// Alternatives returns the values that v may take: itself, or, where v is a
// choice by an unknown condition, those of both sides.
func (v Value) Alternatives() []Value {
	u, ok := v.x.(*Unknown)
	if !ok || u.Op != OpIf {
		return []Value{v}
	}
	return append(u.Args[1].Alternatives(), u.Args[2].Alternatives()...)
}
