// Package report is what a person, CI and code scanning see of a check.
//
// New turns findings into a Report, which is plain data: no reporter knows more
// than what its JSON says. Text, JSON and SARIF are handlers of it; another
// format is one more function of a Report. docs/report.md documents the fields.
package report
