package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gatewayYAML has everything on that a gateway in earnest has: a verified
// token, networks, limits of all kinds, prices, metrics and the usage log.
const gatewayYAML = `name: bench
models:
  gpt-4o:
    price: {input: 2.50, cachedInput: 1.25, output: 10}
    upstreams: [{kind: openai, url: "http://{mock}/v1"}]
    limits: {tokensPerMinute: 1000M}
    from: [127.0.0.0/8]
issuers:
  bench: {url: "http://{mock}/issuer", audiences: [bench]}
access:
  team:
    who: [{workload: {issuer: bench, subject: caller}}]
    models: [gpt-4o]
    limits: {tokensPerMinute: 1000M, requestsPerMinute: 10M, tokensPerDay: 100000M, costPerMonth: 1000000000, concurrent: 1000}
    callerLimits: {tokensPerDay: 100000M}
    from: [127.0.0.0/8]
gateway:
  kind: palisade
  listeners: [{address: "{listen}"}]
  admin: {address: "{admin}"}
  from: [127.0.0.0/8]
logging:
  file: {path: "{folder}/usage"}
`

// start runs the mock, the relay, the bare proxy and Palisade.
func (b *bench) start(mock string) (err error) {
	if b.folder, err = os.MkdirTemp("", "gatewaybench"); err != nil {
		return err
	}
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000, DisableCompression: true}}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.targets = []*target{{name: "direct", url: "http://" + mock + "/v1/chat/completions", model: "gpt-4o"}}
	if _, err := b.launch("the mock", mock, self, "mock", "-listen", mock); err != nil {
		return err
	}
	through := free()
	if _, err := b.launch("the relay", through, self, "relay", "-listen", through, "-to", mock); err != nil {
		return err
	}
	b.relay = &target{name: "byte relay", url: "http://" + through + "/v1/chat/completions", model: "gpt-4o"}
	proxy := free()
	pid, err := b.launch("the proxy", proxy, self, "proxy", "-listen", proxy, "-to", "http://"+mock)
	if err != nil {
		return err
	}
	b.targets = append(b.targets, &target{name: "bare proxy", url: "http://" + proxy + "/v1/chat/completions", pid: pid, model: "gpt-4o"})
	if err := b.startPalisade(mock); err != nil {
		return err
	}
	for i := range b.peers {
		b.targets = append(b.targets, &b.peers[i])
	}
	return nil
}

func (b *bench) startPalisade(mock string) error {
	listen := free()
	path := filepath.Join(b.folder, "palisade.yaml")
	text := strings.NewReplacer("{mock}", mock, "{listen}", listen, "{admin}", free(), "{folder}", b.folder).Replace(gatewayYAML)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	pid, err := b.launch("palisade", listen, b.binary, "serve", "-f", path)
	if err != nil {
		return err
	}
	token, err := b.get("http://" + mock + "/issuer/token")
	if err != nil {
		return err
	}
	b.targets = append(b.targets, &target{name: "palisade", url: "http://" + listen + "/openai/v1/chat/completions", pid: pid,
		model: "gpt-4o", header: http.Header{"Authorization": {"Bearer " + token}}})
	return nil
}

func (b *bench) get(url string) (string, error) {
	resp, err := b.client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// launch starts a program and waits until it listens.
func (b *bench) launch(what, address, program string, args ...string) (pid int, err error) {
	c := exec.Command(program, args...)
	log, err := os.Create(filepath.Join(b.folder, strings.ReplaceAll(what, " ", "-")+".log"))
	if err != nil {
		return 0, err
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return 0, err
	}
	b.commands = append(b.commands, c)
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return c.Process.Pid, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(log.Name())
	return 0, fmt.Errorf("%s doesn't listen on %s: %s", what, address, said)
}

// free is an address on loopback that nothing listens on.
func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:18081"
	}
	defer l.Close()
	return l.Addr().String()
}
