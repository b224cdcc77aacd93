package upstream

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"palisade/gateway/route"
	"palisade/spec"
)

// Outgoing is a call that is to be sent on.
type Outgoing struct {
	Match *route.Match
	// Model is the model's name in the spec.
	Model string
	// Header is the caller's. Only what passHeaders lists is passed on.
	Header http.Header
	// Add are headers of the gateway's own, such as traceparent; nil for none.
	Add http.Header
	// Facts are what the body says; nil without a JSON body.
	Facts *route.Facts
	// Payload is the body; nil without one.
	Payload route.Payload
	// Place is where the stored things are that the call is about, from the
	// Choice of the call that made them; "" if it is about none.
	Place string

	broken atomic.Pointer[error] // what ended the body while it was sent
}

// changes reports whether the call may leave something behind, so that it must
// not be sent again once an upstream may have begun with it.
func (o *Outgoing) changes() bool {
	if o.Facts != nil {
		return o.Facts.Changes(o.Match.Operation)
	}
	return !o.Match.Repeatable
}

// again reports whether the body can be sent once more.
func (o *Outgoing) again() bool { return o.Payload == nil || o.Payload.Again() }

// passHeaders are the headers of a caller that an upstream gets. Credentials and
// hop-by-hop headers aren't among them, nor those by which a caller could choose
// who pays (OpenAI-Organization, OpenAI-Project) or another deployment
// (x-ms-oai-image-generation-deployment). User-Agent is the gateway's own.
var passHeaders = []string{"Content-Type", "Accept", "Openai-Beta", "X-Ms-Client-Request-Id"}

var (
	userAgent = []string{"palisade"}
	identical = []string{"identity"}
)

// header makes the header of a request.
func (o *Outgoing) header() http.Header {
	h := make(http.Header, 8)
	for _, name := range passHeaders {
		if values := o.Header[name]; len(values) > 0 {
			h[name] = values[:1:1]
		}
	}
	for name, values := range o.Add {
		h[name] = values
	}
	h["User-Agent"], h["Accept-Encoding"] = userAgent, identical
	return h
}

// request makes the request of one attempt.
func (u *Upstream) request(ctx context.Context, o *Outgoing) (*http.Request, error) {
	r := &http.Request{
		Method: o.Match.Method, URL: u.url(o.Match), Host: u.host, Header: o.header(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if o.Payload != nil {
		body, n, err := u.open(o)
		if err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = &outgoingBody{body, o}, n
		if o.Payload.Again() { // asked once more when a kept connection turns out to be closed
			r.GetBody = func() (io.ReadCloser, error) {
				body, _, err := u.open(o)
				return &outgoingBody{body, o}, err
			}
		}
	}
	return r.WithContext(ctx), nil
}

// outgoingBody notes why a body can't be read to its end: that is the caller's
// doing, and not the upstream's.
type outgoingBody struct {
	io.ReadCloser
	o *Outgoing
}

// Read implements io.Reader.
func (b *outgoingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF && err != http.ErrBodyReadAfterClose {
		b.o.broken.Store(&err)
	}
	return n, err
}

func (u *Upstream) open(o *Outgoing) (io.ReadCloser, int64, error) {
	return o.Payload.Open(u.modelName(o.Match), u.needsModel(o.Match))
}

// modelName is the model as the upstream names it in a body, or "" where a body
// names none that is the upstream's.
func (u *Upstream) modelName(m *route.Match) string {
	if m.Operation.Model == route.NoModel {
		return ""
	}
	return u.deployment
}

// needsModel reports whether the body has to name the model.
func (u *Upstream) needsModel(m *route.Match) bool {
	inPath := u.kind == spec.AzureUpstream && m.Form == route.Deployment
	return m.Operation.Model == route.FromBody && !inPath
}

// url is where an operation is at the upstream. What a path and query hold was
// checked by route.
func (u *Upstream) url(m *route.Match) *url.URL {
	at := &url.URL{Scheme: u.scheme, Host: u.host, RawQuery: m.Query}
	switch {
	case u.kind == spec.OpenAIUpstream:
		at.Path = u.path + m.Suffix
		at.RawQuery = u.query(m)
		return at
	case m.Form == route.Deployment:
		at.Path = u.path + "/openai/deployments/" + u.deployment + m.Suffix
		if escaped := url.PathEscape(u.deployment); escaped != u.deployment {
			at.RawPath = u.path + "/openai/deployments/" + escaped + m.Suffix
		}
	case m.Form == route.V1:
		at.Path = u.path + "/openai/v1" + m.Suffix
	default:
		at.Path = u.path + "/openai" + m.Suffix
	}
	if strings.Contains(m.Query, "deployment") || m.Operation.Model == route.FromQuery {
		at.RawQuery = u.query(m)
	}
	return at
}

// query is the query that an upstream gets: the model by its name there, and to
// one that isn't Azure's no api-version.
func (u *Upstream) query(m *route.Match) string {
	if m.Query == "" {
		return ""
	}
	var kept []string
	for pair := range strings.SplitSeq(m.Query, "&") {
		raw, _, _ := strings.Cut(pair, "=")
		name, _ := url.QueryUnescape(raw)
		switch {
		case name == "deployment", name == "model" && m.Operation.Model == route.FromQuery:
			continue
		case name == "api-version" && u.kind == spec.OpenAIUpstream:
			continue
		}
		kept = append(kept, pair)
	}
	if m.Operation.Model == route.FromQuery {
		name := "model"
		if u.kind == spec.AzureUpstream && m.Form == route.Resource {
			name = "deployment"
		}
		kept = append(kept, name+"="+url.QueryEscape(u.deployment))
	}
	return strings.Join(kept, "&")
}
