// Package route says which operation of the Azure OpenAI data plane a request
// is, and what stands in it.
//
// Three strict readers do that, each in one pass and without changing a byte:
// Table.Match for the line and header of a request, Scan for a JSON body, and
// Multipart for a form. What they refuse, they refuse with a Refusal in
// Azure's error shape. An Answer watches what comes back: usage, verdicts of
// the content filter, and the ID of what was stored.
//
// Nothing here decides whether a call may pass.
package route
