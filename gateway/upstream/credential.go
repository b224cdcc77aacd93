package upstream

import (
	"context"
	"errors"
	"net/http"

	"palisade/spec"
)

// credential is how the gateway shows an upstream who it is.
type credential interface {
	// set puts the credential into a header.
	set(ctx context.Context, h http.Header) error
	// refused is told that the upstream answered 401. It reports whether there is
	// another credential now than the one of its request.
	refused(ctx context.Context, answer *http.Response) bool
}

// none is for upstreams that ask for nothing.
type none struct{}

func (none) set(context.Context, http.Header) error       { return nil }
func (none) refused(context.Context, *http.Response) bool { return false }

// setCredential gives an upstream its credential: a key from a vault where the
// spec names one, the gateway's identity for Azure, and nothing else.
func (p *Pools) setCredential(u *Upstream, s *spec.Upstream) error {
	switch {
	case s.Key != "":
		k, err := p.key(s.Key)
		if err != nil {
			return err
		}
		u.credential = keyHeader{k, s.Kind == spec.AzureUpstream}
	case s.Kind == spec.AzureUpstream:
		t, err := p.entra()
		if err != nil {
			return err
		}
		u.credential = t
	default:
		u.credential = none{}
	}
	return nil
}

// entra is the source of tokens that all Azure upstreams share.
func (p *Pools) entra() (*tokens, error) {
	if p.tokens != nil {
		return p.tokens, nil
	}
	if e := p.options.Earlier; e != nil && e.tokens != nil && e.spec.Gateway.Identity == p.spec.Gateway.Identity && e.spec.Cloud == p.spec.Cloud {
		p.tokens, p.identity = e.tokens, e.identity
		return p.tokens, nil
	}
	c, err := p.tokenCredential()
	if err != nil {
		return nil, err
	}
	p.tokens = newTokens(c, cloudOf(p.spec.Cloud).scope, p.options.Now)
	p.tokens.log = p.options.Log
	return p.tokens, nil
}

// errNotYet is a credential that was tried in vain a moment ago.
var errNotYet = errors.New("it couldn't be had, and will be asked for again soon")

// keyHeader sends a key as an upstream of one kind wants it.
type keyHeader struct {
	*key
	azure bool
}

func (k keyHeader) set(ctx context.Context, h http.Header) error {
	v, err := k.get(ctx)
	if err != nil {
		return err
	}
	if k.azure {
		h["Api-Key"] = v.plain
	} else {
		h["Authorization"] = v.bearer
	}
	return nil
}

func (k keyHeader) refused(ctx context.Context, answer *http.Response) bool {
	name := "Authorization"
	if k.azure {
		name = "Api-Key"
	}
	return k.readAgain(ctx, answer.Request.Header.Get(name), k.azure)
}
