// Package azure talks to Azure: it logs in, checks what a deployment needs
// (preflight), asks what would change (what-if), deploys as a deployment stack,
// reads the result back and takes it down again. It is the only importer of the
// Azure management SDK.
//
// All waiting goes through a Clock and all requests through one client, so that
// tests run against azure/simulator.
package azure
