package spec

// Encryption is whose keys encrypt what Azure stores.
type Encryption struct {
	// Encrypt accounts, logs and storage with keys in a vault of the deployment.
	CustomerKey bool `spec:"customerKey" default:"false"`
	// Use this Key Vault key instead of making one.
	Key KeyRef `spec:"key"`
}

// Alerts are who is told when something is opened, refused often, or used up.
// The alerts themselves are fixed: keys regenerated, networks or local
// authentication changed, roles assigned, logging removed, and these numbers.
type Alerts struct {
	// Who gets a mail.
	Emails []Email `spec:"emails"`
	// Resource ID of an action group that is already there.
	ActionGroup ResourceID `spec:"actionGroup"`
	// Refused calls (401 and 403) in five minutes.
	Refused int `spec:"refused" default:"50" range:"1..1000000"`
	// Calls stopped by the content filter in an hour.
	Filtered int `spec:"filtered" default:"20" range:"1..1000000"`
	// Tokens in a day over all models. Without it there is no such alert.
	TokensPerDay Count `spec:"tokensPerDay" range:"1.."`
}

// Budget is what may be spent on the resource group. Azure warns; it doesn't
// stop at it.
type Budget struct {
	// The amount in a calendar month. Without it no budget is made.
	PerMonth Money `spec:"perMonth" range:"1.."`
	// The currency of all amounts in this file: that of the subscription's bill.
	Currency string `spec:"currency" default:"USD" match:"^[A-Z]{3}$" means:"three capital letters such as EUR"`
	// At how many percent a warning is sent.
	WarnAt []int `spec:"warnAt" default:"50,80,100" range:"1..1000"`
}

// Defender is Microsoft Defender for Cloud on the subscription.
type Defender struct {
	// The plans to turn on, in Azure's words. Fewer than the defaults needs because and expires. The AI plan is left out where the cloud hasn't got it.
	Plans []DefenderPlan `spec:"plans" default:"AI,KeyVaults,StorageAccounts,Arm"`
	// Let the AI plan show parts of suspicious prompts in its alerts.
	PromptEvidence bool `spec:"promptEvidence" default:"false"`
	Exception      `spec:",inline"`
}

// Policy is what keeps the deployment as it was made. Anything weaker than the
// defaults needs because and expires.
type Policy struct {
	// What Azure Policy does to a change that would open the deployment.
	Effect PolicyEffect `spec:"effect" default:"deny"`
	// What the deployment stack denies to everybody else, in Azure's words.
	Stack StackDeny `spec:"stack" default:"denyWriteAndDelete"`
	// Locks that keep the resources from being deleted.
	Lock bool `spec:"lock" default:"true"`
	// Object IDs of up to 5 principals whom the stack doesn't stop: the pipeline that deploys.
	Deployers []GUID `spec:"deployers"`
	Exception `spec:",inline"`
}

// DefenderPlan is a plan of Defender for Cloud, in Azure's words.
type DefenderPlan string

func (DefenderPlan) values() []string {
	return []string{"AI", "KeyVaults", "StorageAccounts", "Arm", "Api", "CloudPosture"}
}

// PolicyEffect is what Azure Policy does.
type PolicyEffect string

// The effects, from the strictest.
const (
	PolicyDeny  PolicyEffect = "deny"
	PolicyAudit PolicyEffect = "audit"
	PolicyNone  PolicyEffect = "none"
)

func (PolicyEffect) values() []string { return []string{"deny", "audit", "none"} }

// StackDeny is what a deployment stack denies, in Azure's words.
type StackDeny string

// The settings, from the strictest.
const (
	StackDenyWrite  StackDeny = "denyWriteAndDelete"
	StackDenyDelete StackDeny = "denyDelete"
	StackDenyNone   StackDeny = "none"
)

func (StackDeny) values() []string { return []string{"denyWriteAndDelete", "denyDelete", "none"} }
