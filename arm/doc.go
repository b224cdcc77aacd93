// Package arm holds the wire form of Azure Resource Manager: resources, and the
// JSON values that they are made of, in which any node may be unknown.
//
// Every source (Bicep, ARM JSON, live Azure) ends as []Resource. The package
// imports the standard library alone.
package arm
