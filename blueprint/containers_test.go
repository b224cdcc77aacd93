package blueprint_test

import (
	"strings"
	"testing"

	"palisade/blueprint"
	"palisade/spec"
)

const inContainerApps = `name: contoso-ai
tenant: 33333333-3333-4333-8333-333333333333
subscription: 11111111-1111-4111-8111-111111111111
regions: [swedencentral]
models:
  gpt-5.1: {version: "2025-11-13", sku: DataZoneStandard, capacity: 100}
access:
  team: {who: [{group: 22222222-2222-4222-8222-222222222222}], models: [gpt-5.1]}
gateway:
  kind: palisade
  listeners:
    - address: 0.0.0.0:8443
      tls: {vault: "https://kv-contoso-ai.vault.azure.net/certificates/gateway"}
  run: {image: "contoso.azurecr.io/palisade@sha256:0000000000000000000000000000000000000000000000000000000000000000"}
logging:
  blob: {url: "https://contosoailogs.blob.core.windows.net/usage"}
`

// TestContainersRefuse holds that what a gateway in Container Apps would not
// start with, or would not hold callers to, isn't deployed.
func TestContainersRefuse(t *testing.T) {
	build(t, parse(t, "palisade.yaml", inContainerApps))
	const (
		tls    = `      tls: {vault: "https://kv-contoso-ai.vault.azure.net/certificates/gateway"}` + "\n"
		kind   = "  kind: palisade\n"
		models = "models: [gpt-5.1]}"
	)
	for _, test := range []struct{ old, now, says string }{
		{tls, "      because: to try it\n      expires: 2027-06-30\n", "a listener without tls"},
		{tls, "      tls: {files: {certificate: /etc/palisade/tls.pem, key: /etc/palisade/tls.key}}\n", "the files of the certificate"},
		{tls, "      tls: {acme: {domains: [ai.contoso.com]}}\n", "ACME"},
		{tls, tls + "      clientCertificates: {ca: /etc/palisade/clients.pem}\n", "clientCertificates: the file"},
		{tls, tls + "      proxyProtocol: {from: [10.40.1.0/24]}\n", "proxyProtocol: nobody speaks it"},
		{tls, tls + "      forwarded: {from: [10.40.1.0/24]}\n", "forwarded: it isn't known"},
		{tls, tls + "    - address: 0.0.0.0:9443\n" + tls, "leads to 0.0.0.0:8443 alone"},
		{"0.0.0.0:8443", "10.90.2.4:8443", "the container hasn't got that one"},
		{kind, kind + "  from: [10.0.0.0/8]\n", "from: it isn't known"},
		{models, "models: [gpt-5.1], from: [10.0.0.0/8]}", "from: it isn't known"},
		{"capacity: 100}", "capacity: 100, from: [10.0.0.0/8]}", "from: it isn't known"},
		{".net/usage", ".net/records", "but not that container"},
		{"logging:\n", "logging:\n  file: {path: /etc/palisade/usage}\n", "can't in /etc/palisade"},
		{"logging:\n", "logging:\n  file: {path: /usage}\n", "can't in /"},
	} {
		text := strings.Replace(inContainerApps, test.old, test.now, 1)
		s := parse(t, "palisade.yaml", text)
		if _, problems := blueprint.Build(s); len(problems) != 1 || !strings.Contains(problems[0].Message, test.says) || problems[0].Hint == "" {
			t.Errorf("%q: %v", test.now, problems)
		}
		if strings.Contains(test.says, "can't in") || strings.Contains(test.says, "that container") || test.says == "a listener without tls" {
			continue
		}
		cluster := strings.Replace(text, "  run: {", "  run: {on: aks, ", 1)
		if _, problems := blueprint.Build(parse(t, "palisade.yaml", cluster)); len(problems) > 0 {
			t.Errorf("in a cluster, %q: %v", test.now, problems)
		}
	}
}

// TestContainersKeys holds that a key's networks aren't believed, either.
func TestContainersKeys(t *testing.T) {
	text := strings.Replace(inContainerApps, "  run: {", `  keys:
    batch: {hash: "sha256:`+strings.Repeat("0", 64)+`", from: [10.20.4.0/28], because: no tokens yet, expires: 2027-03-31}
  run: {`, 1)
	s := parse(t, "palisade.yaml", text)
	if _, problems := blueprint.Build(s); len(problems) != 1 || problems[0].Pos != s.At("gateway", "keys", "batch", "from") {
		t.Error(problems)
	}
}

// TestContainersStop holds that a gateway has the time to end its calls and to
// ship its log before its container, and with it the log, is gone.
func TestContainersStop(t *testing.T) {
	s := parse(t, "palisade.yaml", strings.Replace(inContainerApps, "  run: {", "  timeouts: {drain: 90s}\n  run: {", 1))
	app := find(t, build(t, s), "Microsoft.App/containerApps")
	if got := app.Properties("template", "terminationGracePeriodSeconds").JSON(); got != "120" {
		t.Errorf("killed after %s s", got)
	}
	if s.Gateway.Run.On != spec.ContainerApps {
		t.Error("it runs on", s.Gateway.Run.On)
	}
}

// TestContainersRedis holds that the network leads to a Redis that is elsewhere.
func TestContainersRedis(t *testing.T) {
	s := parse(t, "palisade.yaml", strings.Replace(inContainerApps, "  run: {", `  limitStore: {kind: redis, redis: {address: "limits.contoso.internal:6380"}}
  run: {`, 1))
	for _, r := range build(t, s).Resources() {
		if r.Type == "Microsoft.Network/networkSecurityGroups" && strings.Contains(r.ID, "-gateway-") {
			if !strings.Contains(r.Body.JSON(), `"destinationAddressPrefix":"VirtualNetwork","destinationPortRange":"6380"`) {
				t.Error(r.Body.JSON())
			}
			return
		}
	}
	t.Error("the gateway's network has no rules")
}
