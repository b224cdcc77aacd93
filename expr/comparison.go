package expr

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"palisade/arm"
)

// comparisonFunctions are those of Microsoft Learn, "Comparison functions for
// ARM templates", but coalesce.
func comparisonFunctions() []builtin {
	return []builtin{
		{name: "equals", min: 2, max: 2, eval: equals, partial: true},
		{name: "less", min: 2, max: 2, eval: ordering(func(n int) bool { return n < 0 })},
		{name: "lessOrEquals", min: 2, max: 2, eval: ordering(func(n int) bool { return n <= 0 })},
		{name: "greater", min: 2, max: 2, eval: ordering(func(n int) bool { return n > 0 })},
		{name: "greaterOrEquals", min: 2, max: 2, eval: ordering(func(n int) bool { return n >= 0 })},
	}
}

func equals(c caller, args []arm.Value) arm.Value {
	compare := c.env.comparer()
	answer := compare.same(args[0], args[1])
	c.env.spend(compare.looks)
	return c.decided(answer, compare, args)
}

// decided is the answer, or the call as a term where there is none.
func (c caller) decided(answer verdict, compare *comparer, args []arm.Value) arm.Value {
	switch {
	case answer != maybe:
		return c.bool(answer == yes)
	case compare.byAssumption && !anyUnknown(args):
		return arm.Unk(arm.Runtime(c.name, "a value that is only assumed here decides the comparison", c.at(), args...))
	}
	return c.unknown(args)
}

func anyUnknown(args []arm.Value) bool {
	for _, a := range args {
		if a.HasUnknown() {
			return true
		}
	}
	return false
}

// ordering compares two numbers or two strings.
func ordering(holds func(int) bool) func(caller, []arm.Value) arm.Value {
	return func(c caller, args []arm.Value) arm.Value {
		if s, ok := plain(args[0]); ok {
			if t, ok := plain(args[1]); ok {
				return c.bool(holds(compareText(s, t)))
			}
		}
		n, isInt := args[0].Int()
		m, isInt2 := args[1].Int()
		if isInt && isInt2 {
			return c.bool(holds(cmp.Compare(n, m)))
		}
		f, ok := args[0].Float()
		g, ok2 := args[1].Float()
		if !ok || !ok2 {
			return c.fail("can't compare %s with %s", args[0].Kind(), args[1].Kind())
		}
		return c.bool(holds(cmp.Compare(f, g)))
	}
}

// compareText orders strings as .NET's invariant culture does for common text:
// by letters without regard to case, punctuation before digits before letters,
// and lower case first where nothing else differs.
func compareText(s, t string) int {
	a, b := s, t
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		q, m := utf8.DecodeRuneInString(b)
		if order := compareRunes(r, q); order != 0 {
			return order
		}
		a, b = a[n:], b[m:]
	}
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return -strings.Compare(s, t) // 'a' is after 'A' in bytes
}

func compareRunes(r, q rune) int {
	if r == q {
		return 0
	}
	if order := cmp.Compare(runeClass(r), runeClass(q)); order != 0 {
		return order
	}
	return cmp.Compare(unicode.ToLower(r), unicode.ToLower(q))
}

func runeClass(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 3
	case unicode.IsDigit(r):
		return 2
	case unicode.IsSpace(r):
		return 0
	}
	return 1
}
