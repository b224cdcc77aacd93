package limit

import "palisade/spec"

// Buckets are the buckets of what the spec limits, under one key.
func Buckets(key string, l spec.Limits) []Bucket {
	var out []Bucket
	for _, b := range []Bucket{
		{key, Calls, InFlight, int64(l.Concurrent)},
		{key, Requests, Minute, int64(l.RequestsPerMinute)},
		{key, Tokens, Minute, int64(l.TokensPerMinute)},
		{key, Tokens, Day, int64(l.TokensPerDay)},
		{key, Tokens, Month, int64(l.TokensPerMonth)},
		{key, Cost, Month, int64(l.CostPerMonth)},
	} {
		if b.Limit > 0 {
			out = append(out, b)
		}
	}
	return out
}
