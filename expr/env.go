package expr

import (
	"fmt"

	"palisade/arm"
)

// Host is what an expression is evaluated in: one template deployment. Its
// methods evaluate on demand and keep what they found; a cycle is the host's
// to notice.
type Host interface {
	Parameter(name string, at arm.Pos) arm.Value
	Variable(name string, at arm.Pos) arm.Value
	// Declared finds a resource or module by its symbolic name; index is the
	// turn of its loop, or null.
	Declared(symbol string, index arm.Value, at arm.Pos) Declared
	// Function finds a user-defined function, or nil.
	Function(namespace, name string) *Function
	// Deployment answers a function about the deployment itself or about the
	// run-time state of resources: reference, resourceGroup, deployer, listKeys.
	// ok is false where there is no such function.
	Deployment(name string, args []arm.Value, at arm.Pos) (v arm.Value, ok bool)
	Report(arm.Diagnostic)
}

// Declared is a resource or module that an expression refers to. Asking for
// its id or name doesn't evaluate the rest of it. With safe, a member of
// something that isn't deployed is null.
type Declared interface {
	Member(name string, safe bool, at arm.Pos) arm.Value
	Whole(at arm.Pos) arm.Value
}

// Limits keep one evaluation from running for ever or filling the memory.
// Templates far beyond what Azure accepts fit in.
const (
	MaxDepth  = 400       // nested evaluations
	MaxSteps  = 5_000_000 // nodes evaluated for one entry point
	MaxSize   = 4_000_000 // values in one result, shared parts counted each time
	MaxString = 8 << 20   // bytes of one string
	MaxTurns  = 20_000    // turns of one loop
	MaxNested = 2_000     // depth of arrays and objects in one result
)

// Budget counts the work of one entry point and all of its modules.
type Budget struct {
	steps int
	depth int
	spent bool
	// reported holds the errors so far: one in a loop is told once.
	reported map[problem]bool
}

type problem struct {
	at      arm.Pos
	message string
}

// tells reports whether an error is new and not only due to the end of the
// budget, and remembers it.
func (b *Budget) tells(p problem) bool {
	if b.reported[p] || b.spent && b.steps > MaxSteps {
		return false
	}
	if b.reported == nil {
		b.reported = map[problem]bool{}
	}
	b.reported[p] = true
	return true
}

// Env is where a node is evaluated: the host, and the names bound by lambdas
// and loops. The zero value of the unexported part is "no names".
type Env struct {
	Host   Host
	Budget *Budget

	locals *binding
	// quiet is set in a branch that may not be taken: what goes wrong there
	// may never happen, so it makes the value unknown but isn't reported.
	quiet bool
}

type binding struct {
	name  string
	value arm.Value
	next  *binding
}

// With returns e with a name bound.
func (e Env) With(name string, v arm.Value) Env {
	if name != "" {
		e.locals = &binding{name, v, e.locals}
	}
	return e
}

// Quiet returns e for an expression whose value may not be needed.
func (e Env) Quiet() Env { e.quiet = true; return e }

func (e Env) local(name string) (arm.Value, bool) {
	for b := e.locals; b != nil; b = b.next {
		if b.name == name {
			return b.value, true
		}
	}
	return arm.Value{}, false
}

// fail reports an error at a place and returns the unknown that stands for the
// value that couldn't be made.
func (e Env) fail(at arm.Pos, format string, args ...any) arm.Value {
	message := fmt.Sprintf(format, args...)
	if !e.quiet && e.Budget.tells(problem{at, message}) {
		e.Host.Report(arm.Diagnostic{Severity: arm.Error, Pos: at, Message: message})
	}
	return arm.Unk(arm.NotRead("error", message, at))
}
