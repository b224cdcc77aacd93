package expr

import (
	"math"
	"strconv"
	"strings"
	"time"

	"palisade/arm"
)

// dateFunctions are those of Microsoft Learn, "Date functions for ARM
// templates", that don't ask for the time.
func dateFunctions() []builtin {
	return []builtin{
		{name: "dateTimeAdd", min: 2, max: 3, eval: dateTimeAdd},
		{name: "dateTimeFromEpoch", min: 1, max: 1, eval: dateTimeFromEpoch},
		{name: "dateTimeToEpoch", min: 1, max: 1, eval: ofString(dateTimeToEpoch)},
	}
}

// isoFormat is how a date is written where no format is given.
const isoFormat = "yyyy-MM-ddTHH:mm:ssZ"

func dateTimeAdd(c caller, args []arm.Value) arm.Value {
	base, ok := args[0].Str()
	if !ok {
		return c.wrong(args, 0, "string")
	}
	duration, ok := args[1].Str()
	if !ok {
		return c.wrong(args, 1, "string")
	}
	layout := isoFormat
	if len(args) == 3 && !args[2].IsNull() {
		if layout, ok = args[2].Str(); !ok {
			return c.wrong(args, 2, "string")
		}
	}
	t, ok := parseDate(base)
	if !ok {
		return c.fail("%q isn't a date in ISO 8601", base)
	}
	seconds, ok := parseDuration(duration)
	if !ok {
		return c.fail("%q isn't a duration in ISO 8601", duration)
	}
	whole, fraction := math.Modf(seconds)
	nanoseconds := int64(math.Round(fraction*1e7)) * 100
	return c.date(time.Unix(t.Unix()+int64(whole), int64(t.Nanosecond())+nanoseconds).UTC(), layout)
}

func (c caller) date(t time.Time, layout string) arm.Value {
	if t.Year() < 1 || t.Year() > 9999 {
		return c.fail("the date is outside of the years 1 to 9999")
	}
	s, ok := formatDate(t, layout)
	if !ok || len(s) > MaxString {
		return c.fail("can't format a date as %q", layout)
	}
	return c.str(s)
}

func dateTimeFromEpoch(c caller, args []arm.Value) arm.Value {
	n, ok := args[0].Int()
	if !ok {
		return c.wrong(args, 0, "int")
	}
	const limit = 1 << 40 // seconds; beyond the year 9999
	if n > limit || n < -limit {
		return c.fail("the date is outside of the years 1 to 9999")
	}
	return c.date(time.Unix(n, 0).UTC(), isoFormat)
}

func dateTimeToEpoch(c caller, s string) arm.Value {
	t, ok := parseDate(s)
	if !ok {
		return c.fail("%q isn't a date in ISO 8601", s)
	}
	return c.int(t.Unix())
}

// parseDate reads a date in ISO 8601; one without a zone is in UTC.
func parseDate(s string) (time.Time, bool) {
	layouts := []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
		"20060102T150405Z07:00", "20060102T150405", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02",
		"1/2/2006 3:04:05 PM", "01/02/2006 15:04:05",
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// parseDuration reads [-]PnYnMnDTnHnMnS as seconds. A year is 365 days and a
// month 30, as in .NET (github.com/Azure/bicep, issues 8188 and 12853). Weeks
// are read, too.
func parseDuration(s string) (seconds float64, ok bool) {
	s, negative := strings.CutPrefix(s, "-")
	s, ok = strings.CutPrefix(s, "P")
	if !ok || s == "" || strings.HasSuffix(s, "T") {
		return 0, false
	}
	const day = 86400
	inTime := false
	for s != "" {
		if s[0] == 'T' && !inTime {
			inTime, s = true, s[1:]
			continue
		}
		n := len(s) - len(strings.TrimLeft(s, "0123456789."))
		count, err := strconv.ParseFloat(s[:n], 64)
		if err != nil || n == len(s) {
			return 0, false
		}
		unit := durationUnit(s[n], inTime)
		seconds += count * unit
		if unit == 0 || seconds > 10_000*365*day {
			return 0, false
		}
		s = s[n+1:]
	}
	if negative {
		seconds = -seconds
	}
	return seconds, true
}

// durationUnit is the seconds of a unit before or after the T, or 0.
func durationUnit(c byte, inTime bool) float64 {
	const day = 86400
	switch {
	case inTime && c == 'H':
		return 3600
	case inTime && c == 'M':
		return 60
	case inTime && c == 'S':
		return 1
	case inTime:
		return 0
	case c == 'Y':
		return 365 * day
	case c == 'M':
		return 30 * day
	case c == 'W':
		return 7 * day
	case c == 'D':
		return day
	}
	return 0
}
