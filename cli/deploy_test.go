package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/azure"
	"palisade/azure/simulator"
)

// atSimulator is a session whose Azure is a simulator.
func atSimulator(t testing.TB, s *simulator.Simulator, stdin string) (*session, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	var out, err bytes.Buffer
	c := s.Cloud()
	return &session{
		ctx: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &err,
		azure: azure.Options{Configuration: &c, Credential: s.Credential(simulator.Owner), Transport: s.Client(),
			Clock: s.Clock(), Models: s.Models(), Resolver: s.Resolver()},
	}, &out, &err
}

func simulated(t testing.TB, o simulator.Options) *simulator.Simulator {
	t.Helper()
	s := simulator.New(o)
	t.Cleanup(s.Close)
	return s
}

// run runs a verb at the simulator.
func run(t testing.TB, sim *simulator.Simulator, stdin string, v verb, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	s, out, err := atSimulator(t, sim, stdin)
	code = s.run(v, args)
	return code, out.String(), err.String()
}

const minimal = "../examples/gateway/minimal.yaml"

func TestDeployMinimal(t *testing.T) {
	sim := simulated(t, simulator.Options{})
	code, out, err := run(t, sim, "yes\n", deployVerb, "-f", minimal)
	if code != exitClean {
		t.Fatalf("exit code %d\n%s\n%s", code, out, err)
	}
	contains(t, out, "Preflight", "What would change", "0 to delete", "Proof", "read back, as planned", "keys of ", "Deployed and proven in")
	contains(t, err, "Only yes goes on", "done     accounts/")
	if opened := sim.Opened(); len(opened) > 0 {
		t.Errorf("half open: %v", opened)
	}
	if path := os.Getenv("PALISADE_SHOW"); path != "" {
		_ = os.WriteFile(path, []byte(out+err), 0o644)
	}
}

func contains(t testing.TB, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q isn't in:\n%s", w, text)
		}
	}
}

// TestDeploySamples deploys each sample, deploys it again, and takes it down.
func TestDeploySamples(t *testing.T) {
	for _, pattern := range []string{"../examples/gateway/*.yaml", "../examples/deploy/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal("no samples", err)
		}
		for _, file := range files {
			if filepath.Base(file) == "demo.yaml" {
				continue // deploys nothing
			}
			t.Run(file, func(t *testing.T) { deploySample(t, file) })
		}
	}
}

func deploySample(t *testing.T, file string) {
	p, err := planDeployment(file)
	if err != nil {
		t.Fatal(err)
	}
	sim := simulated(t, simulator.Options{Subscription: string(p.spec.Subscription), Tenant: string(p.spec.Tenant)})
	sim.Seed(p.deploy.Referred...)
	var params []string
	if strings.Contains(string(p.deploy.Template), `"clusterIssuer"`) {
		params = []string{"--param", "clusterIssuer=https://swedencentral.oic.prod-aks.azure.com/1/2/"}
	}
	code, out, errs := run(t, sim, "", deployVerb, append(params, "-f", file, "--yes")...)
	if code != exitClean {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}
	code, out, errs = run(t, sim, "", deployVerb, append(params, "-f", file, "--what-if")...)
	if code != exitClean || !strings.Contains(out, "0 to create, 0 to change, 0 to delete") {
		t.Errorf("what-if after it: exit code %d\n%s\n%s", code, out, errs)
	}
	if opened := sim.Opened(); len(opened) > 0 && p.spec.Network.Mode != "selected" {
		t.Errorf("half open: %v", opened)
	}
	code, out, errs = run(t, sim, p.deploy.Name+"\n", destroyVerb, "-f", file, "--purge")
	if code != exitClean {
		t.Fatalf("destroy: exit code %d\n%s\n%s", code, out, errs)
	}
	for _, left := range sim.Names() {
		if !strings.Contains(left, "/pricings/") && !slices.ContainsFunc(p.deploy.Referred, func(r arm.Resource) bool { return strings.HasPrefix(r.ID, left) }) {
			t.Errorf("left behind: %s", left)
		}
	}
}
