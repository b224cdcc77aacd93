// Package bicep reads Bicep: a native front end to the evaluator of deployment
// templates, so that no Bicep CLI is needed.
//
// Source text becomes tokens (lex.go), a syntax tree (parse*.go, tree*.go), and
// then a template.Template. Every input gives a tree: what couldn't be
// understood stands in it as a bad node, and a diagnostic says where and why.
package bicep
