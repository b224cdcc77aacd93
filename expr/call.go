package expr

import (
	"strings"

	"palisade/arm"
)

// builtin is one function of the language. Exactly one of eval and lazy is set.
type builtin struct {
	name     string
	min, max int // number of arguments; max -1 is any
	// eval gets known arguments, in the sense of opaque: with one that isn't,
	// the call is unknown before eval is asked. partial functions get all.
	eval    func(c caller, args []arm.Value) arm.Value
	partial bool
	// keeps functions get choices by unknown conditions as they are; others are
	// evaluated once for each case.
	keeps bool
	// lazy gets the arguments not evaluated: conditionals and lambdas.
	lazy func(e Env, n *Call) arm.Value
}

// caller is what a function may need of the place it is called from. Name is
// the function's own spelling, so that equal calls make equal terms.
type caller struct {
	env  Env
	n    *Call
	name string
}

func (c caller) at() arm.Pos { return c.n.At }

// fail reports that the call can't be evaluated.
func (c caller) fail(format string, args ...any) arm.Value {
	return c.env.fail(c.n.At, c.name+": "+format, args...)
}

// wrong reports an argument, counted from 0, of a wrong type.
func (c caller) wrong(args []arm.Value, i int, want string) arm.Value {
	return c.fail("argument %d is %s, not %s", i+1, args[i].Kind(), want)
}

// unknown is the call itself as a term. Run-time state stands in it as what it
// is the state of, not as the part of it that is written.
func (c caller) unknown(args []arm.Value) arm.Value {
	terms := make([]arm.Value, len(args))
	for i, a := range args {
		terms[i] = a
		if o, ok := a.Object(); ok && o.Rest() != nil {
			terms[i] = arm.Unk(o.Rest())
		}
	}
	return arm.Unk(arm.Call(c.name, c.n.At, terms...))
}

func (c caller) bool(b bool) arm.Value  { return arm.Bool(b, c.n.At) }
func (c caller) int(n int64) arm.Value  { return arm.Int(n, c.n.At) }
func (c caller) str(s string) arm.Value { return arm.String(s, c.n.At) }

// array makes an array within the limits.
func (c caller) array(items []arm.Value) arm.Value {
	c.env.spend(len(items))
	v := arm.Array(items, c.n.At)
	if v.Size() > MaxSize {
		return c.fail("array is too large")
	}
	return v
}

// text joins parts to a string within the limits.
func (c caller) text(parts []arm.Value) arm.Value { return c.env.joined(parts, c.n.At) }

func (e Env) call(n *Call) arm.Value {
	if f := e.Host.Function(n.Namespace, n.Name); f != nil {
		return e.callUser(n, f)
	}
	if n.Namespace != "" && !sameName(n.Namespace, "sys") && !sameName(n.Namespace, "az") {
		return e.fail(n.At, "function %s.%s is not defined", n.Namespace, n.Name)
	}
	b, ok := builtins()[strings.ToLower(n.Name)]
	if !ok {
		return e.callDeployment(n)
	}
	if len(n.Args) < b.min || b.max >= 0 && len(n.Args) > b.max {
		return e.fail(n.At, "function %s can't take %d arguments", b.name, len(n.Args))
	}
	if b.lazy != nil {
		return b.lazy(e, n)
	}
	c := caller{e, n, b.name}
	args := e.evalAll(n.Args)
	if !b.keeps {
		if v, ok := c.byCase(args, b.apply); ok {
			return v
		}
	}
	return b.apply(c, args)
}

func (b *builtin) apply(c caller, args []arm.Value) arm.Value {
	if !b.partial && anyOpaque(args) {
		return c.unknown(args)
	}
	return b.eval(c, args)
}

// callDeployment asks the host, which knows the functions about the deployment.
func (e Env) callDeployment(n *Call) arm.Value {
	args := e.evalAll(n.Args)
	if v, ok := e.Host.Deployment(n.Name, args, n.At); ok {
		return v
	}
	return e.fail(n.At, "there is no function %s", n.Name)
}

// callUser evaluates a user-defined function, which sees its parameters only.
func (e Env) callUser(n *Call, f *Function) arm.Value {
	if len(n.Args) > len(f.Params) {
		return e.fail(n.At, "function %s takes %d arguments, not %d", n.Name, len(f.Params), len(n.Args))
	}
	inside := Env{Host: e.Host, Budget: e.Budget, quiet: e.quiet}
	for i, name := range f.Params {
		v := arm.Null(n.At)
		if i < len(n.Args) {
			v = e.Eval(n.Args[i])
		}
		inside = inside.With(name, v)
	}
	return inside.Eval(f.Body)
}

func (e Env) evalAll(nodes []Node) []arm.Value {
	values := make([]arm.Value, len(nodes))
	for i, n := range nodes {
		values[i] = e.Eval(n)
	}
	return values
}

func anyOpaque(args []arm.Value) bool {
	for _, a := range args {
		if opaque(a) {
			return true
		}
	}
	return false
}
