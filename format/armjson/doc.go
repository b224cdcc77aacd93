// Package armjson is the front end for deployment templates in ARM JSON: it
// reads JSON as Resource Manager accepts it, tells what a file is, and reads
// parameter files.
package armjson
