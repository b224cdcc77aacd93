package gateway

import (
	"os"
	"strings"
	"testing"

	"palisade/estate"
	"palisade/spec"
)

// TestGatewayNode holds what the node tells of the gateway to the file, with
// the places that it comes from.
func TestGatewayNode(t *testing.T) {
	const name = "../examples/gateway/full.yaml"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := spec.Parse(name, text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	e := estate.New(Resources(s, text, Deployment{Identity: "/x/id", Internal: true,
		Account: func(region string) string { return "/x/" + region }}), estate.Options{})
	g := e.Guards.All[0]
	if len(g.Listeners.Items) != len(s.Gateway.Listeners) || !g.Listeners.Items[0].TLS.Value || !g.Listeners.Items[3].Loopback.Value || g.Listeners.Items[3].TLS.Value {
		t.Errorf("listeners %+v", g.Listeners.Items)
	}
	if g.Identity.ID != "/x/id" || !g.Internal.Value || g.Limits.Value != "allow" || g.Safety.Value != "deny" || g.Keep.Value != "full" {
		t.Errorf("gateway %+v", g)
	}
	if line, _ := g.Limits.Pos.LineCol(); line != s.At("gateway", "limitStore", "onError").Line {
		t.Errorf("onError is said to be in line %d", line)
	}
	upstreams := e.GuardModels.All[0].Upstreams.Items
	if len(upstreams) != 3 || upstreams[1].Account.ID != "/x/francecentral" || upstreams[2].URL.Value != "https://contoso-old.openai.azure.com" || !strings.HasSuffix(upstreams[2].Account.ID, "/accounts/contoso-old") {
		t.Errorf("upstreams %+v", upstreams)
	}
	llama := e.GuardModels.All[1].Upstreams.Items[0]
	if line, _ := llama.URL.Pos.LineCol(); !llama.Plain.Value || llama.Key.Value == "" || line != s.At("models", "llama", "upstreams", "0", "url").Line {
		t.Errorf("llama %+v", llama)
	}
}
