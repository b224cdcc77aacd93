package spec

// Gateway is what stands between the callers and the models.
type Gateway struct {
	// palisade: this program. apim: API Management, with policies made from this file. none: nothing.
	Kind GatewayKind `spec:"kind,required" default:"none"`
	// Where callers connect. By default 127.0.0.1:8080 without TLS.
	Listeners []Listener `spec:"listeners"`
	// Where health and metrics are served.
	Admin Admin `spec:"admin"`
	// The networks that may call at all; empty is any.
	From []Source `spec:"from"`
	// Which Entra tokens are accepted.
	Tokens Tokens `spec:"tokens"`
	// Keys for callers that can't get a token yet, by name. They are stored as hashes and show up as findings.
	Keys []GatewayKey `spec:"keys"`
	// Client ID of the user-assigned identity by which upstreams and vaults are called. By default the machine's own.
	Identity GUID `spec:"identity"`
	// Limits over all callers and models.
	Limits Limits `spec:"limits"`
	// Where used limits are counted.
	LimitStore LimitStore `spec:"limitStore"`
	// Trying again when an upstream fails before it has answered.
	Retry Retry `spec:"retry"`
	// Leaving an upstream alone that keeps failing.
	Breaker Breaker `spec:"breaker"`
	// How long things may take.
	Timeouts Timeouts `spec:"timeouts"`
	// How big and how many things may be.
	Bounds Bounds `spec:"bounds"`
	// Asking Azure AI Content Safety before a call. Without it nothing is asked.
	Safety *Safety `spec:"safety"`
	// Secrets and personal data in prompts and answers.
	Redact Redact `spec:"redact"`
	// Kind palisade: where it runs when it is deployed from this file.
	Run Run `spec:"run"`
	// Kind apim: the API Management service. It passes on chat completions, completions and embeddings; the other operations need kind palisade.
	APIM *APIM `spec:"apim"`
}

// Admin is the listener for health and metrics.
type Admin struct {
	// Address and port. Off loopback it needs from.
	Address Listen `spec:"address" default:"127.0.0.1:9090"`
	// The networks that may connect.
	From []Source `spec:"from"`
}

// Tokens are the Entra tokens that are accepted.
type Tokens struct {
	// Other tenants whose tokens are accepted, besides tenant.
	Tenants []GUID `spec:"tenants"`
	// Accepted aud claims. By default those of Azure OpenAI in the cloud, so that clients need no change.
	Audiences []string `spec:"audiences" match:"^[!-~]{1,256}$" means:"up to 256 printable characters without spaces"`
	// How far clocks may differ.
	Skew Duration `spec:"skew" default:"1m" range:"0s..10m"`
	// Callers in more groups than a token holds. deny: refuse them if their grant is by group; graph: look their groups up in Microsoft Graph.
	GroupOverage GroupOverage `spec:"groupOverage" default:"deny"`
}

// GatewayKey is a key for callers that can't get a token yet. It always needs
// because and expires.
type GatewayKey struct {
	// The name by which access refers to it.
	Name string `spec:",name" match:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$" means:"up to 40 lower-case letters, digits and -"`
	// sha256: and the hexadecimal SHA-256 of the key. The key itself should be 32 random bytes in base64url or hexadecimal: a word can be guessed from its hash.
	Hash Hash `spec:"hash,required"`
	// The networks that the key works from.
	From      []Source `spec:"from,required"`
	Exception `spec:",inline"`
	// Where the key is written.
	Pos Pos `spec:"-"`
}

// LimitStore is where used limits are counted.
type LimitStore struct {
	// memory: on this machine. redis: shared by several gateways.
	Kind StoreKind `spec:"kind" default:"memory"`
	// Kind redis: the Redis or Valkey server.
	Redis *Redis `spec:"redis"`
	// What happens to a call when the store can't be asked. allow needs because and expires.
	OnError OnError `spec:"onError" default:"deny"`
	// Completion tokens that are reserved for a call that doesn't limit them itself. What is used is settled after the call.
	Reserve   Count `spec:"reserve" default:"1k" range:"1..10M"`
	Exception `spec:",inline"`
}

// Redis is a Redis or Valkey server.
type Redis struct {
	// Host and port.
	Address HostPort `spec:"address,required"`
	// TLS. Off is for loopback only.
	TLS bool `spec:"tls" default:"true"`
	// Key Vault secret with the password. By default the gateway signs in with its Entra identity.
	Password SecretRef `spec:"password"`
	// User name. By default the identity's object ID, or none with a password.
	User string `spec:"user" match:"^[!-~]{1,128}$" means:"up to 128 printable characters without spaces"`
}

// Retry is trying again, at another upstream where there is one.
type Retry struct {
	// How often a call is tried in all.
	Attempts int `spec:"attempts" default:"3" range:"1..10"`
	// The longest wait for an upstream that says when to come back.
	MaxWait Duration `spec:"maxWait" default:"5s" range:"0s..5m"`
	// Ask a second upstream too when the first one hasn't answered by then. 0s is never.
	HedgeAfter Duration `spec:"hedgeAfter" default:"0s" range:"0s..5m"`
}

// Breaker is leaving an upstream alone that keeps failing.
type Breaker struct {
	// Failures in a row until it is left alone.
	Failures int `spec:"failures" default:"5" range:"1..1000"`
	// For how long, unless the upstream says.
	Pause Duration `spec:"pause" default:"30s" range:"1s..1h"`
}

