package access

import (
	"time"
)

// Claims is what a caller's verified token says beyond who the caller is.
type Claims struct {
	// Groups are the object ids of the caller's groups, nested ones included.
	Groups []string
	// Complete says that Groups is all of them.
	Complete bool
	// Resource is the id of the Azure resource, or user-assigned identity, that
	// a managed identity's token is for, or "".
	Resource string
	// User says that a person calls, by an application.
	User bool
	// Application is the client id of the application, or "".
	Application string
}

// Attributes of a request that conditions of role assignments at a gateway may
// ask for, beside Azure's own @Environment[UtcNow]. Of a call through a private
// endpoint there is a link and no address.
const (
	AttributeAddress     = "Palisade.Gateway/address"     // of @Environment
	AttributeLink        = "Palisade.Gateway/link"        // of @Environment
	AttributeApplication = "Palisade.Gateway/application" // of @Principal; of users only
)

// attributes answers for the attributes of a request; nil where nothing is
// known of it.
func (r *Request) attributes() Attributes {
	if r.Claims == nil && r.At.IsZero() {
		return nil
	}
	return func(source, name string) Attribute {
		switch {
		case source == "environment":
			return r.environment(name)
		case source == "principal" && name == "palisade.gateway/application":
			return r.Claims.application()
		}
		return Attribute{}
	}
}

func (r *Request) environment(name string) Attribute {
	switch name {
	case "utcnow":
		if !r.At.IsZero() {
			return one(r.At.UTC().Format(time.RFC3339))
		}
	case "palisade.gateway/address":
		return r.Source.address()
	case "palisade.gateway/link":
		return r.Source.link()
	}
	return Attribute{}
}

func one(value string) Attribute { return Attribute{Known: true, Values: []string{value}} }

func (s Source) address() Attribute {
	switch s.Kind {
	case FromAddress:
		return one(s.Addr.String())
	case FromEndpoint, FromNowhere:
		return Attribute{Known: true}
	}
	return Attribute{}
}

func (s Source) link() Attribute {
	switch s.Kind {
	case FromEndpoint:
		return one(s.ID)
	case FromAddress, FromNowhere:
		return Attribute{Known: true}
	}
	return Attribute{}
}

// application is there for users only: an application calls as itself.
func (c *Claims) application() Attribute {
	switch {
	case c == nil, c.User && c.Application == "":
		return Attribute{}
	case !c.User:
		return Attribute{Known: true}
	}
	return one(c.Application)
}
