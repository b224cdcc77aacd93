package spec

// Logging is what is recorded of each call, where, and for how long.
type Logging struct {
	// metadata: who, what, when and how much, without text. redacted: text, too, without what gateway.redact.logged finds. full: all text, encrypted to key. none: nothing; needs because and expires.
	Keep Keep `spec:"keep" default:"metadata"`
	// How long records are kept. Less than 30d needs because and expires.
	Retention Duration `spec:"retention" default:"90d" range:"1d..4383d"`
	// Object IDs of the Entra groups that may read the records. Nobody else gets a role on them.
	Readers []GUID `spec:"readers"`
	// Key Vault key that text is encrypted to. Needed to keep full.
	Key KeyRef `spec:"key"`
	// The gateway's own log, to which every record is written first.
	File LogFile `spec:"file"`
	// Where the gateway ships its log to.
	Blob *LogBlob `spec:"blob"`
	// Where the gateway sends traces and metrics.
	OTLP      *OTLP `spec:"otlp"`
	Exception `spec:",inline"`
}

// LogFile is the gateway's own log.
type LogFile struct {
	// Folder of the log.
	Path File `spec:"path" default:"/var/lib/palisade/usage"`
	// Size at which a new file is begun.
	Rotate Size `spec:"rotate" default:"100MiB" range:"1MiB..10GiB"`
}

// LogBlob is a blob container.
type LogBlob struct {
	// The container: https://ACCOUNT.blob.core.windows.net/CONTAINER. It should be immutable.
	URL URL `spec:"url,required"`
	// How often the log is shipped.
	Every Duration `spec:"every" default:"1m" range:"1s..24h"`
}

// OTLP is an OpenTelemetry endpoint.
type OTLP struct {
	// The endpoint. Plain http to another machine needs because and expires.
	URL URL `spec:"url,required"`
	// Send traces, without text.
	Traces bool `spec:"traces" default:"true"`
	// Send metrics.
	Metrics bool `spec:"metrics" default:"true"`
}

// Keep is what is recorded of a call.
type Keep string

// What can be kept.
const (
	KeepNone     Keep = "none"
	KeepMetadata Keep = "metadata"
	KeepRedacted Keep = "redacted"
	KeepFull     Keep = "full"
)

func (Keep) values() []string { return []string{"none", "metadata", "redacted", "full"} }
