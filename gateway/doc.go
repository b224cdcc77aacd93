// Package gateway is the server of "palisade serve": an identity-aware gateway
// in front of models.
//
// One call goes one way: connection, caller, operation, decision, policy,
// reservation, upstream, relay, settlement, record. Each step is a file. What
// isn't known is refused: a route that isn't in the table, a caller without a
// verified credential, a decision that is unknown.
package gateway
