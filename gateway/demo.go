package gateway

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"palisade/gateway/caller/demoissuer"
)

// Demo is a gateway that needs nothing: a model that repeats what it is told,
// and an issuer of tokens inside of the process.
type Demo struct {
	Options Options
	// Listener is the address in the configuration.
	Listener string
	// Allowed is a token that may use the model, Refused one that may not.
	Allowed, Refused string
	// Folder holds the usage log.
	Folder string
}

const (
	demoModel    = "echo"
	demoAudience = "palisade-demo"
	demoLifetime = 12 * time.Hour
)

// NewDemo makes the configuration of a demo that listens at an address on
// loopback.
func NewDemo(listen, admin, folder string) (*Demo, error) {
	for _, a := range []string{listen, admin} {
		if at, err := netip.ParseAddrPort(a); err != nil || !at.Addr().IsLoopback() {
			return nil, fmt.Errorf("%s: a demo listens on loopback only, such as 127.0.0.1:8080", a)
		}
	}
	issuer, err := demoissuer.New("http://" + listen + "/demo")
	if err != nil {
		return nil, err
	}
	d := &Demo{Listener: listen, Folder: folder}
	now := time.Now()
	if d.Allowed, err = issuer.Token("alice", demoAudience, now, demoLifetime); err != nil {
		return nil, err
	}
	if d.Refused, err = issuer.Token("mallory", demoAudience, now, demoLifetime); err != nil {
		return nil, err
	}
	d.Options = Options{Path: "demo.yaml", Text: demoText(listen, admin, folder), IssuerClient: issuer.Client()}
	return d, nil
}

// demoText is the palisade.yaml of a demo.
func demoText(listen, admin, folder string) []byte {
	return []byte(fmt.Sprintf(`name: demo
models:
  %s:
    price: {input: 2.50, output: 10}
    upstreams: [{kind: echo}]
issuers:
  demo: {url: "http://%s/demo", audiences: [%s]}
access:
  alice:
    who: [{workload: {issuer: demo, subject: alice}}]
    models: [%s]
    role: Cognitive Services OpenAI User
    limits: {tokensPerMinute: 10k, requestsPerMinute: 60, costPerMonth: 5}
gateway:
  kind: palisade
  listeners: [{address: "%s"}]
  admin: {address: "%s"}
logging:
  file: {path: %q}
`, demoModel, listen, demoAudience, demoModel, listen, admin, folder))
}

// Curl is a command line that calls the model with a token.
func (d *Demo) Curl(address, token string) string {
	return fmt.Sprintf(`curl -sS http://%s/openai/v1/chat/completions -H "Authorization: Bearer %s" -H "Content-Type: application/json" -d '{"model":"%s","messages":[{"role":"user","content":"hello"}]}'`,
		address, token, demoModel)
}

// Explain is what a person reads when the demo has started. It holds tokens of
// the demo, so it is for the terminal and not for a log.
func (d *Demo) Explain(address, admin string) string {
	var b strings.Builder
	b.WriteString("palisade demo: a model that repeats what it is told, at http://" + address + "\n\n")
	b.WriteString("This works; alice may use the model:\n\n  " + d.Curl(address, d.Allowed) + "\n\n")
	b.WriteString("This is refused; mallory has a good token and no grant:\n\n  " + d.Curl(address, d.Refused) + "\n\n")
	b.WriteString("Health and metrics: http://" + admin + "/readyz and /metrics. Usage records: " + d.Folder + "\n")
	return b.String()
}

// DemoFolder makes a folder for the usage log of a demo.
func DemoFolder() (string, error) {
	base, err := os.MkdirTemp("", "palisade-demo-")
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "usage"), nil
}
