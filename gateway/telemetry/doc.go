// Package telemetry sends traces and metrics of finished calls to an
// OpenTelemetry collector, as OTLP over HTTP and by the semantic conventions for
// generative AI (github.com/open-telemetry/semantic-conventions-genai).
//
// A call is handed over as a plain struct, which has no room for text, tokens
// or who called. Handing over never waits: what doesn't fit into the queues is
// counted and dropped, so that a slow or absent collector costs a caller
// nothing.
package telemetry
