package blueprint

import (
	"path"
	"strconv"
	"strings"
	"time"

	"palisade/arm"
	"palisade/spec"
)

const (
	configFolder = "/etc/palisade"
	configFile   = "palisade.yaml"
	configSecret = "palisade-yaml"
)

func (b *builder) environmentID() string { return b.id(envType, b.name(60, "cae")) }
func (b *builder) appID() string         { return b.id(appType, b.name(32, "")) }

// containers makes the gateway in Container Apps, in the network and without an
// address outside of it.
func (b *builder) containers() {
	at := b.at("gateway")
	b.part("gateway", "Gateway", "The gateway is reached from private networks alone, runs an image by its digest, and signs in by its identity.")
	env := b.put(at, b.environmentID(), b.home(), []string{b.in(b.home()).id},
		at.is("identity", at.obj(at.is("type", "None"))), at.props(
			at.is("vnetConfiguration", at.obj(at.is("internal", true), at.is("infrastructureSubnetId", b.in(b.home()).gateway.id))),
			at.is("publicNetworkAccess", "Disabled"),
			at.is("zoneRedundant", true),
			at.is("appLogsConfiguration", at.obj(at.is("destination", "azure-monitor"))),
			at.is("peerTrafficConfiguration", at.obj(at.is("encryption", at.obj(at.is("enabled", true))))),
			at.is("workloadProfiles", at.list(at.obj(at.is("name", "Consumption"), at.is("workloadProfileType", "Consumption"))))))
	b.log(at, env, "")
	b.app(env)
	b.gatewayName(env, arm.Unk(at.state(env).Member("staticIp")))
}

func (b *builder) app(env string) {
	at := b.at("gateway", "run")
	needs := []string{env, b.gatewayIdentity()}
	if b.redisName() != "" {
		needs = append(needs, b.redisID()+"/databases/default/accessPolicyAssignments/gateway")
	}
	for _, a := range b.accounts {
		needs = append(needs, b.lastOn(a))
	}
	b.put(at, b.appID(), b.home(), needs,
		at.is("identity", at.obj(at.is("type", "UserAssigned"),
			at.is("userAssignedIdentities", at.obj(at.is(b.gatewayIdentity(), at.obj()))))),
		at.props(
			at.is("environmentId", env),
			at.is("workloadProfileName", "Consumption"),
			at.is("configuration", at.obj(
				at.is("activeRevisionsMode", "Single"),
				at.is("ingress", b.ingress()),
				at.is("registries", b.registries()),
				at.is("secrets", at.list(at.obj(at.is("name", configSecret), at.is("value", string(b.spec.Text()))))))),
			at.is("template", b.podTemplate())))
}

// ingress passes TLS through to the gateway, which ends it itself.
func (b *builder) ingress() arm.Value {
	l := b.listener()
	at, port := b.from(l.Pos), portOf(l)
	return at.obj(at.is("external", true), at.is("transport", "tcp"), at.is("targetPort", port), at.is("exposedPort", exposedPort(port)))
}

// exposedPort is the port that callers connect to: Container Apps keeps 80 and
// 443 for HTTP. Source: azure-docs container-apps/ingress-overview.md.
func exposedPort(port int) int {
	if port == 80 || port == 443 {
		return 8443
	}
	return port
}

func portOf(l *spec.Listener) int {
	text := string(l.Address)
	n, _ := strconv.Atoi(text[strings.LastIndexByte(text, ':')+1:]) // it has been parsed
	return n
}

// registries lets Azure Container Registry give the image to the identity.
// Others have to give it to everybody.
func (b *builder) registries() arm.Value {
	at := b.at("gateway", "run", "image")
	server, _, _ := strings.Cut(b.spec.Gateway.Run.Image, "/")
	if !strings.HasSuffix(server, cloudText(b.spec.Cloud, ".azurecr.io", ".azurecr.us", ".azurecr.cn")) {
		return arm.Null(at.pos)
	}
	return at.list(at.obj(at.is("server", server), at.is("identity", b.gatewayIdentity())))
}

// podTemplate is what runs: the gateway with its file, and room for its log,
// which it ships to the archive, and for what it keeps beside the log.
func (b *builder) podTemplate() arm.Value {
	at := b.at("gateway", "run")
	port := at.obj(at.is("port", portOf(b.listener())))
	probe := func(kind string) arm.Value { return at.obj(at.is("type", kind), at.is("tcpSocket", port)) }
	mount := func(volume, path string) arm.Value {
		return at.obj(at.is("volumeName", volume), at.is("mountPath", path))
	}
	client := arm.Unk(at.state(b.gatewayIdentity()).Member("clientId"))
	replicas := b.spec.Gateway.Run.Replicas
	return at.obj(
		at.is("containers", at.list(at.obj(
			at.is("name", "palisade"),
			at.is("image", b.spec.Gateway.Run.Image),
			at.is("args", []string{"serve", "-f", configFolder + "/" + configFile}),
			at.is("env", at.list(at.obj(at.is("name", "AZURE_CLIENT_ID"), at.is("value", client)))),
			at.is("resources", at.obj(at.is("cpu", 1), at.is("memory", "2Gi"))),
			at.is("probes", at.list(probe("Liveness"), probe("Readiness"))),
			at.is("volumeMounts", at.list(mount("config", configFolder), mount("usage", b.dataFolder())))))),
		at.is("terminationGracePeriodSeconds", b.graceSeconds()),
		at.is("scale", at.obj(at.is("minReplicas", replicas), at.is("maxReplicas", replicas))),
		at.is("volumes", at.list(
			at.obj(at.is("name", "config"), at.is("storageType", "Secret"),
				at.is("secrets", at.list(at.obj(at.is("secretRef", configSecret), at.is("path", configFile))))),
			at.obj(at.is("name", "usage"), at.is("storageType", "EmptyDir")))))
}

// dataFolder is the folder that the gateway may write to. Beside the usage log
// it keeps what a restart has to find again, and certificates.
func (b *builder) dataFolder() string { return path.Dir(string(b.spec.Logging.File.Path)) }

// graceSeconds is how long a gateway that is to stop is left alone: until its
// calls have ended, and its log is shipped, which is gone with its container.
func (b *builder) graceSeconds() int {
	const shipped = 30 * time.Second
	return int((time.Duration(b.spec.Gateway.Timeouts.Drain) + shipped + time.Second - 1) / time.Second)
}

// gatewayName makes the name by which the networks find the gateway:
// gateway.NAME.internal.
func (b *builder) gatewayName(on string, address arm.Value) {
	at := b.at("gateway")
	zone := b.put(at, b.id(zoneType, b.base()+".internal"), "global", nil)
	b.linkEverywhere(at, zone)
	b.record(at, zone, "gateway", address, on)
}

// linkEverywhere links a zone of our own to all networks, the hub's included.
func (b *builder) linkEverywhere(at place, zone string) {
	for i := range b.networks {
		n := &b.networks[i]
		b.zoneLink(at, zone, lastOf(n.id), n.id, []string{zone, n.id})
	}
	b.foreignLinks(zone, []string{zone})
}

func (b *builder) record(at place, zone, name string, address arm.Value, needs ...string) {
	b.put(at, zone+"/A/"+name, "", append([]string{zone}, needs...), at.props(
		at.is("ttl", 300), at.is("aRecords", at.list(at.obj(at.is("ipv4Address", address))))))
}
