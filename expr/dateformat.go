package expr

import (
	"fmt"
	"strings"
	"time"
)

// standardDates are .NET's standard date formats in the invariant culture, as
// custom ones (Microsoft Learn, "Standard date and time format strings").
var standardDates = map[string]string{
	"d": "MM/dd/yyyy",
	"D": "dddd, dd MMMM yyyy",
	"f": "dddd, dd MMMM yyyy HH:mm",
	"F": "dddd, dd MMMM yyyy HH:mm:ss",
	"g": "MM/dd/yyyy HH:mm",
	"G": "MM/dd/yyyy HH:mm:ss",
	"m": "MMMM dd", "M": "MMMM dd",
	"o": "yyyy-MM-ddTHH:mm:ss.fffffffK", "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
	"r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
	"s": "yyyy-MM-ddTHH:mm:ss",
	"t": "HH:mm",
	"T": "HH:mm:ss",
	"u": "yyyy-MM-dd HH:mm:ssZ",
	"U": "dddd, dd MMMM yyyy HH:mm:ss",
	"y": "yyyy MMMM", "Y": "yyyy MMMM",
}

// formatDate formats a time in UTC by a .NET format string.
func formatDate(t time.Time, format string) (string, bool) {
	if format == "" {
		format = "G"
	}
	if len(format) == 1 {
		standard, ok := standardDates[format]
		if !ok {
			return "", false
		}
		format = standard
	}
	var b strings.Builder
	for i := 0; i < len(format); {
		c := format[i]
		n := 1
		for i+n < len(format) && format[i+n] == c {
			n++
		}
		switch {
		case c == '\'' || c == '"':
			end := strings.IndexByte(format[i+1:], c)
			if end < 0 {
				return "", false
			}
			b.WriteString(format[i+1 : i+1+end])
			n = end + 2
		case c == '\\':
			if i+1 == len(format) {
				return "", false
			}
			b.WriteByte(format[i+1])
			n = 2
		case c == '%':
			n = 1
		default:
			b.WriteString(dateField(t, c, n))
		}
		i += n
	}
	return b.String(), true
}

// dateField is a specifier repeated n times, or other text as it is.
func dateField(t time.Time, c byte, n int) string {
	switch c {
	case 'y':
		if n <= 2 {
			return fmt.Sprintf("%0*d", n, t.Year()%100)
		}
		return fmt.Sprintf("%0*d", min(n, 9), t.Year())
	case 'M':
		return nameOrNumber(int(t.Month()), n, t.Month().String())
	case 'd':
		return nameOrNumber(t.Day(), n, t.Weekday().String())
	case 'H':
		return fmt.Sprintf("%0*d", min(n, 2), t.Hour())
	case 'h':
		return fmt.Sprintf("%0*d", min(n, 2), (t.Hour()+11)%12+1)
	case 'm':
		return fmt.Sprintf("%0*d", min(n, 2), t.Minute())
	case 's':
		return fmt.Sprintf("%0*d", min(n, 2), t.Second())
	case 'f':
		return fmt.Sprintf("%09d", t.Nanosecond())[:min(n, 7)]
	case 'F':
		return strings.TrimRight(fmt.Sprintf("%09d", t.Nanosecond())[:min(n, 7)], "0")
	case 't':
		return t.Format("PM")[:min(n, 2)]
	case 'K':
		return strings.Repeat("Z", n)
	case 'z':
		return [...]string{"+0", "+00", "+00:00"}[min(n, 3)-1]
	case 'g':
		return "A.D."
	}
	return strings.Repeat(string([]byte{c}), n)
}

func nameOrNumber(number, n int, name string) string {
	switch {
	case n >= 4:
		return name
	case n == 3:
		return name[:3]
	}
	return fmt.Sprintf("%0*d", n, number)
}
