package caller

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	fetchTimeout = 10 * time.Second
	maxDocument  = 1 << 20 // bytes of metadata or of a key set
)

// endpoint is where an issuer's keys are.
type endpoint struct {
	issuer   string // what its metadata has to call itself
	metadata string // OpenID Connect Discovery; not used if jwks is known
	jwks     string
}

// fetch reads the keys from the issuer.
func (e endpoint) fetch(ctx context.Context, client *http.Client) (map[string]*signingKey, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	jwks := e.jwks
	if jwks == "" {
		var err error
		if jwks, err = e.discover(ctx, client); err != nil {
			return nil, fmt.Errorf("reading metadata: %w", err)
		}
	}
	text, err := get(ctx, client, jwks)
	if err != nil {
		return nil, fmt.Errorf("reading keys: %w", err)
	}
	return parseKeys(text)
}

// discover finds the key set by OpenID Connect Discovery 1.0, section 4. The
// metadata has to be the issuer's own, and may only name a key set on its own
// host: the gateway calls nobody that its file doesn't name.
func (e endpoint) discover(ctx context.Context, client *http.Client) (string, error) {
	text, err := get(ctx, client, e.metadata)
	if err != nil {
		return "", err
	}
	var m struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	if json.Unmarshal(text, &m) != nil {
		return "", errors.New("not JSON")
	}
	if m.Issuer != e.issuer {
		return "", errors.New("it is of another issuer")
	}
	if !sameHost(m.JWKS, e.metadata) {
		return "", errors.New("its keys are on another host: name it as the issuer's jwks")
	}
	return m.JWKS, nil
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Scheme == y.Scheme && x.Host != "" && strings.EqualFold(x.Host, y.Host) && x.User == nil
}

func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("not a URL")
	}
	r.Header.Set("Accept", "application/json")
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxDocument {
		return nil, errors.New("too long")
	}
	return text, nil
}

// NewClient makes a client for issuers and Graph: redirects aren't followed, and
// nothing waits for long. It keeps connections for a minute, so make one only.
func NewClient() *http.Client {
	return &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   5 * time.Second,
			ResponseHeaderTimeout: fetchTimeout,
			MaxIdleConnsPerHost:   2,
			IdleConnTimeout:       time.Minute,
		},
	}
}