// Timeouts are how long things may take.
type Timeouts struct {
	// A caller sends the header.
	Header Duration `spec:"header" default:"10s" range:"1s..5m"`
	// A caller sends the body.
	Body Duration `spec:"body" default:"1m" range:"1s..1h"`
	// Connecting to an upstream.
	Connect Duration `spec:"connect" default:"5s" range:"100ms..1m"`
	// An upstream begins to answer.
	FirstByte Duration `spec:"firstByte" default:"2m" range:"1s..1h"`
	// Nothing moves on a connection.
	Idle Duration `spec:"idle" default:"2m" range:"1s..1h"`
	// A call as a whole.
	Total Duration `spec:"total" default:"10m" range:"1s..24h"`
	// Running calls may end after a stop or reload.
	Drain Duration `spec:"drain" default:"30s" range:"0s..1h"`
}

// Bounds are how big and how many things may be.
type Bounds struct {
	// Header of a call.
	Header Size `spec:"header" default:"64KiB" range:"4KiB..1MiB"`
	// JSON body of a call.
	Body Size `spec:"body" default:"32MiB" range:"1KiB..1GiB"`
	// Uploaded file or form.
	Upload Size `spec:"upload" default:"512MiB" range:"1KiB..10GiB"`
	// Connections at a time.
	Connections int `spec:"connections" default:"10000" range:"1..1000000"`
	// Connections from one address at a time.
	ConnectionsPerAddress int `spec:"connectionsPerAddress" default:"1000" range:"1..1000000"`
}

// Safety is asking Azure AI Content Safety before a call.
type Safety struct {
	// The resource's endpoint.
	URL URL `spec:"url,required"`
	// Look for attacks in prompts and documents.
	PromptShields bool `spec:"promptShields" default:"true"`
	// Look for answers that their sources don't support. Streams are held back for it.
	Groundedness bool `spec:"groundedness" default:"false"`
	// How long to wait for it.
	Timeout Duration `spec:"timeout" default:"1s" range:"50ms..30s"`
	// What happens to a call when it can't be asked. allow needs because and expires.
	OnError   OnError `spec:"onError" default:"deny"`
	Exception `spec:",inline"`
}

// Redact is what is found, and done about it, in prompts and answers.
type Redact struct {
	// Taken out of what is logged.
	Logged []Detector `spec:"logged" default:"secrets,emails,phones,creditCards,ibans"`
	// Taken out of what is sent to the model.
	Sent []Detector `spec:"sent"`
	// A prompt that has it is refused.
	Blocked []Detector `spec:"blocked"`
}

// Run is where the gateway runs when it is deployed from this file.
type Run struct {
	// Azure Container Apps (internal), or manifests for AKS.
	On Host `spec:"on" default:"containerApps"`
	// The image, by digest.
	Image string `spec:"image" match:"^[a-z0-9][a-z0-9._:/-]{0,255}@sha256:[0-9a-f]{64}$" means:"an image by digest, REGISTRY/NAME@sha256:…"`
	// How many run. More than one needs a redis store; without one, what a gateway has counted is gone with its container or pod.
	Replicas int `spec:"replicas" default:"1" range:"1..100"`
}

// APIM is the API Management service.
type APIM struct {
	// Its tier, in Azure's words.
	SKU APIMSKU `spec:"sku" default:"StandardV2"`
	// Units of that tier, in each region.
	Units int `spec:"units" default:"1" range:"1..31"`
	// The publisher that it shows.
	PublisherName string `spec:"publisherName,required" match:"^.{1,100}$" means:"up to 100 characters"`
	// Where Azure writes to about the service.
	PublisherEmail Email `spec:"publisherEmail,required"`
}

// GatewayKind is what stands between the callers and the models.
type GatewayKind string

// The kinds of gateway.
const (
	PalisadeGateway GatewayKind = "palisade"
	APIMGateway     GatewayKind = "apim"
	NoGateway       GatewayKind = "none"
)

func (GatewayKind) values() []string { return []string{"palisade", "apim", "none"} }

// GroupOverage is what to do with callers in more groups than a token holds.
type GroupOverage string

// The ways to treat such callers.
const (
	OverageDeny  GroupOverage = "deny"
	OverageGraph GroupOverage = "graph"
)

func (GroupOverage) values() []string { return []string{"deny", "graph"} }

// StoreKind is where used limits are counted.
type StoreKind string

// The kinds of store.
const (
	MemoryStore StoreKind = "memory"
	RedisStore  StoreKind = "redis"
)

func (StoreKind) values() []string { return []string{"memory", "redis"} }

// OnError is what happens to a call when something can't be asked.
type OnError string

// Failing closed, and failing open.
const (
	DenyOnError  OnError = "deny"
	AllowOnError OnError = "allow"
)

func (OnError) values() []string { return []string{"deny", "allow"} }

// Detector finds one kind of thing in text.
type Detector string

// The detectors.
const (
	Secrets     Detector = "secrets"
	Emails      Detector = "emails"
	Phones      Detector = "phones"
	CreditCards Detector = "creditCards"
	IBANs       Detector = "ibans"
	IPAddresses Detector = "ipAddresses"
)

func (Detector) values() []string {
	return []string{"secrets", "emails", "phones", "creditCards", "ibans", "ipAddresses"}
}

// Host is where the gateway runs.
type Host string

// The hosts.
const (
	ContainerApps Host = "containerApps"
	AKS           Host = "aks"
)

func (Host) values() []string { return []string{"containerApps", "aks"} }

// APIMSKU is a tier of API Management that can be kept private, in Azure's words.
type APIMSKU string

func (APIMSKU) values() []string {
	return []string{"Developer", "Premium", "StandardV2", "PremiumV2"}
}
