// Package expr is the language of deployment templates: one syntax tree, the
// functions, one evaluator. The expressions in ARM JSON's strings and Bicep are
// two front ends to it.
//
// Evaluation never fails as a whole. What can't be evaluated is reported and
// becomes an unknown value that says why; what can't be known before the
// deployment becomes an unknown that says what it depends on.
package expr
