package access

// Verdict is the answer of a gate, a condition or a decision. The zero value
// denies. Verdicts are ordered, so "all of" is the least and "one of" is the
// greatest of them.
type Verdict uint8

const (
	// Deny says that the request is refused.
	Deny Verdict = iota
	// Unknown says that something needed for the answer isn't known. It is
	// never to be shown as safe.
	Unknown
	// Allow says that the request is let through.
	Allow
)

func (v Verdict) String() string {
	switch v {
	case Allow:
		return "allow"
	case Unknown:
		return "unknown"
	}
	return "deny"
}

// And is the verdict of two questions that both have to be allowed.
func (v Verdict) And(w Verdict) Verdict { return min(v, w) }

// Or is the verdict of two questions of which one has to be allowed.
func (v Verdict) Or(w Verdict) Verdict { return max(v, w) }

// Not turns allow into deny and back; unknown stays.
func (v Verdict) Not() Verdict { return Allow - min(v, Allow) }

func verdictOf(b bool) Verdict {
	if b {
		return Allow
	}
	return Deny
}
