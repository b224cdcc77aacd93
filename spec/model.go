package spec

// Model is one model that is offered. Callers name it by its key.
type Model struct {
	// The name that callers use, and the name of the deployments that are made.
	Name string `spec:",name" match:"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}[A-Za-z0-9]$" means:"2 to 64 letters, digits and _ . -"`
	// The model's name in Azure. By default the key.
	Model string `spec:"model" match:"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$" means:"a model name such as gpt-4o"`
	// The version to pin, in quotes. Needed for a model that is deployed.
	Version string `spec:"version" match:"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$" means:"a model version such as 2024-11-20"`
	// The SKU of its deployments, unless an upstream says another.
	SKU SKU `spec:"sku"`
	// Capacity of each deployment in Azure's units, unless an upstream says another: thousands of tokens per minute, or provisioned throughput units.
	Capacity int `spec:"capacity" range:"1..1000000"`
	// What Azure does when a newer version comes out.
	Upgrade Upgrade `spec:"upgrade" default:"NoAutoUpgrade"`
	// Azure's content filter on prompts and completions.
	Filter Filter `spec:"filter"`
	// Where calls go. By default one deployment in each region.
	Upstreams []Upstream `spec:"upstreams"`
	// What tokens cost. Needed where a limit is in money.
	Price *Price `spec:"price"`
	// Limits of the model over all callers. Needs a gateway.
	Limits Limits `spec:"limits"`
	// What may pass to this model. Needs a gateway.
	Allow Allow `spec:"allow"`
	// The networks that may call this model; empty is any that reaches the gateway. Needs a gateway.
	From []Source `spec:"from"`
	// Where the key is written.
	Pos Pos `spec:"-"`
}

// Upstream is one deployment that calls go to: made in a region, or elsewhere
// by its URL.
type Upstream struct {
	// azure: Azure OpenAI. openai: anything that speaks OpenAI's API at a URL. echo: built in, repeats the prompt; for trying out.
	Kind UpstreamKind `spec:"kind" default:"azure"`
	// The region to deploy to; for an upstream with a URL only a label.
	Region string `spec:"region" match:"^[a-z]+[a-z0-9]*$" means:"a region in Azure's short form, such as swedencentral"`
	// The SKU. By default the model's.
	SKU SKU `spec:"sku"`
	// Capacity in Azure's units. By default the model's.
	Capacity int `spec:"capacity" range:"1..1000000"`
	// The address of an upstream that isn't deployed from this file: the account's endpoint, or the base URL up to and including /v1. Plain http to another machine needs because and expires.
	URL URL `spec:"url"`
	// The resource ID of the Azure account at that URL. The gateway then asks Azure Resource Manager every hour, with its own identity, whether the account can be reached without it; for an upstream that is deployed from this file it knows the ID.
	Account AccountID `spec:"account"`
	// The model's name at that URL. By default the key of the model.
	Deployment string `spec:"deployment" match:"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$" means:"a deployment or model name"`
	// Key Vault secret with the upstream's key. By default an azure upstream is called with the gateway's identity, others without a credential; a key to an azure upstream needs because and expires.
	Key SecretRef `spec:"key"`
	// Upstreams with the lowest number are used first; others take what these can't.
	Priority int `spec:"priority" default:"1" range:"1..100"`
	// Share of the calls among upstreams of one priority.
	Weight    int `spec:"weight" default:"1" range:"1..100"`
	Exception `spec:",inline"`
	// Where the item is written; for a default, the model's.
	Pos Pos `spec:"-"`
}

// Deployed reports whether the upstream is made from this file.
func (u *Upstream) Deployed() bool { return u.Kind == AzureUpstream && u.URL == "" }

// Price is what a million tokens cost, in the budget's currency.
type Price struct {
	// Price of a million prompt tokens.
	Input Money `spec:"input,required"`
	// Price of a million prompt tokens that the upstream had cached. By default that of input.
	CachedInput Money `spec:"cachedInput"`
	// Price of a million completion tokens.
	Output Money `spec:"output,required"`
}

// Filter is Azure's content filter. Anything weaker than the defaults needs
// because and expires.
type Filter struct {
	// From which severity hate, violence, sexual content and self-harm are blocked. strict: low; default: medium; relaxed: high; none: nothing is blocked, only marked (Microsoft has to approve the subscription).
	Level FilterLevel `spec:"level" default:"default"`
	// Attempts in a prompt to talk the model out of its rules.
	Jailbreak FilterAction `spec:"jailbreak" default:"block"`
	// The same in documents that a prompt brings along.
	IndirectAttack FilterAction `spec:"indirectAttack" default:"block"`
	// Completions that repeat known text or code.
	ProtectedMaterial FilterAction `spec:"protectedMaterial" default:"block"`
	// Names of block lists on the account.
	Blocklists []string `spec:"blocklists" match:"^[A-Za-z0-9_-]{2,64}$" means:"2 to 64 letters, digits and _ -"`
	Exception  `spec:",inline"`
}

// SKU is how a deployment is billed and where it may compute, in Azure's words.
type SKU string

func (SKU) values() []string {
	return []string{"Standard", "GlobalStandard", "DataZoneStandard", "ProvisionedManaged", "GlobalProvisionedManaged",
		"DataZoneProvisionedManaged", "GlobalBatch", "DataZoneBatch", "DeveloperTier"}
}

// Upgrade is what Azure does when a newer version comes out, in Azure's words.
type Upgrade string

func (Upgrade) values() []string {
	return []string{"NoAutoUpgrade", "OnceCurrentVersionExpired", "OnceNewDefaultVersionAvailable"}
}

// UpstreamKind is what an upstream speaks.
type UpstreamKind string

// The kinds of upstream.
const (
	AzureUpstream  UpstreamKind = "azure"
	OpenAIUpstream UpstreamKind = "openai"
	EchoUpstream   UpstreamKind = "echo"
)

func (UpstreamKind) values() []string { return []string{"azure", "openai", "echo"} }

// FilterLevel is from which severity content is blocked.
type FilterLevel string

// The levels, from the strictest.
const (
	FilterStrict  FilterLevel = "strict"
	FilterDefault FilterLevel = "default"
	FilterRelaxed FilterLevel = "relaxed"
	FilterOff     FilterLevel = "none"
)

func (FilterLevel) values() []string { return []string{"strict", "default", "relaxed", "none"} }

// FilterAction is what happens to what a detector finds.
type FilterAction string

// The actions, from the strictest.
const (
	FilterBlock  FilterAction = "block"
	FilterMark   FilterAction = "mark"
	FilterIgnore FilterAction = "none"
)

func (FilterAction) values() []string { return []string{"block", "mark", "none"} }
