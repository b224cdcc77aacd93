package upstream

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"palisade/spec"
)

// Upstream is one deployment that calls go to.
type Upstream struct {
	model    string
	name     string // in the model: "contoso.openai.azure.com/gpt4o"
	place    string // where stored things are: "contoso.openai.azure.com"
	region   string
	kind     spec.UpstreamKind
	priority int
	weight   int
	bit      uint64

	scheme, host, path string // of the base URL; path without a final slash
	deployment         string
	account            string // resource ID of an Azure account, or ""

	credential credential
	health     *health
	lines      *lines          // for calls
	transport  *http.Transport // for WebSockets
}

// Name is the upstream's name, unique in its model. It is made of its host and
// deployment, so it stays the same over restarts and reloads.
func (u *Upstream) Name() string { return u.name }

func (p *Pools) newUpstream(m *spec.Model, s *spec.Upstream) (*Upstream, error) {
	u := &Upstream{model: m.Name, kind: s.Kind, region: s.Region, priority: s.Priority, weight: max(1, s.Weight),
		deployment: s.Deployment, account: string(s.Account)}
	b := p.spec.Gateway.Breaker
	u.health = &health{limit: max(1, b.Failures), pause: duration(b.Pause)}
	if s.Kind == spec.EchoUpstream {
		u.name, u.place, u.credential = "echo", "echo", none{}
		return u, nil
	}
	if err := u.find(p, m, s); err != nil {
		return nil, err
	}
	if err := p.setCredential(u, s); err != nil {
		return nil, err
	}
	return u, nil
}

// connect gives an upstream its connections, those it had before where it can.
func (u *Upstream) connect(p *Pools) {
	if u.kind == spec.EchoUpstream || u.adopt(p) {
		return
	}
	u.lines, u.transport = p.newLines(u), p.newTransport(u)
}

// adopt takes over the connections and the health of an upstream that was there
// before and is at the same place.
func (u *Upstream) adopt(p *Pools) bool {
	before := p.options.Earlier
	if before == nil || before.spec.Gateway.Timeouts != p.spec.Gateway.Timeouts {
		return false
	}
	for _, o := range before.all {
		if o.model == u.model && o.kind == u.kind && o.name == u.name && o.scheme == u.scheme && o.host == u.host {
			u.lines, u.transport = o.lines, o.transport
			u.lines.share()
			if o.health.limit == u.health.limit && o.health.pause == u.health.pause {
				u.health = o.health
			}
			return true
		}
	}
	return false
}

// find finds where the upstream is. One that the spec deploys is where its
// deployment is.
func (u *Upstream) find(p *Pools, m *spec.Model, s *spec.Upstream) error {
	text := string(s.URL)
	if text == "" {
		if p.options.Endpoint == nil {
			return errors.New("no url, and it isn't known where the deployment is")
		}
		at, err := p.options.Endpoint(p.spec, m, s)
		if err != nil {
			return err
		}
		text, u.deployment, u.account = at.URL, at.Deployment, at.Account
	}
	return u.setURL(text)
}

// setURL takes the base URL apart. That of an Azure account may be written with
// /openai or /openai/v1 behind it, as clients want it.
func (u *Upstream) setURL(text string) error {
	at, err := url.Parse(text)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return errors.New("url: not an http or https URL")
	}
	u.scheme, u.host, u.path = at.Scheme, strings.ToLower(at.Host), strings.TrimRight(at.Path, "/")
	if u.kind == spec.AzureUpstream {
		u.path = strings.TrimSuffix(strings.TrimSuffix(u.path, "/v1"), "/openai")
	}
	u.place = u.host + u.path
	u.name = u.place + "/" + u.deployment
	return nil
}

// rename numbers upstreams of a model that have the same name.
func (u *Upstream) rename(others []*Upstream) {
	name, n := u.name, 1
	for _, o := range others {
		if o.name == u.name || strings.HasPrefix(o.name, name+"#") {
			n++
		}
	}
	if n > 1 {
		u.name = name + "#" + strconv.Itoa(n)
	}
}

// address is the host and port to connect to.
func (u *Upstream) address() string {
	if strings.LastIndexByte(u.host, ':') > strings.LastIndexByte(u.host, ']') {
		return u.host
	}
	if u.scheme == "http" {
		return u.host + ":80"
	}
	return u.host + ":443"
}

// String names the upstream for people.
func (u *Upstream) String() string { return fmt.Sprintf("%s of %s", u.name, u.model) }
