// Package rule holds the practices that an estate is checked against. Each is
// one file: what the practice is, why, how bad it is to break it, where it is
// documented, what other tools call it, and a function that judges an estate.
//
// A rule judges what was evaluated, and never takes something unknown for good:
// its answer is then Unknown, with what would decide it. All lists the rules.
package rule
