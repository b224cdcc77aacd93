package usage

import (
	"net/netip"
	"time"
)

// Verdict says whether a call passed.
type Verdict string

// The verdicts.
const (
	Allowed Verdict = "allowed"
	Refused Verdict = "refused"
)

// Record is one call or refusal. It never holds a token, a key or a header.
// Prompt and Answer are empty unless text is kept.
type Record struct {
	Time    time.Time // when the call came; microseconds count
	ID      string    // unique
	Verdict Verdict
	Reason  string // why it was refused or broke off, as in x-palisade-reason
	Status  int    // of the answer, 0 if there was none

	Who       Who
	From      From
	Grant     string // name of the access section that let it pass
	Operation string
	Model     string

	Upstream       string
	UpstreamStatus int
	Region         string // of the upstream
	Attempts       int    // how often the call was sent, if more than once
	Hedged         bool   // two upstreams were asked at once
	Tokens         Tokens
	Cost           int64 // in millionths of the spec's currency

	FirstByte time.Duration // until the answer began; microseconds count
	Whole     time.Duration // until it ended; microseconds count

	Filter   Filter
	Redacted []Count // what was found and taken out of text, by kind
	Prompt   Text
	Answer   Text

	Unknown []Field // members that this version doesn't know
}

// Who called, as far as it was proven.
type Who struct {
	Kind   string // user, app, managedIdentity, workload, key
	ID     string // entra:TENANT/OBJECT, oidc:ISSUER/SUBJECT, key:NAME
	Issuer string
	Tenant string
	Object string
	App    string // client ID of the application that got the token
	Key    string // name of the gateway's key
	Token  string // ID of the token (uti, jti), by which sign-in logs find it
}

// From is where a call came from.
type From struct {
	Address  netip.Addr
	Link     uint32 // LINKID of the private endpoint, if IsLink
	IsLink   bool
	Via      string // how the address is known
	Listener string
}

// Tokens are what a call used.
type Tokens struct {
	Input, Cached, Output, Reasoning int64
	Estimated                        bool // the upstream didn't say
}

// Filter is what the upstream's content filter found, by category.
type Filter struct {
	Blocked, Failed                bool
	PromptFiltered, PromptDetected []string
	AnswerFiltered, AnswerDetected []string
}

// Count is how often something was found.
type Count struct {
	Name string
	N    int
}

// Text is what was said: in the clear, or sealed to a key. Bytes is how long
// it was; Cut says that not all of it was kept.
type Text struct {
	Clear  string
	Sealed []byte // nonce and ciphertext; see Sealer
	Key    string // name of the data key that it is sealed with
	Bytes  int64
	Cut    bool
}

// Field is a member that isn't known, as it was written.
type Field struct {
	Name string
	Raw  []byte
}
