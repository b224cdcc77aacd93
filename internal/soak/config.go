package main

import (
	"strconv"
	"strings"
)

// Models of the soak, and their limits.
const (
	plainModel  = "gpt"
	cappedModel = "capped"
	narrowModel = "narrow"
	narrowLimit = 4
)

const gatewayYAML = `name: soak
models:
  gpt:
    price: {input: {price}, output: 10}
    upstreams:
      - {kind: openai, url: "http://{mock}/a/v1", priority: 1}
      - {kind: openai, url: "http://{mock}/b/v1", priority: 2}
  capped:
    upstreams: [{kind: openai, url: "http://{mock}/c/v1"}]
    limits: {tokensPerMinute: {tpm}}
  narrow:
    upstreams: [{kind: openai, url: "http://{mock}/d/v1"}]
    limits: {concurrent: {narrow}}
issuers:
  soak: {url: "{issuer}", audiences: [soak]}
access:
  team:
    who: [{workload: {issuer: soak, subject: caller}}]
    models: [gpt, capped, narrow]
    limits: {tokensPerMinute: 1000M, tokensPerDay: 100000M, requestsPerMinute: 10M, concurrent: 1000}
gateway:
  kind: palisade
  listeners: [{address: "{listen}"}]
  admin: {address: "{admin}"}
  retry: {attempts: 3, maxWait: 500ms}
  breaker: {failures: 5, pause: 1s}
  timeouts: {header: 5s, body: 10s, connect: 2s, firstByte: 5s, idle: 5s, total: {total}s, drain: 10s}
  limitStore: {store}
logging:
  file: {path: "{folder}", rotate: 1MiB}
`

// setting is what differs between configurations of one gateway.
type setting struct {
	mock, issuer, listen, admin, folder string
	redis                               string // address, or ""
	tpm                                 int64
	version                             int // of the file: reloads change the price and, at times, the listener
}

func (s *setting) text() string {
	store := "{kind: memory}"
	if s.redis != "" {
		store = `{kind: redis, redis: {address: "` + s.redis + `", tls: false}}`
	}
	return strings.NewReplacer("{mock}", s.mock, "{issuer}", s.issuer, "{listen}", s.listen, "{admin}", s.admin, "{folder}", s.folder,
		"{tpm}", strconv.FormatInt(s.tpm, 10), "{narrow}", strconv.Itoa(narrowLimit), "{store}", store,
		"{price}", strconv.Itoa(1+s.version%3), "{total}", strconv.Itoa(30+s.version/4%2)).Replace(gatewayYAML)
}

// badText is a file that must not replace what runs.
const badText = "name: soak\nmodels: {gpt: {upstreams: [{kind: openai}]}}\ngateway: {kind: palisade, listeners: []}\n"
