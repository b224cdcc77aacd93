package blueprint

import (
	"net"
	"net/url"
	"slices"

	"palisade/spec"
)

// farPorts are the ports of what the gateway calls that isn't deployed here:
// upstreams, issuers and the like, by their URLs, and a Redis.
func (b *builder) farPorts() []string {
	var ports []string
	if r := b.spec.Gateway.LimitStore.Redis; r != nil && b.redisName() == "" {
		if _, port, err := net.SplitHostPort(string(r.Address)); err == nil && !r.Address.Loopback() {
			ports = append(ports, port)
		}
	}
	for _, u := range b.farURLs() {
		parsed, err := url.Parse(string(u))
		if u == "" || u.Loopback() || err != nil {
			continue
		}
		port := parsed.Port()
		if port == "" {
			port = map[string]string{"http": "80"}[parsed.Scheme]
		}
		if port == "" {
			port = "443"
		}
		if !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return ports
}

func (b *builder) farURLs() []spec.URL {
	var urls []spec.URL
	for i := range b.spec.Models {
		for j := range b.spec.Models[i].Upstreams {
			urls = append(urls, b.spec.Models[i].Upstreams[j].URL)
		}
	}
	for i := range b.spec.Issuers {
		urls = append(urls, b.spec.Issuers[i].URL, b.spec.Issuers[i].JWKS)
	}
	for i := range b.spec.Gateway.Listeners {
		if l := &b.spec.Gateway.Listeners[i]; l.TLS != nil && l.TLS.ACME != nil {
			urls = append(urls, l.TLS.ACME.Directory)
		}
	}
	if s := b.spec.Gateway.Safety; s != nil {
		urls = append(urls, s.URL)
	}
	if o := b.spec.Logging.OTLP; o != nil {
		urls = append(urls, o.URL)
	}
	return urls
}
