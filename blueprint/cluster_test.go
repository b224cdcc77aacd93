package blueprint_test

import (
	"bytes"
	"errors"
	"io"
	"os"
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
