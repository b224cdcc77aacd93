package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"palisade/spec"
)

// pools are the upstreams of all models.
type pools struct {
	models    map[string]*spec.Model
	transport *http.Transport
}

func (s *Server) newPools(parsed *spec.Spec) (*pools, error) {
	p := &pools{models: map[string]*spec.Model{}, transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}
	for i := range parsed.Models {
		p.models[parsed.Models[i].Name] = &parsed.Models[i]
	}
	return p, nil
}

func (p *pools) close() { p.transport.CloseIdleConnections() }

func (p *pools) send(c *call) (*http.Response, *refusal) {
	u := &p.models[c.model].Upstreams[0]
	c.outcome.upstream = fmt.Sprintf("%s/0", c.model)
	if u.Kind == spec.EchoUpstream {
		text := `{"id":"chatcmpl-echo","object":"chat.completion","created":0,"model":"echo","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":1,"total_tokens":9}}`
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text))}, nil
	}
	r, err := http.NewRequestWithContext(c.r.Context(), c.match.Method, string(u.URL)+c.match.Suffix, nil)
	if err != nil {
		return nil, unavailable("upstream_error", "the upstream can't be called")
	}
	if load := c.payload(); load != nil {
		body, n, err := load.Open(u.Deployment, true)
		if err != nil {
			return nil, unavailable("upstream_error", "the upstream can't be called")
		}
		r.Body, r.ContentLength = body, n
		r.Header["Content-Type"] = c.r.Header["Content-Type"]
	}
	resp, err := p.transport.RoundTrip(r)
	if err != nil {
		return nil, &refusal{status: 502, code: "502", reason: "upstream_unreachable", message: "the upstream can't be reached"}
	}
	return resp, nil
}
