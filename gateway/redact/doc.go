// Package redact finds secrets and personal data in text, and takes them out.
//
// A Redactor looks for the kinds of things that it was made for. It reads each
// text once, in time that is linear in its length, and needs no state between
// texts. What it finds becomes the kind in brackets, such as [emails].
//
// It is made for prompts: it prefers shapes that say what they are (a prefix, a
// check digit, a word before them) over everything that could be one, so that
// identifiers, versions, hashes and times stay. docs/gateway-guard.md says what
// each kind finds and what it can't.
package redact
