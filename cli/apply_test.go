package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/azure/simulator"
)

// TestTerraformApplies has OpenTofu or Terraform, with the azapi provider,
// deploy what render writes to a simulator, and deploy the same file to another
// one: both have to hold the same resources. Then a plan has to show no change,
// and destroy has to leave nothing. PALISADE_TOFU is the program, PALISADE_AZAPI
// the folder with terraform-provider-azapi; without them the test says that it is
// skipped.
func TestTerraformApplies(t *testing.T) {
	program, azapi := os.Getenv("PALISADE_TOFU"), os.Getenv("PALISADE_AZAPI")
	if program == "" || azapi == "" {
		t.Skip("SKIPPED: tofu apply didn't run: PALISADE_TOFU (tofu or terraform) and PALISADE_AZAPI (folder of terraform-provider-azapi) aren't set")
	}
	onTheDay(t)
	files, err := filepath.Glob("../examples/deploy/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, file := range append(files, "../examples/gateway/full.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) { applySample(t, program, azapi, file) })
	}
}

func applySample(t *testing.T, program, azapi, file string) {
	p, err := planDeployment(file)
	if err != nil {
		t.Fatal(err)
	}
	bySDK, byTofu := sampleSimulator(t, p, false), sampleSimulator(t, p, true)
	if code, out, errs := run(t, bySDK, "", deployVerb, append(sampleParameters(p), "-f", file, "--yes")...); code != exitClean {
		t.Fatalf("deploy: exit code %d\n%s\n%s", code, out, errs)
	}
	tofu := newTofu(t, program, azapi, byTofu, p)
	tofu.render(file)
	if code := tofu.run("apply", "-auto-approve", "-parallelism=50"); code != 0 {
		t.Fatalf("apply: exit code %d\n%s", code, tofu.said())
	}
	sameResources(t, bySDK.Held(), byTofu.Held())
	if opened := byTofu.Opened(); len(opened) > 0 && p.spec.Network.Mode != "selected" {
		t.Errorf("half open: %v", opened)
	}
	if code := tofu.run("plan", "-detailed-exitcode"); code != 0 {
		t.Errorf("a plan after it: exit code %d\n%s", code, tofu.said())
	}
	if code := tofu.run("destroy", "-auto-approve", "-parallelism=50"); code != 0 {
		t.Errorf("destroy: exit code %d\n%s", code, tofu.said())
	}
	wantNothingLeft(t, byTofu, p)
}

func sampleSimulator(t *testing.T, p *planned, hurry bool) *simulator.Simulator {
	sim := simulator.New(simulator.Options{Subscription: string(p.spec.Subscription), Tenant: string(p.spec.Tenant), Hurry: hurry})
	t.Cleanup(sim.Close)
	sim.Seed(p.deploy.Referred...)
	return sim
}

// tofu runs a program in a folder against a simulator.
type tofu struct {
	t       *testing.T
	program string
	dir     string
	env     []string
	out     bytes.Buffer
}

func newTofu(t *testing.T, program, azapi string, sim *simulator.Simulator, p *planned) *tofu {
	tenant := string(p.spec.Tenant)
	if tenant == "" {
		tenant = simulator.Tenant
	}
	dir := t.TempDir()
	config, certificate := filepath.Join(dir, "tofurc"), filepath.Join(dir, "simulator.pem")
	put(t, config, []byte("provider_installation {\n  dev_overrides {\n    \"Azure/azapi\" = \""+filepath.ToSlash(azapi)+"\"\n  }\n  direct {}\n}\n"))
	put(t, certificate, sim.Certificate())
	return &tofu{t: t, program: program, dir: filepath.Join(dir, "out"), env: append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "SSL_CERT_FILE="+certificate,
		"ARM_ENVIRONMENT=custom", "ARM_RESOURCE_MANAGER_ENDPOINT="+sim.URL(), "ARM_RESOURCE_MANAGER_AUDIENCE=https://management.core.windows.net/",
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST="+sim.URL(), "ARM_DISABLE_INSTANCE_DISCOVERY=true", "ARM_USE_CLI=false",
		"TF_VAR_clusterIssuer="+clusterIssuer, "ARM_TENANT_ID="+tenant, "ARM_CLIENT_ID="+simulator.ClientID, "ARM_CLIENT_SECRET="+simulator.ClientSecret)}
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (o *tofu) render(file string) {
	o.t.Helper()
	var said bytes.Buffer
	if code := Main(o.t.Context(), []string{"render", "-f", file, "--to", "terraform", "--out", o.dir}, nil, &said, &said); code != exitClean {
		o.t.Fatalf("render: exit code %d: %s", code, said.String())
	}
}

// run is the exit code of a command.
func (o *tofu) run(args ...string) int {
	o.t.Helper()
	o.out.Reset()
	c := exec.CommandContext(o.t.Context(), o.program, append([]string{"-chdir=" + o.dir, args[0], "-no-color", "-input=false"}, args[1:]...)...)
	c.Env, c.Stdout, c.Stderr = o.env, &o.out, &o.out
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		o.t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// said is the end of what the last command has said.
func (o *tofu) said() string {
	text := o.out.String()
	return text[max(0, len(text)-6000):]
}

// sameResources compares what was written to two simulators.
func sameResources(t *testing.T, want, got []simulator.Held) {
	t.Helper()
	name := func(h simulator.Held) string { return strings.ToLower(h.ID) }
	for _, w := range want {
		i := slices.IndexFunc(got, func(g simulator.Held) bool { return name(g) == name(w) })
		if i < 0 {
			t.Errorf("not applied: %s", w.ID)
			continue
		}
		g := got[i]
		if g.ID != w.ID || g.Type != w.Type || g.APIVersion != w.APIVersion {
			t.Errorf("applied as %s %s@%s, deployed as %s %s@%s", g.ID, g.Type, g.APIVersion, w.ID, w.Type, w.APIVersion)
		}
		if a, b := canonical(t, w), canonical(t, g); a != b {
			t.Errorf("%s\ndeployed %s\napplied  %s", w.ID, a, b)
		}
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(w simulator.Held) bool { return name(g) == name(w) }) {
			t.Errorf("applied, but not deployed: %s", g.ID)
		}
	}
}

// firstOfMonth is when a budget begins: the month of the deployment, by the
// simulator's clock or by that of the machine.
var firstOfMonth = regexp.MustCompile(`"startDate":"\d{4}-\d\d-01"`)

// canonical is a body in one spelling, with what differs for a reason made equal.
func canonical(t *testing.T, h simulator.Held) string {
	var v map[string]any
	if err := json.Unmarshal(firstOfMonth.ReplaceAll(h.Body, []byte(`"startDate":"a first of the month"`)), &v); err != nil {
		t.Fatal(err)
	}
	if properties, _ := v["properties"].(map[string]any); h.Is("Microsoft.Storage/storageAccounts/blobServices") {
		delete(properties, "cors") // azapi_update_resource sends back what the service has
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// wantNothingLeft holds that only what can't be deleted, and what was there
// before, is left.
func wantNothingLeft(t *testing.T, sim *simulator.Simulator, p *planned) {
	t.Helper()
	for _, left := range sim.Names() {
		if !strings.Contains(left, "/pricings/") && !slices.ContainsFunc(p.deploy.Referred, func(r arm.Resource) bool { return strings.HasPrefix(r.ID, left) }) {
			t.Errorf("left behind: %s", left)
		}
	}
}
