// Package spec reads palisade.yaml, the one file from which a deployment is
// rendered and a gateway is run.
//
// The types are the documentation: the doc comments of their fields become the
// descriptions of the JSON Schema and of docs/spec.md, their tags name the
// keys, the defaults and the ranges, and Parse reads by the same tags. The
// package imports the standard library and one YAML library.
package spec
