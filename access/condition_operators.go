package access

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// comparer compares a value of an attribute with a value of the condition. It
// answers Unknown where one of them isn't of the kind that it compares.
type comparer func(left, right string) Verdict

// comparerFor returns the operator of that name, which is in lower case, or
// nil where there is none: its comparisons are then unknown.
func comparerFor(name string) comparer {
	if rest, ok := strings.CutPrefix(name, "string"); ok {
		return stringComparer(rest)
	}
	if rest, ok := strings.CutPrefix(name, "numeric"); ok {
		return ordered(rest, parseNumber)
	}
	if rest, ok := strings.CutPrefix(name, "datetime"); ok {
		return ordered(rest, parseTime)
	}
	switch name {
	case "boolequals":
		return equalFold
	case "boolnotequals":
		return not(equalFold)
	case "guidequals":
		return equalGUID
	case "guidnotequals":
		return not(equalGUID)
	case "ipinrange", "ipmatch":
		return inRange
	case "ipnotinrange", "ipnotmatch":
		return not(inRange)
	}
	return nil
}

func stringComparer(name string) comparer {
	name, ignoreCase := strings.CutSuffix(name, "ignorecase")
	base := strings.TrimPrefix(name, "not")
	var c comparer
	switch base {
	case "equals":
		c = func(l, r string) Verdict { return verdictOf(l == r) }
	case "startswith":
		c = func(l, r string) Verdict { return verdictOf(strings.HasPrefix(l, r)) }
	case "endswith":
		c = func(l, r string) Verdict { return verdictOf(strings.HasSuffix(l, r)) }
	case "contains":
		c = func(l, r string) Verdict { return verdictOf(strings.Contains(l, r)) }
	case "like", "matches":
		c = like
	default:
		return nil
	}
	if ignoreCase {
		c = lower(c)
	}
	if base != name {
		c = not(c)
	}
	return known(c)
}

// like takes a star for any text and a question mark for one character.
func like(value, pattern string) Verdict {
	if strings.Contains(pattern, "?") {
		return Unknown
	}
	return verdictOf(glob(split(pattern, false), value))
}

func lower(c comparer) comparer {
	return func(l, r string) Verdict { return c(strings.ToLower(l), strings.ToLower(r)) }
}

func not(c comparer) comparer {
	return func(l, r string) Verdict { return c(l, r).Not() }
}

// known answers Unknown for values that hold an unknown part.
func known(c comparer) comparer {
	return func(l, r string) Verdict {
		if strings.Contains(l, "«") || strings.Contains(r, "«") {
			return Unknown
		}
		return c(l, r)
	}
}

func equalFold(l, r string) Verdict {
	return known(func(l, r string) Verdict { return verdictOf(strings.EqualFold(l, r)) })(l, r)
}

// equalGUID compares without regard to case and dashes; both forms occur in
// built-in roles.
func equalGUID(l, r string) Verdict {
	return equalFold(strings.ReplaceAll(l, "-", ""), strings.ReplaceAll(r, "-", ""))
}

func inRange(address, text string) Verdict {
	a, err := netip.ParseAddr(address)
	rng, ok := ParseRange(text)
	if err != nil || !ok {
		return Unknown
	}
	return verdictOf(rng.Contains(a))
}

// ordered compares numbers or times; name is what follows the kind.
func ordered(name string, parse func(string) (float64, bool)) comparer {
	var holds func(l, r float64) bool
	switch name {
	case "equals":
		holds = func(l, r float64) bool { return l == r }
	case "notequals":
		holds = func(l, r float64) bool { return l != r }
	case "lessthan":
		holds = func(l, r float64) bool { return l < r }
	case "lessthanequals":
		holds = func(l, r float64) bool { return l <= r }
	case "greaterthan":
		holds = func(l, r float64) bool { return l > r }
	case "greaterthanequals":
		holds = func(l, r float64) bool { return l >= r }
	default:
		return nil
	}
	return func(left, right string) Verdict {
		l, ok := parse(left)
		r, ok2 := parse(right)
		if !ok || !ok2 {
			return Unknown
		}
		return verdictOf(holds(l, r))
	}
}

func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func parseTime(s string) (float64, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.UnixMicro()), true
		}
	}
	return 0, false
}
