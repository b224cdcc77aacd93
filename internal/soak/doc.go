// Soak runs a gateway for a long time against an upstream, an issuer and a
// Redis server that fail in all the ways they can, with clients that hang up,
// and holds what came of it against what may come of it: each call is recorded
// once, limits hold, answers are whole or a refusal, nothing is left behind.
//
// make soak runs the real binary for an hour; the test runs the same in the
// process, with the race detector, for some seconds. docs/benchmarks.md has the
// results.
package main
