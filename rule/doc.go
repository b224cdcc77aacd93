// Package rule says which practices an estate breaks, with proofs. One file per
// rule; the list is All. A rule that doesn't apply or can't be decided says so:
// both are results, too.
package rule
