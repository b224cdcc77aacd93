package caller

// bearerChallenge says where tokens come from: the tenant of the spec. Clients
// that follow a challenge (Azure's SDKs do) sign in there.
func (a *Authenticator) bearerChallenge() string {
	if a.home == "" {
		return "Bearer"
	}
	return `Bearer authorization_uri="` + a.cloud.Authority + "/" + a.home + `/oauth2/v2.0/authorize"`
}

// challengeOf is the WWW-Authenticate header of a refusal (RFC 6750 section 3).
// A call without any credential gets no error code.
func (a *Authenticator) challengeOf(reason Reason) string {
	if reason == TokenMissing {
		return a.challenge
	}
	return joined(a.challenge, `error="invalid_token"`)
}

func joined(challenge, parameter string) string {
	if challenge == "Bearer" {
		return challenge + " " + parameter
	}
	return challenge + ", " + parameter
}
