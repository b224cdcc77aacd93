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
	Enabled   Field[bool]   // absent: false here; what the service does then isn't documented
	Blocking  Field[bool]   // as above
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

func decodeContentPolicy(e *Estate, r *Resource) {
	e.ContentPolicies.add(r, &ContentPolicy{
		Resource:   r,
		Base:       r.prop("basePolicyName").text(""),
		Mode:       r.prop("mode").text("Default"),
		Filters:    list(r.prop("contentFilters"), decodeContentFilter),
		Blocklists: list(r.prop("customBlocklists"), decodePolicyBlocklist),
		Providers:  list(r.prop("safetyProviders"), decodeSafetyProvider),
	})
}

// decodeContentFilter reads a filter. Until API version 2024-04-01-preview the
// threshold was called allowedContentLevel.
func decodeContentFilter(n node) (ContentFilter, bool) {
	threshold := n.at("severityThreshold")
	if old := n.at("allowedContentLevel"); old.set && !threshold.set {
		threshold = old
	}
	return ContentFilter{
		Name:      n.at("name").text(""),
		Source:    n.at("source").text(""),
		Enabled:   n.at("enabled").flag(false),
		Blocking:  n.at("blocking").flag(false),
		Threshold: threshold.text(""),
		Action:    n.at("action").text(""),
		Pos:       n.pos,
	}, true
}

func decodePolicyBlocklist(n node) (PolicyBlocklist, bool) {
	return PolicyBlocklist{n.at("blocklistName").text(""), n.at("source").text(""), n.at("blocking").flag(false)}, true
}

func decodeSafetyProvider(n node) (SafetyProvider, bool) {
	return SafetyProvider{n.at("safetyProviderName").text(""), n.at("source").text(""), n.at("blocking").flag(false)}, true
}

func decodeBlocklist(e *Estate, r *Resource) {
	e.Blocklists.add(r, &Blocklist{r, r.prop("description").text("")})
}

func decodeBlocklistItem(e *Estate, r *Resource) {
	e.BlocklistItems.add(r, &BlocklistItem{r, r.prop("pattern").text(""), r.prop("isRegex").flag(false)})
}

func decodeExternalSafetyProvider(e *Estate, r *Resource) {
	e.SafetyProviders.add(r, &ExternalSafetyProvider{
		Resource: r,
		URL:      r.prop("url").text(""),
		Mode:     r.prop("mode").text(""),
		VaultURI: r.prop("keyVaultUri").text(""),
		Secret:   r.prop("secretName").text(""),
		Identity: r.prop("managedIdentity").text(""),
	})
}

func decodeDefenderForAI(e *Estate, r *Resource) {
	e.DefenderSwitches.add(r, &DefenderForAI{r, r.prop("state").text("")})
}
