package expr

import "palisade/arm"

// maxCases bounds the cases that choices by unknown conditions are split into.
const maxCases = 16

// byCase evaluates f for each way in which the choices among args can fall,
// and makes a choice of the values. Arguments that depend on the same condition
// fall together. ok is false where no argument is a choice, or where there are
// too many cases.
func (c caller) byCase(args []arm.Value, f func(caller, []arm.Value) arm.Value) (v arm.Value, ok bool) {
	if firstChoice(args) == nil {
		return arm.Value{}, false
	}
	c.env = c.env.Quiet()
	s := splitter{c: c, f: f, left: maxCases}
	return s.eval(args, 0)
}

type splitter struct {
	c    caller
	f    func(caller, []arm.Value) arm.Value
	left int
}

func (s *splitter) eval(args []arm.Value, depth int) (arm.Value, bool) {
	choice := firstChoice(args)
	if depth > maxCases {
		return arm.Value{}, false
	}
	if choice == nil {
		s.left--
		if s.left < 0 {
			return arm.Value{}, false
		}
		return s.f(s.c, args), true
	}
	condition := choice.Args[0]
	then, ok := s.eval(assume(args, condition, 1), depth+1)
	if !ok {
		return then, false
	}
	otherwise, ok := s.eval(assume(args, condition, 2), depth+1)
	if !ok {
		return otherwise, false
	}
	return choiceOf(condition, then, otherwise, choice.Pos), true
}

// choiceOf is then or otherwise by an unknown condition, or the one value that
// both are.
func choiceOf(condition, then, otherwise arm.Value, at arm.Pos) arm.Value {
	if arm.Equal(then, otherwise) && !then.HasUnknown() {
		return then
	}
	return arm.Unk(arm.If(condition, then, otherwise, at))
}

func firstChoice(args []arm.Value) *arm.Unknown {
	for _, a := range args {
		if u, ok := a.Unknown(); ok && u.Op == arm.OpIf {
			return u
		}
	}
	return nil
}

// assume returns args where the choices by condition have fallen to one side.
func assume(args []arm.Value, condition arm.Value, side int) []arm.Value {
	out := make([]arm.Value, len(args))
	for i, a := range args {
		for {
			u, ok := a.Unknown()
			if !ok || u.Op != arm.OpIf || !arm.Equal(u.Args[0], condition) {
				break
			}
			a = u.Args[side]
		}
		out[i] = a
	}
	return out
}

// anyCase reports whether some value that v may take satisfies is. Where there
// are too many to look at, the answer is tooMany.
func anyCase(v arm.Value, tooMany bool, is func(arm.Value) bool) bool {
	left := 2 * maxCases
	var look func(arm.Value) bool
	look = func(v arm.Value) bool {
		if left--; left < 0 {
			return tooMany
		}
		if u, ok := v.Unknown(); ok && u.Op == arm.OpIf {
			return look(u.Args[1]) || look(u.Args[2])
		}
		return is(v)
	}
	return look(v)
}

// plainCondition strips what only turns a condition around, so that choices by
// c, by not(c) and by if(c, true, false) are seen to be by the same condition.
func plainCondition(c arm.Value) (condition arm.Value, negated bool) {
	for {
		u, ok := c.Unknown()
		switch {
		case ok && u.Op == arm.OpCall && u.Name == "not" && len(u.Args) == 1:
			c, negated = u.Args[0], !negated
		case ok && u.Op == arm.OpIf:
			then, isBool := u.Args[1].Bool()
			otherwise, isBool2 := u.Args[2].Bool()
			if !isBool || !isBool2 || then == otherwise {
				return c, negated
			}
			c, negated = u.Args[0], negated != otherwise
		default:
			return c, negated
		}
	}
}
