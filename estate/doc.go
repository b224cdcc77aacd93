// Package estate is the typed model of everything that is looked at: AI
// accounts, networks, endpoints, zones, identities, roles, secrets, gateways
// and logs, decoded from arm.Resources.
//
// Each kind of resource has one file: its type, its decoder, its test. Each
// property keeps its value, whether that is known, and where it is written. A
// property that isn't written has the service's documented default, which the
// doc comment names with its source. Nothing unknown is dropped: a Field, List
// or Ref says so itself, a resource that may not exist has Maybe, and one that
// is only referred to has unknown properties.
//
// An Estate isn't changed after New and may be read by many goroutines.
package estate
