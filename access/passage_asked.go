package access

import "palisade/estate"

// asked is what every call that gets through has shown.
type asked struct {
	token, key estate.Answer
	ends       bool // no call gets through
	filtered   bool // addresses that aren't listed are refused
	// early says that there are calls that are answered on the way, perhaps with
	// what the models said, and earlyToken whether all of them had shown a token.
	early      bool
	earlyToken estate.Answer
	sends      bool   // something else has been asked meanwhile,
	returns    bool   // and there are calls that are answered with what is at hand
	why        string // one of the answers isn't known
}

var nothingAsked = asked{token: estate.No, key: estate.No}

func notKnownAsked(why string) asked { return asked{why: why} }

// then is what calls have shown that passed a and then b.
func (a asked) then(b asked) asked {
	out := asked{token: either(a.token, b.token), key: either(a.key, b.key), ends: a.ends || b.ends, filtered: a.filtered || b.filtered, why: firstOf(a.why, b.why)}
	if a.sends && b.returns {
		b.early, b.earlyToken = true, estate.No
	}
	if b.early {
		b.earlyToken = either(a.token, b.earlyToken)
	}
	return out.answering(a, b)
}

// or is what calls have shown that passed a or b, by a condition.
func (a asked) or(b asked) asked { return a.join(b, alike) }

// weaker is what calls have shown whose caller could take either way.
func (a asked) weaker(b asked) asked { return a.join(b, less) }

func (a asked) join(b asked, both func(x, y estate.Answer) estate.Answer) asked {
	switch {
	case a.ends:
		return b.answering(a, b)
	case b.ends:
		return a.answering(a, b)
	}
	why := firstOf(a.why, b.why)
	if a.token != b.token {
		why = firstOf(why, "not all of its calls are asked for the same")
	}
	return asked{token: both(a.token, b.token), key: both(a.key, b.key), filtered: a.filtered && b.filtered, why: why}.answering(a, b)
}

// answering is out with the early answers of a and b.
func (out asked) answering(a, b asked) asked {
	out.early, out.sends, out.returns = a.early || b.early, a.sends || b.sends, a.returns || b.returns
	switch {
	case a.early && b.early:
		out.earlyToken = less(a.earlyToken, b.earlyToken)
	case a.early:
		out.earlyToken = a.earlyToken
	case b.early:
		out.earlyToken = b.earlyToken
	}
	return out
}

// asks sums up: of early answers it isn't sure that they hold anything.
func (a asked) asks(subscription estate.Answer) (Asks, string) {
	const early = "some calls may be answered before they are asked for a token"
	switch {
	case a.early && a.earlyToken != estate.Yes && (a.ends || a.token != estate.No):
		return AsksUnknown, early
	case a.ends && a.early:
		return AsksToken, ""
	case a.ends:
		return AsksNobody, ""
	case a.token == estate.Yes:
		return AsksToken, ""
	case a.token == estate.Unsure:
		return AsksUnknown, a.why
	case either(subscription, a.key) == estate.No:
		return AsksNothing, ""
	}
	return AsksKey, ""
}

// either is Yes if one of two is.
func either(a, b estate.Answer) estate.Answer {
	switch {
	case a == estate.Yes || b == estate.Yes:
		return estate.Yes
	case a == estate.Unsure || b == estate.Unsure:
		return estate.Unsure
	}
	return estate.No
}

// less is Yes if both of two are, and No if one is.
func less(a, b estate.Answer) estate.Answer {
	switch {
	case a == estate.No || b == estate.No:
		return estate.No
	case a == estate.Unsure || b == estate.Unsure:
		return estate.Unsure
	}
	return estate.Yes
}

// alike is the answer that both have, or Unsure.
func alike(a, b estate.Answer) estate.Answer {
	if a == b {
		return a
	}
	return estate.Unsure
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
