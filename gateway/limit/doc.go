// Package limit decides whether a call still fits into what its caller, its
// team, its model and the gateway may use, and counts what it then used.
//
// A call passes a set of [Bucket]s. Before the call, [Limiter.Reserve] takes
// what the call may use at most from all of them in one step, or from none.
// After the call, [Lease.Settle] gives back what wasn't used and charges what
// was used beyond the reservation.
//
// # Windows
//
//   - Minute is a sliding window of 60 seconds, kept in slots of 5 seconds. A
//     charge counts for at least 60 and less than 65 seconds, so what is
//     admitted in any 60 seconds is at most the limit.
//   - Day and Month are calendar periods by UTC. They start empty.
//   - InFlight counts calls that have a lease. A lease that nobody settles stops
//     counting when its TTL is over, or up to a twelfth of the TTL later.
//
// A call counts at the moment it is admitted. What it used beyond its
// reservation counts at the moment it settles; what it didn't use is given back
// to the window that it was taken from, as long as that window still counts.
//
// # Leases
//
// A lease settles exactly once. A second settlement does nothing. A lease that
// isn't settled within its TTL counts as used in full: after that a settlement
// gives nothing back and only charges what was used beyond the reservation.
//
// # How much can be granted too much
//
// With calls that reserve what they can use at most (a firm max_tokens and an
// upper estimate of the prompt), nothing: what is in use plus what is reserved
// never exceeds a limit.
//
// For a call without max_tokens, an [Ask] has a least amount: near the limit such
// a call takes a part, which is all that is left, and may use more than that.
// While it runs, no second call gets a part of that bucket: those that fit in
// full pass, the others are refused as [Exceeded.Busy]. So, whatever calls are
// mixed, the excess over a limit is at most one call's error: what the one call
// that had a part used beyond that part. A call takes its part of each bucket by
// itself, so a bucket with room for all that the call wants isn't held up by a
// tighter one.
//
// This goes as far as calls use at most what they wanted, and end within the TTL
// of their leases. One that uses more adds what it used beyond that when it
// settles; others may be admitted until then. A lease on a part that is never
// settled (its gateway died) holds up other parts until its TTL is over.
//
// With several gateways on one Redis or Valkey server the same holds, since each
// reservation is one atomic script on the server's clock. When the server loses
// data (a restart without persistence, a failover before the replica has
// everything), up to one more limit can be granted in the window that was lost.
// With [Fallback] (failing open), each gateway counts alone while the server
// can't be asked: n gateways then grant at most n more limits.
package limit
