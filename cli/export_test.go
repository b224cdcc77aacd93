package cli

import "time"

// StopClock makes every day the given one.
func StopClock(day time.Time) { now = func() time.Time { return day } }
