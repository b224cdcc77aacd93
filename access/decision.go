package access

import (
	"strings"

	"palisade/arm"
)

// Gate is one question of a decision. All gates have to allow.
type Gate uint8

const (
	// NetworkGate asks whether the asset takes traffic from the source.
	NetworkGate Gate = iota
	// NameGate asks whether the source finds the address of the asset that
	// its traffic is allowed on.
	NameGate
	// CredentialGate asks whether the asset takes this kind of credential.
	CredentialGate
	// GrantGate asks whether the principal may do the action.
	GrantGate
)

func (g Gate) String() string {
	return [...]string{"network", "name", "credential", "grant"}[g]
}

// Reason is one step of a gate, and the proof of it.
type Reason struct {
	Gate     Gate
	Verdict  Verdict // of this step alone
	Resource string  // id of what was looked at, or ""
	Property string  // path of the property that decided, or ""
	Value    string  // the property's value, or the text of an unknown, or ""
	Text     string  // a sentence without a full stop
	Pos      arm.Pos // where the property is written
}

// String is the reason in one line.
func (r Reason) String() string {
	var b strings.Builder
	b.WriteString(r.Gate.String() + ": " + r.Verdict.String() + ": " + r.Text)
	if r.Property != "" {
		b.WriteString(" (" + r.Property)
		if r.Value != "" {
			b.WriteString(" = " + r.Value)
		}
		b.WriteString(")")
	}
	if r.Pos.IsValid() {
		b.WriteString(" at " + r.Pos.String())
	}
	return b.String()
}

// Decision is the answer to one request. The zero Decision denies.
type Decision struct {
	Verdict Verdict
	Gates   [4]Verdict // by Gate
	Reasons []Reason   // of all gates, in order
}
