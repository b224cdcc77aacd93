// Package upstream sends calls to the models.
//
// Pools holds, for each model, the upstreams of palisade.yaml in tiers of one
// priority. Pools.Do picks one, sends the call, and tries another where that is
// safe and nothing of an answer has been passed on; Pools.Upgrade does the same
// for WebSockets. An upstream that keeps failing is left alone for a while, one
// that says when to come back until then. Credentials are the gateway's own: an
// Entra token, or a key in a Key Vault. What the caller sent as a credential
// never leaves the gateway.
//
// The breaker is this package's own, sixty lines: sony/gobreaker opens for a
// fixed time, can't be asked whether a call would pass without letting one, and
// knows no Retry-After.
package upstream
