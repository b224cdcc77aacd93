package access

// Actions that this package asks about. CS is short for the provider
// Microsoft.CognitiveServices.
// Source: built-in role definitions (iann0036/iam-dataset, crawl of 2026-08-22)
// and azure-docs role-based-access-control/permissions/ai-machine-learning.md.
const (
	// ActionChat is the data action of chat completions, the default question.
	ActionChat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"
	// ActionGetSecret is the data action that reads a secret of a vault.
	ActionGetSecret = "Microsoft.KeyVault/vaults/secrets/getSecret/action"

	actionListKeys         = "Microsoft.CognitiveServices/accounts/listKeys/action"
	actionAccountWrite     = "Microsoft.CognitiveServices/accounts/write"
	actionAssignRole       = "Microsoft.Authorization/roleAssignments/write"
	actionLocksDelete      = "Microsoft.Authorization/locks/delete"
	actionDenyDelete       = "Microsoft.Authorization/denyAssignments/delete"
	actionDeploymentsRead  = "Microsoft.Resources/deployments/read"
	actionSubscriptionKeys = "Microsoft.ApiManagement/service/subscriptions/listSecrets/action"
)
