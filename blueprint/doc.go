// Package blueprint makes the secure deployment of a palisade.yaml: spec in,
// Azure resources out, in parts that a reader can take one at a time.
//
// Every property that decides about security is written, never left to what
// the service takes by itself. Verify holds the result against the types of
// Resource Manager and against itself. Whether it keeps the rules of palisade
// check is for the caller to ask, with what the plan accepts. Nothing here talks
// to Azure, and nothing that is made holds a secret.
package blueprint
