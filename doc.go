// Package palisade holds the tests of the structure of the module; the program
// is cmd/palisade.
package palisade
