// Package source finds the deployments in files and folders and evaluates
// them: which files are entry points, which parameter files go with them, and
// what they would deploy.
package source
