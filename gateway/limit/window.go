package limit

import "time"

// ring is the number of slots of a sliding window: twelve, and the one that is
// being filled.
const ring = 13

// minuteSlot is the width of a slot of a Minute.
const minuteSlot = 5 * time.Second

// inFlightWait is what a caller is told to wait for a running call to end,
// which nobody can know.
const inFlightWait = time.Second

// slots is how many slots a period has.
func (p Period) slots() int64 {
	if p == Minute || p == InFlight {
		return ring
	}
	return 1
}

// width is the width of a slot of a sliding window, or 0.
func (p Period) width(ttl time.Duration) time.Duration {
	switch p {
	case Minute:
		return minuteSlot
	case InFlight:
		return (ttl + 11) / 12
	}
	return 0
}

// slot numbers the slot that is being filled. Sliding windows go by the time
// since some start, which steps of the wall clock don't change; calendar
// periods go by the wall clock.
func (p Period) slot(elapsed time.Duration, wall time.Time, ttl time.Duration) int64 {
	switch p {
	case Day:
		return floorDiv(wall.Unix(), 86400)
	case Month:
		y, m, _ := wall.UTC().Date()
		return int64(y)*12 + int64(m) - 1
	}
	return int64(elapsed / p.width(ttl))
}

// next returns how long it is until the calendar period ends.
func (p Period) next(wall time.Time) time.Duration {
	y, m, d := wall.UTC().Date()
	if p == Day {
		return time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC).Sub(wall)
	}
	return time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC).Sub(wall)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
