package spec

import (
	"math"
	"strconv"
	"strings"
)

// Count is a number of tokens, calls or the like: 500, 50k, 1.5M, 2G.
type Count int64

func (*Count) form() form {
	return form{says: "count such as 500, 50k or 1.5M", pattern: `^[0-9]+(\.[0-9]+)?[kMG]$`, number: true}
}

func (c *Count) parse(text string) error {
	n, ok := scaled(text, countUnits)
	if !ok {
		return isNot(c.form())
	}
	*c = Count(n)
	return nil
}

// Size is a number of bytes: 64KiB, 32MiB, 1GiB.
type Size int64

func (*Size) form() form {
	return form{says: "size such as 64KiB, 32MiB or 1GiB", pattern: `^[0-9]+(\.[0-9]+)?[KMG]iB$`}
}

func (s *Size) parse(text string) error {
	n, ok := scaled(text, sizeUnits)
	if !ok {
		return isNot(s.form())
	}
	*s = Size(n)
	return nil
}

// Money is an amount in millionths of the budget's currency: 12, 0.075.
type Money int64

func (*Money) form() form {
	return form{says: "amount such as 12 or 0.075", pattern: `^[0-9]+(\.[0-9]{1,6})?$`, number: true}
}

func (m *Money) parse(text string) error {
	n, ok := scaled(text, moneyUnits)
	if !ok {
		return isNot(m.form())
	}
	*m = Money(n)
	return nil
}

type unit struct {
	suffix string
	size   int64
}

// The units, longer suffixes first.
var (
	countUnits = []unit{{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"", 1}}
	sizeUnits  = []unit{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}
	moneyUnits = []unit{{"", 1e6}}
)

// scaled reads a decimal number with a unit, exactly: 1.5k is 1500, and 1.5 of
// something indivisible is refused.
func scaled(text string, units []unit) (int64, bool) {
	for _, u := range units {
		number, found := strings.CutSuffix(text, u.suffix)
		if !found {
			continue
		}
		whole, fraction, dotted := strings.Cut(number, ".")
		if !isDigits(whole) || dotted && (!isDigits(fraction) || len(fraction) > 9) {
			return 0, false
		}
		return exactly(whole, fraction, u.size)
	}
	return 0, false
}

func exactly(whole, fraction string, size int64) (int64, bool) {
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > (math.MaxInt64-size)/size {
		return 0, false
	}
	if fraction == "" {
		return n * size, true
	}
	f, err := strconv.ParseInt(fraction, 10, 64)
	scale := int64(math.Pow10(len(fraction)))
	if err != nil || f*size%scale != 0 {
		return 0, false
	}
	return n*size + f*size/scale, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
