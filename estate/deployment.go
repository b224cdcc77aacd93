package estate

import "palisade/arm"

// Deployment is a model deployed on an account:
// Microsoft.CognitiveServices/accounts/deployments. Parent is its account.
type Deployment struct {
	*Resource
	Model         Model
	SKU           Field[string] // Standard, GlobalStandard, ProvisionedManaged, …; absent: Standard
	Capacity      Field[int64]  // thousands of tokens per minute, or provisioned units
	ContentPolicy Field[string] // name of a content filter; absent: Microsoft.Default
	// Upgrade is NoAutoUpgrade | OnceCurrentVersionExpired |
	// OnceNewDefaultVersionAvailable; absent: OnceNewDefaultVersionAvailable.
	Upgrade   Field[string]
	Spillover Field[string] // deployment that takes what is too much
	State     Field[string] // Running | Paused; absent: Running
}

// Model names a model and its version.
type Model struct {
	Format  Field[string] // OpenAI, Microsoft, …
	Name    Field[string]
	Version Field[string] // absent: the default version of the day
	Source  Field[string] // id of a fine-tuned model's source
	Pos     arm.Pos
}
