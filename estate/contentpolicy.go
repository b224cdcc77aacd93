package estate

import "palisade/arm"

// ContentPolicy is a set of content filters:
// Microsoft.CognitiveServices/accounts/raiPolicies. Parent is its account.
// Microsoft.Default and Microsoft.DefaultV2 are there without being declared.
type ContentPolicy struct {
	*Resource
	Base       Field[string] // policy that unwritten filters come from
	Mode       Field[string] // Default | Deferred | Blocking | Asynchronous_filter; absent: Default
	Filters    List[ContentFilter]
	Blocklists List[PolicyBlocklist]
	Providers  List[SafetyProvider] // webhooks that see prompts or completions
}

// ContentFilter is one filter of a policy.
type ContentFilter struct {
	Name      Field[string] // Hate, Sexual, Violence, Selfharm, Jailbreak, Indirect Attack, …
	Source    Field[string] // Prompt | Completion | PreToolCall | PostToolCall | PreRun | PostRun
	Enabled   Field[bool]   // absent: false, as the API reads it
	Blocking  Field[bool]   // absent: false
	Threshold Field[string] // Low | Medium | High; only for the four harm categories
	Action    Field[string] // None | BLOCKING | ANNOTATING | HITL | RETRY
	Pos       arm.Pos
}

// PolicyBlocklist is a blocklist that a policy uses.
type PolicyBlocklist struct {
	Name     Field[string]
	Source   Field[string] // Prompt | Completion
	Blocking Field[bool]   // absent: false
}

// SafetyProvider is an external safety provider that a policy calls.
type SafetyProvider struct {
	Name     Field[string]
	Source   Field[string]
	Blocking Field[bool] // absent: false
}

// Blocklist is Microsoft.CognitiveServices/accounts/raiBlocklists.
type Blocklist struct {
	*Resource
	Description Field[string]
}

// BlocklistItem is an item of a blocklist, its Parent.
type BlocklistItem struct {
	*Resource
	Pattern Field[string]
	Regex   Field[bool] // absent: false
}

// ExternalSafetyProvider is a webhook that prompts and completions are sent to:
// Microsoft.CognitiveServices/raiExternalSafetyProviders, of a subscription.
type ExternalSafetyProvider struct {
	*Resource
	URL      Field[string]
	Mode     Field[string]
	VaultURI Field[string]
	Secret   Field[string] // name of a vault's secret
	Identity Field[string]
}

// DefenderForAI is the switch of Defender for AI on one account, its Parent:
// Microsoft.CognitiveServices/accounts/defenderForAISettings.
type DefenderForAI struct {
	*Resource
	State Field[string] // Enabled | Disabled
}
