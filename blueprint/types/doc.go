// Package types holds resources against the types of Resource Manager: which
// properties there are, of which kind, with which values, and at which scope a
// resource of the type can stand. It is stricter than Resource Manager, which
// often takes any text where a list of words is documented, and then does
// something else than was meant.
package types
