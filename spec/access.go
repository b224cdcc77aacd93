package spec

// Grant lets some callers use some models, with limits.
type Grant struct {
	// The name of the team or purpose. It is shown wherever a call is explained.
	Name string `spec:",name" match:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$" means:"up to 40 lower-case letters, digits and -"`
	// The callers: Entra identities by object ID, workloads by the subject of their token, and, behind a gateway, keys.
	Who []Who `spec:"who,required"`
	// Which models, by their keys.
	Models []string `spec:"models,required"`
	// What they may do with them: a built-in role for model data by its Azure name or GUID, or one of roles.
	Role string `spec:"role" default:"Cognitive Services OpenAI User"`
	// Limits of all callers of this grant together. Needs a gateway.
	Limits Limits `spec:"limits"`
	// Limits of each caller. Needs a gateway.
	CallerLimits Limits `spec:"callerLimits"`
	// The networks that they may call from; empty is any that reaches the gateway. Needs a gateway.
	From []Source `spec:"from"`
	// The applications (client IDs) through which users may call; empty is any. Needs a gateway.
	Through []GUID `spec:"through"`
	// What may pass. Needs a gateway.
	Allow Allow `spec:"allow"`
	// The last day of this access. Without it the access stays.
	Expires Date `spec:"expires"`
	// Where the key is written.
	Pos Pos `spec:"-"`
}

// Who is one caller or group of callers. Exactly one of its keys says which;
// because and expires belong to a user.
type Who struct {
	// Object ID of an Entra group.
	Group GUID `spec:"group,oneof"`
	// A managed identity: object ID of its principal, or its resource ID.
	ManagedIdentity Principal `spec:"managedIdentity,oneof"`
	// Object ID of an application's service principal (not its client ID).
	App GUID `spec:"app,oneof"`
	// A workload that has a token of one of issuers. A deployment gives it an identity of its own.
	Workload *Workload `spec:"workload,oneof"`
	// Object ID of one person. Needs because and expires: people come and go, groups stay.
	User GUID `spec:"user,oneof"`
	// One of the gateway's keys, for callers that can't get a token yet.
	Key       string `spec:"key,oneof"`
	Exception `spec:",inline"`
	// Where the item is written.
	Pos Pos `spec:"-"`
}

// Workload is the subject of a token from one of the issuers.
type Workload struct {
	// One of issuers.
	Issuer string `spec:"issuer,required"`
	// The token's sub claim, exactly: repo:contoso/app:ref:refs/heads/main, or system:serviceaccount:NAMESPACE:NAME.
	Subject string `spec:"subject,required" match:"^[!-~]{1,600}$" means:"up to 600 printable characters without spaces"`
}

// Issuer is an OpenID Connect issuer.
type Issuer struct {
	// The name by which access refers to it.
	Name string `spec:",name" match:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$" means:"up to 40 lower-case letters, digits and -"`
	// The iss claim, exactly. The gateway finds the signing keys below it.
	URL URL `spec:"url,required"`
	// Accepted aud claims at the gateway. A deployment trusts the issuer for api://AzureADTokenExchange.
	Audiences []string `spec:"audiences" match:"^[!-~]{1,256}$" means:"up to 256 printable characters without spaces"`
	// Where the signing keys are, if the issuer's metadata doesn't say so.
	JWKS URL `spec:"jwks"`
	// Where the key is written.
	Pos Pos `spec:"-"`
}

// Role is a custom role. It has data actions only, so it can't list keys or
// change the account.
type Role struct {
	// The name by which access refers to it.
	Name string `spec:",name" match:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$" means:"up to 40 lower-case letters, digits and -"`
	// What it is for.
	Description string `spec:"description"`
	// What it gives.
	DataActions []DataAction `spec:"dataActions,required"`
	// What it takes away from that again.
	NotDataActions []DataAction `spec:"notDataActions"`
	// Where the key is written.
	Pos Pos `spec:"-"`
}

// Limits are what may be used in a time. What isn't written is not limited.
type Limits struct {
	// Prompt and completion tokens in any minute.
	TokensPerMinute Count `spec:"tokensPerMinute" range:"1.."`
	// Tokens in a day, by UTC.
	TokensPerDay Count `spec:"tokensPerDay" range:"1.."`
	// Tokens in a calendar month, by UTC.
	TokensPerMonth Count `spec:"tokensPerMonth" range:"1.."`
	// Calls in any minute.
	RequestsPerMinute Count `spec:"requestsPerMinute" range:"1.."`
	// Calls at the same time.
	Concurrent Count `spec:"concurrent" range:"1.."`
	// Cost in a calendar month, in the budget's currency. Needs the models' prices.
	CostPerMonth Money `spec:"costPerMonth" range:"0.01.."`
}

// Allow is what may pass. A call passes if the model and the grant allow it.
type Allow struct {
	// Types of tools, such as function or web_search. "*" is all, [] is none.
	Tools []string `spec:"tools" default:"*" match:"^(\\*|[a-z][a-z0-9_]{0,63})$" means:"a tool type such as web_search, or *"`
	// Answers stored at the upstream: responses, stored completions.
	Store bool `spec:"store" default:"true"`
	// Images in prompts, and making images.
	Images bool `spec:"images" default:"true"`
	// The most completion tokens that a call may ask for. Without it the model's own maximum.
	MaxTokens Count `spec:"maxTokens" range:"1.."`
}
