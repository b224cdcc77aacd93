package report

// Account is the answer for one account: who can reach it, from where, with
// what. Answers are "yes", "no" or "unknown"; that of the internet has its own
// words.
type Account struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Kind     string    `json:"kind"` // OpenAI, AIServices, …
	Position *Position `json:"position,omitempty"`
	// Referred reports that the account is declared elsewhere: what isn't said
	// here isn't known.
	Referred bool `json:"referred,omitempty"`
	// Uncertain is why it isn't known whether the account will exist, or "".
	Uncertain  string     `json:"uncertain,omitempty"`
	Internet   Internet   `json:"internet"`
	Networks   []Network  `json:"networks,omitempty"`
	Services   Answer     `json:"services"` // Azure's trusted services
	Identities []Identity `json:"identities,omitempty"`
	// MoreIdentities are those that were left out, above a limit of 500.
	MoreIdentities int `json:"moreIdentities,omitempty"`
	// NoTokens is why a role doesn't let anybody use the models, or "".
	NoTokens string `json:"noTokens,omitempty"`
	// Through are the APIs of API Management that use the models for others.
	Through []Through `json:"through,omitempty"`
	Keys    Keys      `json:"keys"`
	Models  []Model   `json:"models,omitempty"`
}

// Answer is an answer and its reason.
type Answer struct {
	Answer string `json:"answer"` // yes | no | unknown
	Why    string `json:"why,omitempty"`
	Proof  []Step `json:"proof,omitempty"`
}

// Internet says who on the internet reaches the account.
type Internet struct {
	Answer    string   `json:"answer"`              // all | part | none | unknown
	Addresses []string `json:"addresses,omitempty"` // surely let in, where not all are
	Perhaps   []string `json:"perhaps,omitempty"`   // perhaps let in
	Why       string   `json:"why,omitempty"`
	Proof     []Step   `json:"proof,omitempty"`
}

// Network is a way in from private addresses, or for a resource of Azure.
type Network struct {
	Source   string `json:"source"`             // id of the network, subnet, endpoint or resource
	Name     string `json:"name"`               // for a person
	Via      string `json:"via"`                // private endpoint | service endpoint | perimeter
	Endpoint string `json:"endpoint,omitempty"` // id of the private endpoint
	Answer   string `json:"answer"`             // yes | unknown: the account takes the traffic
	Resolves string `json:"resolves"`           // yes | no | unknown: the account's name leads there
	Why      string `json:"why,omitempty"`      // the step that decided
	Proof    []Step `json:"proof,omitempty"`
}

// Identity is somebody with a right at the account.
type Identity struct {
	Principal string `json:"principal"` // id of the resource, or object id
	Name      string `json:"name"`      // for a person
	// Can is what the right allows: "use models", "read keys", "change the
	// account", "give rights", in this order.
	Can    []string `json:"can"`
	Roles  []string `json:"roles,omitempty"`
	Answer string   `json:"answer"` // yes | unknown
	Proof  []Step   `json:"proof,omitempty"`
}

// Keys says whether a key opens the account.
type Keys struct {
	Accepted string    `json:"accepted"` // yes | no | unknown
	Why      string    `json:"why,omitempty"`
	Position *Position `json:"position,omitempty"`
}

// Model is a model deployed on the account.
type Model struct {
	Deployment string    `json:"deployment"`
	Model      string    `json:"model"`
	Version    string    `json:"version,omitempty"`
	SKU        string    `json:"sku,omitempty"`
	Position   *Position `json:"position,omitempty"`
}
