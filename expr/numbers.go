package expr

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"palisade/arm"
)

// numberFunctions are those of Microsoft Learn, "Numeric functions for ARM
// templates", and bool.
func numberFunctions() []builtin {
	return []builtin{
		{name: "add", min: 2, max: 2, eval: arithmetic(addInts)},
		{name: "sub", min: 2, max: 2, eval: arithmetic(subInts)},
		{name: "mul", min: 2, max: 2, eval: arithmetic(mulInts)},
		{name: "div", min: 2, max: 2, eval: arithmetic(divInts)},
		{name: "mod", min: 2, max: 2, eval: arithmetic(modInts)},
		{name: "int", min: 1, max: 1, eval: toInt},
		{name: "float", min: 1, max: 1, eval: toFloat},
		{name: "bool", min: 1, max: 1, eval: toBool},
		{name: "min", min: 1, max: -1, eval: extreme(func(a, b float64) bool { return a < b })},
		{name: "max", min: 1, max: -1, eval: extreme(func(a, b float64) bool { return a > b })},
	}
}

var (
	errOverflow = errors.New("result is outside of 64 bits")
	errZero     = errors.New("division by zero")
)

func arithmetic(f func(a, b int64) (int64, error)) func(caller, []arm.Value) arm.Value {
	return func(c caller, args []arm.Value) arm.Value {
		a, ok := args[0].Int()
		if !ok {
			return c.wrong(args, 0, "int")
		}
		b, ok := args[1].Int()
		if !ok {
			return c.wrong(args, 1, "int")
		}
		n, err := f(a, b)
		if err != nil {
			return c.fail("%v", err)
		}
		return c.int(n)
	}
}

func addInts(a, b int64) (int64, error) {
	if n := a + b; (n > a) == (b > 0) {
		return n, nil
	}
	return 0, errOverflow
}

func subInts(a, b int64) (int64, error) {
	if n := a - b; (n < a) == (b > 0) {
		return n, nil
	}
	return 0, errOverflow
}

func mulInts(a, b int64) (int64, error) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	limit := uint64(math.MaxInt64)
	if (a < 0) != (b < 0) {
		limit++
	}
	if high != 0 || low > limit {
		return 0, errOverflow
	}
	return a * b, nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func divInts(a, b int64) (int64, error) {
	switch {
	case b == 0:
		return 0, errZero
	case a == math.MinInt64 && b == -1:
		return 0, errOverflow
	}
	return a / b, nil
}

func modInts(a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, errZero
	case -1:
		return 0, nil
	}
	return a % b, nil
}

func toInt(c caller, args []arm.Value) arm.Value {
	if _, ok := args[0].Int(); ok {
		return args[0].At(c.at())
	}
	s, ok := args[0].Str()
	if !ok {
		return c.wrong(args, 0, "int or string")
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return c.fail("can't read %q as a number", s)
	}
	return c.int(n)
}

func toFloat(c caller, args []arm.Value) arm.Value {
	f, ok := args[0].Float()
	if s, isText := args[0].Str(); isText {
		var err error
		f, err = strconv.ParseFloat(strings.TrimSpace(s), 64)
		ok = err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
	}
	if !ok {
		return c.fail("can't read %s as a number", args[0].Kind())
	}
	return arm.Float(f, c.at())
}

func toBool(c caller, args []arm.Value) arm.Value {
	if _, ok := args[0].Bool(); ok {
		return args[0].At(c.at())
	}
	if f, ok := args[0].Float(); ok {
		return c.bool(f != 0)
	}
	s, _ := args[0].Str()
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true":
		return c.bool(true)
	case "false":
		return c.bool(false)
	}
	return c.fail("can't read %s as true or false", strings.TrimSpace(args[0].Kind().String()+" "+s))
}

// extreme is the first or last in order of the arguments, or of the items of
// the only one.
func extreme(before func(a, b float64) bool) func(caller, []arm.Value) arm.Value {
	return func(c caller, args []arm.Value) arm.Value {
		numbers := args
		if items, ok := args[0].Items(); ok && len(args) == 1 {
			numbers = items
		}
		if len(numbers) == 0 {
			return c.fail("no numbers given")
		}
		if anyUnknown(numbers) {
			return c.unknown(args)
		}
		best := numbers[0]
		for i, v := range numbers {
			f, ok := v.Float()
			if !ok {
				return c.fail("item %d is %s, not a number", i+1, v.Kind())
			}
			if g, _ := best.Float(); before(f, g) {
				best = v
			}
		}
		return best.At(c.at())
	}
}
