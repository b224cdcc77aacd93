package simulator

import (
	"net/http"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// resolved fills in what is only known while a template is deployed: the state
// of other resources, and what is computed from it.
func (s *Simulator) resolved(v arm.Value) (arm.Value, *Failure) {
	if !v.HasUnknown() {
		return v, nil
	}
	if u, unknown := v.Unknown(); unknown {
		return s.term(u)
	}
	if items, isArray := v.Items(); isArray {
		out, failure := s.resolvedAll(items)
		return arm.Array(out, v.Pos()), failure
	}
	o, _ := v.Object()
	members := make([]arm.Member, 0, o.Len())
	for _, m := range o.Members() {
		inner, failure := s.resolved(m.Value)
		if failure != nil {
			return v, failure
		}
		members = append(members, arm.Member{Name: m.Name, Value: inner})
	}
	return arm.Obj(arm.NewObject(members), v.Pos()), nil
}

func (s *Simulator) resolvedAll(values []arm.Value) ([]arm.Value, *Failure) {
	out := make([]arm.Value, len(values))
	for i, v := range values {
		inner, failure := s.resolved(v)
		if failure != nil {
			return nil, failure
		}
		out[i] = inner
	}
	return out, nil
}

func (s *Simulator) term(u *arm.Unknown) (arm.Value, *Failure) {
	args, failure := s.resolvedAll(u.Args)
	if failure != nil {
		return arm.Value{}, failure
	}
	switch u.Op {
	case arm.OpRuntime:
		return s.atRuntime(u, args)
	case arm.OpMember:
		return args[0].Get(u.Name), nil
	case arm.OpIndex:
		return s.computed(&expr.Index{X: &expr.Literal{Value: args[0]}, I: &expr.Literal{Value: args[1]}})
	case arm.OpIf:
		if b, _ := args[0].Bool(); b {
			return args[1], nil
		}
		return args[2], nil
	case arm.OpJoin:
		return s.computed(&expr.Join{Parts: literals(args)})
	case arm.OpCall:
		return s.computed(&expr.Call{Name: u.Name, Args: literals(args)})
	}
	return arm.Value{}, invalidTemplate("can't evaluate " + u.Text())
}

func literals(values []arm.Value) []expr.Node {
	out := make([]expr.Node, len(values))
	for i, v := range values {
		out[i] = &expr.Literal{Value: v}
	}
	return out
}

// atRuntime answers a function about the state of a resource.
func (s *Simulator) atRuntime(u *arm.Unknown, args []arm.Value) (arm.Value, *Failure) {
	switch {
	case strings.EqualFold(u.Name, "utcNow"):
		return arm.String(s.now.Format(layoutOf(args)), u.Pos), nil
	case strings.EqualFold(u.Name, "newGuid"):
		s.order++
		return arm.String(guidOf(s.now.String()+string(rune(s.order))), u.Pos), nil
	case strings.EqualFold(u.Name, "getSecret"):
		return arm.String("a secret of the simulated vault", u.Pos), nil
	case len(args) == 0:
		return arm.Value{}, invalidTemplate("can't evaluate " + u.Text())
	}
	r := s.resources[lower(args[0].Text())]
	if r == nil {
		return arm.Value{}, notFound(args[0].Text())
	}
	switch {
	case strings.EqualFold(u.Name, "resourceGroup"):
		return value(s.view(r)), nil
	case strings.EqualFold(u.Name, "reference"):
		if len(args) > 1 {
			return value(s.view(r)), nil
		}
		return value(s.view(r)["properties"]), nil
	case strings.EqualFold(u.Name, "listKeys"):
		keys, failure := s.listKeys(r)
		return value(keys), failure
	}
	return arm.Value{}, invalidTemplate("the function " + u.Name + " isn't simulated")
}

// layoutOf is the format that utcNow was given, in Go's words.
func layoutOf(args []arm.Value) string {
	if len(args) == 0 {
		return "20060102T150405Z"
	}
	return strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05").Replace(args[0].Text())
}

// computed evaluates an expression of known values.
func (s *Simulator) computed(n expr.Node) (arm.Value, *Failure) {
	h := &host{}
	v := expr.Env{Host: h, Budget: &expr.Budget{}}.Eval(n)
	if h.wrong != "" || v.HasUnknown() {
		return v, failf(http.StatusBadRequest, "InvalidTemplate", "Unable to process template language expressions: %s", h.wrong)
	}
	return v, nil
}

// host is that of an expression that refers to nothing.
type host struct{ wrong string }

func (*host) Parameter(string, arm.Pos) arm.Value                       { return arm.Value{} }
func (*host) Variable(string, arm.Pos) arm.Value                        { return arm.Value{} }
func (*host) Declared(string, arm.Value, arm.Pos) expr.Declared         { return nil }
func (*host) Function(string, string) *expr.Function                    { return nil }
func (*host) Deployment(string, []arm.Value, arm.Pos) (arm.Value, bool) { return arm.Value{}, false }
func (h *host) Report(d arm.Diagnostic)                                 { h.wrong = d.Message }
