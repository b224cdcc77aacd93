// Package armjson is the front end for deployment templates in ARM JSON. It
// reads JSON as Resource Manager accepts it (Read), tells what a file is
// (KindOf), turns a template with its expressions into the model that is
// evaluated (NewTemplate), and reads parameter files (ReadParameters).
package armjson
