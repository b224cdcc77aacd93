package blueprint_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestManifests holds that the manifests are YAML, closed, and bring the file
// along as it is.
func TestManifests(t *testing.T) {
	const file = "../examples/deploy/regulated.yaml"
	p := build(t, parseFile(t, file))
	if len(p.Files) != 1 {
		t.Fatal("files:", p.Files)
	}
	kinds := map[string]map[string]any{}
	d := yaml.NewDecoder(bytes.NewReader(p.Files[0].Text))
	for {
		var m map[string]any
		err := d.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kinds[m["kind"].(string)] = m
	}
	for _, kind := range []string{"Namespace", "ServiceAccount", "ConfigMap", "Deployment", "NetworkPolicy", "Service"} {
		if kinds[kind] == nil {
			t.Fatal("there is no", kind)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds["ConfigMap"]["data"].(map[string]any)["palisade.yaml"]; got != string(text) {
		t.Errorf("the file is there as\n%v", got)
	}
	internal := kinds["Service"]["metadata"].(map[string]any)["annotations"].(map[string]any)["service.beta.kubernetes.io/azure-load-balancer-internal"]
	if internal != "true" {
		t.Error("the load balancer isn't internal")
	}
	credential := find(t, p, "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials")
	account := kinds["ServiceAccount"]["metadata"].(map[string]any)
	want := "system:serviceaccount:" + account["namespace"].(string) + ":" + account["name"].(string)
	if got := credential.Properties("subject").Text(); got != want {
		t.Errorf("trusted is %s, and the pod is %s", got, want)
	}
}

// TestClusterSources holds that the networks of gateway.from get to the pod and
// no others, and without it all private ones: callers are in the cluster's
// network and its peers', not in the one that the deployment makes.
func TestClusterSources(t *testing.T) {
	const in, run = "  kind: palisade\n", "  run: {"
	cluster := strings.Replace(inContainerApps, run, run+"on: aks, ", 1)
	for _, test := range []struct {
		from string
		want []string
	}{
		{"", []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"}},
		{"  from: [10.61.0.0/16, \"fd00::/8\"]\n", []string{"10.61.0.0/16", "fd00::/8"}},
	} {
		p := build(t, parse(t, "palisade.yaml", strings.Replace(cluster, in, in+test.from, 1)))
		text := string(p.Files[0].Text)
		for _, cidr := range test.want {
			if !strings.Contains(text, "ipBlock: {cidr: "+cidr+"}") {
				t.Errorf("%q: %s isn't let in", test.from, cidr)
			}
		}
		if n := strings.Count(text, "ipBlock:"); n != len(test.want) {
			t.Errorf("%q: %d networks are let in", test.from, n)
		}
	}
}
