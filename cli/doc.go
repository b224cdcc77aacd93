// Package cli holds the verbs of the program, one file each. It alone knows
// every other package.
package cli
