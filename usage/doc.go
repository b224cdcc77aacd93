// Package usage is the record of calls: one line of JSON for each call and each
// refusal, in an append-only log that shows if it has been changed.
//
// A log is a folder of segments. Each line of a segment that holds a record or
// an event is a leaf of a Merkle tree (RFC 6962); signed checkpoints among the
// lines say how large the tree is and what its root is. A segment begins with
// what is needed to check it alone. docs/usage-log.md describes the files.
//
// What Append has taken is on the disk within Options.Delay and one fsync; that
// is all that a crash can lose.
package usage
