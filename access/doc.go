// Package access decides who can reach what: it is the one place where the
// network, the credential and the grant of a request are judged.
//
// Compile indexes an estate once. Decide then answers one request, asking every
// gate, with the verdict and the reasons from the same pass. Paths enumerates
// with it, and Chains follows rights that yield other rights.
package access
