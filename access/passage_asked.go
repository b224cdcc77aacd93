package access

import "cmp"

// asked is what every call that gets through has shown.
type asked struct {
	token, key Verdict
	ends       bool // no call gets through
	filtered   bool // addresses that aren't listed are refused
	// early says that there are calls that are answered on the way, perhaps with
	// what the models said, and leaks whether one of them had shown no token.
	early   bool
	leaks   Verdict
	sends   bool   // something else has been asked meanwhile,
	returns bool   // and there are calls that are answered with what is at hand
	why     string // one of the answers isn't known
}

var (
	nothingAsked = asked{}
	tokenAsked   = asked{token: Allow}
	keyAsked     = asked{key: Allow}
)

func notKnownAsked(why string) asked { return asked{token: Unknown, key: Unknown, why: why} }

// then is what calls have shown that passed a and then b.
func (a asked) then(b asked) asked {
	if a.sends && b.returns {
		b.early, b.leaks = true, Allow
	}
	b.leaks = b.leaks.And(a.token.Not())
	return asked{token: a.token.Or(b.token), key: a.key.Or(b.key), ends: a.ends || b.ends,
		filtered: a.filtered || b.filtered, why: cmp.Or(a.why, b.why)}.answering(a, b)
}

// or is what calls have shown that passed a or b, by a condition.
func (a asked) or(b asked) asked { return a.join(b, alike) }

// weaker is what calls have shown whose caller could take either way.
func (a asked) weaker(b asked) asked { return a.join(b, Verdict.And) }

func (a asked) join(b asked, both func(x, y Verdict) Verdict) asked {
	switch {
	case a.ends:
		return b.answering(a, b)
	case b.ends:
		return a.answering(a, b)
	}
	why := cmp.Or(a.why, b.why)
	if a.token != b.token {
		why = cmp.Or(why, "not all of its calls are asked for the same")
	}
	return asked{token: both(a.token, b.token), key: both(a.key, b.key), filtered: a.filtered && b.filtered, why: why}.answering(a, b)
}

// alike is the verdict that both have, or Unknown.
func alike(a, b Verdict) Verdict {
	if a == b {
		return a
	}
	return Unknown
}

// answering is out with the calls of a and b that are answered on the way.
func (out asked) answering(a, b asked) asked {
	out.early, out.leaks = a.early || b.early, a.leaks.Or(b.leaks)
	out.sends, out.returns = a.sends || b.sends, a.returns || b.returns
	return out
}

// asks sums up: of early answers it isn't sure that they hold anything.
func (a asked) asks(subscription Verdict) (Asks, string) {
	const early = "some calls may be answered before they are asked for a token"
	switch {
	case a.leaks != Deny && (a.ends || a.token != Deny):
		return AsksUnknown, early
	case a.ends && a.early:
		return AsksToken, ""
	case a.ends:
		return AsksNobody, ""
	case a.token == Allow:
		return AsksToken, ""
	case a.token == Unknown:
		return AsksUnknown, a.why
	case subscription.Or(a.key) == Deny:
		return AsksNothing, ""
	}
	return AsksKey, ""
}
