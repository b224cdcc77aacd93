package expr

import (
	"math"
	"strconv"
	"strings"

	"palisade/arm"
)

// maxPrecision bounds the digits that a format may ask for.
const maxPrecision = 1000

// formatNumber formats an int or float by a .NET numeric format string
// (Microsoft Learn, "Standard numeric format strings" and "Custom numeric
// format strings"), in the invariant culture.
func formatNumber(v arm.Value, spec string) (string, bool) {
	letter := spec[0]
	precision := -1
	if len(spec) > 1 {
		n, err := strconv.Atoi(spec[1:])
		if err != nil || n < 0 || n > maxPrecision || spec[1] == '+' {
			return customNumber(v, spec)
		}
		precision = n
	}
	if letter|0x20 < 'a' || letter|0x20 > 'z' {
		return customNumber(v, spec)
	}
	n, isInt := v.Int()
	switch letter | 0x20 {
	case 'd':
		return padZeros(strconv.FormatInt(n, 10), precision), isInt
	case 'x':
		s := strconv.FormatUint(uint64(n), 16)
		if letter == 'X' {
			s = strings.ToUpper(s)
		}
		return padZeros(s, precision), isInt
	case 'b':
		return padZeros(strconv.FormatUint(uint64(n), 2), precision), isInt
	case 'f':
		return fixed(v, orDefault(precision, 2)), true
	case 'n':
		return grouped(fixed(v, orDefault(precision, 2))), true
	case 'c':
		return currency(grouped(fixed(v, orDefault(precision, 2)))), true
	case 'p':
		f, _ := v.Float()
		return grouped(fixed(arm.Float(f*100, v.Pos()), orDefault(precision, 2))) + " %", true
	case 'e':
		return exponential(v, letter, orDefault(precision, 6)), true
	case 'g', 'r':
		return general(v, letter, precision), true
	}
	return "", false
}

func orDefault(precision, otherwise int) int {
	if precision < 0 {
		return otherwise
	}
	return precision
}

func padZeros(s string, width int) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	return sign + strings.Repeat("0", max(width-len(s), 0)) + s
}

func fixed(v arm.Value, precision int) string {
	if n, ok := v.Int(); ok {
		s := strconv.FormatInt(n, 10)
		if precision > 0 {
			s += "." + strings.Repeat("0", precision)
		}
		return s
	}
	f, _ := v.Float()
	s := strconv.FormatFloat(awayFromZero(f, precision), 'f', precision, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

// awayFromZero moves a number that lies halfway between two of that precision
// to the one farther from zero, as .NET rounds. Go rounds to the even digit.
func awayFromZero(f float64, precision int) float64 {
	exact := strconv.FormatFloat(f, 'f', precision+30, 64)
	if exact[len(exact)-30:] != "5"+strings.Repeat("0", 29) {
		return f
	}
	return math.Nextafter(f, math.Copysign(math.MaxFloat64, f))
}

// grouped puts commas between groups of three digits.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, found := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if found {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

func currency(s string) string {
	if strings.HasPrefix(s, "-") {
		return "(¤" + s[1:] + ")"
	}
	return "¤" + s
}

// exponential is d.ddde+ddd; Go writes two digits of the exponent, .NET three.
func exponential(v arm.Value, letter byte, precision int) string {
	f, _ := v.Float()
	s := strconv.FormatFloat(f, letter, precision, 64)
	at := strings.IndexByte(s, letter)
	return s[:at+2] + padZeros(s[at+2:], 3)
}

func general(v arm.Value, letter byte, precision int) string {
	if n, ok := v.Int(); ok && (precision <= 0 || len(strconv.FormatUint(magnitude(n), 10)) <= precision) {
		return strconv.FormatInt(n, 10)
	}
	if precision <= 0 || letter|0x20 == 'r' {
		return v.Text()
	}
	f, _ := v.Float()
	s := strconv.FormatFloat(f, letter, precision, 64)
	if letter == 'G' {
		return strings.Replace(s, "e", "E", 1)
	}
	return s
}

// customNumber formats by a pattern such as 000, #,##0.00 or 0.0%. Sections for
// negative numbers and zero are separated by semicolons.
func customNumber(v arm.Value, spec string) (string, bool) {
	f, _ := v.Float()
	sections := strings.Split(spec, ";")
	pattern, negative := sections[0], f < 0
	switch {
	case len(sections) > 3:
		return "", false
	case f < 0 && len(sections) > 1 && sections[1] != "":
		pattern, negative = sections[1], false
	case f == 0 && len(sections) > 2:
		pattern = sections[2]
	}
	p, ok := readPattern(pattern)
	if !ok {
		return "", false
	}
	s := p.apply(v)
	if negative && strings.ContainsAny(s, "123456789") {
		s = "-" + s
	}
	return s, true
}

// numberPattern is a custom format: digits before and after the point, and the
// literal text in front, between and behind.
type numberPattern struct {
	before, after string // literal text
	zeros         int    // digits shown at least
	digits        bool
	places, fixed int // digits after the point: at most, at least
	groups        bool
	scale         float64
}

func readPattern(s string) (p numberPattern, ok bool) {
	p.scale = 1
	point, open := false, true
	for i := 0; i < len(s); i++ {
		literal := ""
		switch ch := s[i]; {
		case (ch == '0' || ch == '#') && !open:
			return p, false // literal text between digits
		case ch == '0' || ch == '#':
			p.digit(ch, point)
			continue
		case ch == '.' && !point:
			point = true
			continue
		case ch == ',':
			p.groups = p.groups || p.digits && !point
			continue
		case ch == '%':
			p.scale, literal = 100, "%"
		case ch == '\\' && i+1 < len(s):
			i++
			literal = s[i : i+1]
		case ch == '\'' || ch == '"':
			end := strings.IndexByte(s[i+1:], ch)
			if end < 0 {
				return p, false
			}
			literal = s[i+1 : i+1+end]
			i += end + 1
		default:
			literal = s[i : i+1]
		}
		if p.digits || point {
			p.after, open = p.after+literal, false
		} else {
			p.before += literal
		}
	}
	return p, true
}

func (p *numberPattern) digit(ch byte, point bool) {
	p.digits = true
	switch {
	case point:
		p.places++
		if ch == '0' {
			p.fixed = p.places
		}
	case ch == '0' || p.zeros > 0:
		p.zeros++
	}
}

func (p *numberPattern) apply(v arm.Value) string {
	if !p.digits {
		return p.before + p.after
	}
	if p.scale != 1 {
		f, _ := v.Float()
		v = arm.Float(f*p.scale, v.Pos())
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(fixed(v, p.places), "-"), ".")
	whole = padZeros(strings.TrimLeft(whole, "0"), p.zeros)
	if p.groups {
		whole = grouped(whole)
	}
	for len(fraction) > p.fixed && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return p.before + whole + fraction + p.after
}
