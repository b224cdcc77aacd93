package spec

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time, one number and one unit: 500ms, 30s, 5m, 24h, 90d.
type Duration time.Duration

func (*Duration) form() form {
	return form{says: "duration such as 500ms, 30s, 5m, 24h or 90d", pattern: `^[0-9]+(ms|s|m|h|d)$`}
}

var durationUnits = []unit{
	{"ms", int64(time.Millisecond)}, {"s", int64(time.Second)}, {"m", int64(time.Minute)},
	{"h", int64(time.Hour)}, {"d", 24 * int64(time.Hour)},
}

func (d *Duration) parse(text string) error {
	for _, u := range durationUnits {
		number, found := strings.CutSuffix(text, u.suffix)
		if !found || !isDigits(number) {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n > math.MaxInt64/u.size {
			break
		}
		*d = Duration(n * u.size)
		return nil
	}
	return isNot(d.form())
}

// Date is a day by UTC: 2027-06-30.
type Date struct{ time.Time }

func (*Date) form() form {
	return form{says: "date such as 2027-06-30", pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
}

func (d *Date) parse(text string) error {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() == 0 {
		return isNot(d.form())
	}
	d.Time = t
	return nil
}

// Over reports whether the day is over at a time. No day is never over.
func (d Date) Over(now time.Time) bool {
	return !d.IsZero() && !now.Before(d.AddDate(0, 0, 1))
}

// String is the date as it is written, or "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}
