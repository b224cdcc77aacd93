package blueprint

import (
	"fmt"
	"strings"

	"palisade/arm"
)

// Names in the Kubernetes cluster.
const (
	clusterNamespace = "palisade"
	clusterAccount   = "palisade"
)

// cluster makes what a gateway in a Kubernetes cluster needs: trust in the
// cluster's tokens for its identity, and the manifests. The cluster itself is
// there already; its network is one of network.peers.
func (b *builder) cluster() {
	at := b.at("gateway", "run", "on")
	b.part("gateway", "Gateway", "The gateway's pod signs in as its identity with a token of the cluster, and without a secret.")
	issuer := arm.Unk(arm.Parameter("clusterIssuer", false, at.pos))
	b.put(at, b.gatewayIdentity()+"/federatedIdentityCredentials/cluster", "", []string{b.gatewayIdentity()}, at.props(
		at.is("issuer", issuer),
		at.is("subject", "system:serviceaccount:"+clusterNamespace+":"+clusterAccount),
		at.is("audiences", []string{tokenExchange(b.spec.Cloud)})))
	b.files = append(b.files, File{"kubernetes.yaml", []byte(b.manifests())})
}

// manifests are those of the gateway, in the order in which they apply.
func (b *builder) manifests() string {
	port := portOf(b.listener())
	client := string(b.spec.Gateway.Identity)
	if client == "" {
		client = "${GATEWAY_CLIENT_ID}"
	}
	return strings.NewReplacer(
		"NAMESPACE", clusterNamespace, "ACCOUNT", clusterAccount, "CLIENT", client,
		"IDENTITY", lastOf(b.gatewayIdentity()), "IMAGE", b.spec.Gateway.Run.Image,
		"REPLICAS", fmt.Sprint(b.spec.Gateway.Run.Replicas), "PORT", fmt.Sprint(port),
		"FOLDER", configFolder, "FILE", configFile, "USAGE", quoted(b.dataFolder()), "GRACE", fmt.Sprint(b.graceSeconds()),
		"SOURCES", b.clusterSources(), "TEXT", indented(string(b.spec.Text()), 4),
	).Replace(manifestText)
}

// privateRanges are the addresses that peered networks may have: RFC 1918 and
// RFC 6598.
var privateRanges = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"}

// clusterSources are the networks that the network policy lets in: what
// gateway.from lists. Without it they are all that are private, as the file
// doesn't say which addresses the cluster and other peers have.
func (b *builder) clusterSources() string {
	var lines []string
	add := func(prefix string) { lines = append(lines, "        - ipBlock: {cidr: "+prefix+"}") }
	for _, s := range b.spec.Gateway.From {
		if !s.IsLink {
			add(s.Prefix.String())
		}
	}
	if len(lines) == 0 {
		for _, prefix := range privateRanges {
			add(prefix)
		}
	}
	return strings.Join(lines, "\n")
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func indented(text string, spaces int) string {
	indent := strings.Repeat(" ", spaces)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + line
		}
	}
	return strings.Join(lines, "\n")
}

// manifestText has names in capitals where something is filled in.
const manifestText = `# The gateway in Kubernetes, made from palisade.yaml.
# The client ID is that of the identity IDENTITY, as the deployment answers it.
apiVersion: v1
kind: Namespace
metadata:
  name: NAMESPACE
  labels:
    pod-security.kubernetes.io/enforce: restricted
---
# The pod's token is exchanged for the identity: there is no secret.
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ACCOUNT
  namespace: NAMESPACE
  annotations:
    azure.workload.identity/client-id: "CLIENT"
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: palisade
  namespace: NAMESPACE
data:
  FILE: |2
TEXT
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: palisade
  namespace: NAMESPACE
spec:
  replicas: REPLICAS
  selector:
    matchLabels: {app: palisade}
  template:
    metadata:
      labels:
        app: palisade
        azure.workload.identity/use: "true"
    spec:
      serviceAccountName: ACCOUNT
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: GRACE
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        fsGroup: 65532
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: palisade
          image: IMAGE
          args: [serve, -f, FOLDER/FILE]
          ports:
            - containerPort: PORT
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          resources:
            requests: {cpu: 500m, memory: 512Mi}
            limits: {memory: 2Gi}
          readinessProbe: {tcpSocket: {port: PORT}}
          livenessProbe: {tcpSocket: {port: PORT}}
          volumeMounts:
            - {name: config, mountPath: FOLDER, readOnly: true}
            - {name: usage, mountPath: USAGE}
      volumes:
        - name: config
          configMap: {name: palisade}
        - name: usage
          emptyDir: {}
---
# Nobody but the networks that are listed gets to the pod.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: palisade
  namespace: NAMESPACE
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
SOURCES
      ports:
        - {port: PORT, protocol: TCP}
---
# The load balancer has a private address.
apiVersion: v1
kind: Service
metadata:
  name: palisade
  namespace: NAMESPACE
  annotations:
    service.beta.kubernetes.io/azure-load-balancer-internal: "true"
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: {app: palisade}
  ports:
    - {port: 443, targetPort: PORT, protocol: TCP}
`
