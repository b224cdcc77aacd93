package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
	onTheDay(t)
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

// TestDeploySamples deploys each sample, asks what would change then, and takes
// it down.
func TestDeploySamples(t *testing.T) {
	onTheDay(t)
	files, err := filepath.Glob("../examples/deploy/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, file := range append(files, "../examples/gateway/full.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			deploySample(t, file)
		})
	}
}

// onTheDay stops the clock, so that no exception in a sample ends.
func onTheDay(t testing.TB) {
	t.Helper()
	before := now
	StopClock(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	t.Cleanup(func() { now = before })
}

func deploySample(t *testing.T, file string) {
	p, err := planDeployment(file)
	if err != nil {
		t.Fatal(err)
	}
	sim := simulator.New(simulator.Options{Subscription: string(p.spec.Subscription), Tenant: string(p.spec.Tenant)})
	t.Cleanup(sim.Close)
	sim.Seed(p.deploy.Referred...)
	params := sampleParameters(p)
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

// sampleParameters are the arguments with the parameters that a sample asks for.
func sampleParameters(p *planned) []string {
	if strings.Contains(string(p.deploy.Template), `"clusterIssuer"`) {
		return []string{"--param", "clusterIssuer=" + clusterIssuer}
	}
	return nil
}

const clusterIssuer = "https://swedencentral.oic.prod-aks.azure.com/1/2/"

func TestDeployStopsBefore(t *testing.T) {
	taken := simulator.Options{Taken: []string{"contoso-chat-swedencentral"}}
	small := simulator.Options{Quota: map[string]int{"swedencentral/OpenAI.DataZoneStandard.gpt-5.1": 5}}
	unregistered := simulator.Options{Unregistered: []string{"Microsoft.CognitiveServices"}}
	for _, test := range []struct {
		name    string
		options simulator.Options
		stdin   string
		args    []string
		code    int
		want    string // of both streams
	}{
		{"what-if", simulator.Options{}, "", []string{"--what-if"}, exitClean, "91 to create, 0 to change"},
		{"no answer", simulator.Options{}, "", nil, exitFailed, "nothing was changed"},
		{"another answer", simulator.Options{}, "y\n", nil, exitFailed, "nothing was changed"},
		{"name", taken, "", []string{"--yes"}, exitFailed, "choose another name:"},
		{"quota", small, "", []string{"--yes"}, exitFailed, "100 more needed, 5 left"},
		{"provider", unregistered, "no\n", nil, exitFailed, "aren't registered; nothing was changed"},
		{"provider what-if", unregistered, "", []string{"--what-if"}, exitClean, "not registered: Microsoft.CognitiveServices"},
		{"cloud", simulator.Options{}, "", []string{"--cloud", "usgov"}, exitUsage, "but the file says cloud: public"},
		{"parameter", simulator.Options{}, "", []string{"--param", "x=y"}, exitUsage, "--param x=y"},
		{"path", simulator.Options{}, "", []string{"there"}, exitUsage, "named by -f"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sim := simulated(t, test.options)
			code, out, err := run(t, sim, test.stdin, deployVerb, append([]string{"-f", minimal}, test.args...)...)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			contains(t, out+err, test.want)
			if made := sim.Names(); len(made) > 0 {
				t.Errorf("something was made: %v", made)
			}
		})
	}
}

func TestDeployRegisters(t *testing.T) {
	sim := simulated(t, simulator.Options{Unregistered: []string{"Microsoft.CognitiveServices", "Microsoft.Network"}})
	code, out, err := run(t, sim, "yes\nyes\n", deployVerb, "-f", minimal)
	if code != exitClean {
		t.Fatalf("exit code %d\n%s\n%s", code, out, err)
	}
	contains(t, err, "registering Microsoft.CognitiveServices, Microsoft.Network")
}

// stopAt cancels a context when a text is written to it.
type stopAt struct {
	text   string
	cancel func()
	bytes.Buffer
}

func (s *stopAt) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(s.text)) {
		s.cancel()
	}
	return s.Buffer.Write(p)
}

// TestDeployInterrupted stops a deployment as Ctrl-C does, and goes on.
func TestDeployInterrupted(t *testing.T) {
	sim := simulated(t, simulator.Options{})
	s, _, _ := atSimulator(t, sim, "")
	ctx, cancel := context.WithCancel(t.Context())
	errs := &stopAt{text: "accounts/contoso-chat", cancel: cancel}
	s.ctx, s.stderr = ctx, errs
	if code := s.run(deployVerb, []string{"-f", minimal, "--yes"}); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	contains(t, errs.String(), "interrupted: stopped from here", "palisade deploy again waits for it and goes on from there")
	code, out, err := run(t, sim, "", deployVerb, "-f", minimal, "--yes")
	if code != exitClean {
		t.Fatalf("again: exit code %d\n%s\n%s", code, out, err)
	}
	contains(t, err, "the stack of an earlier run is still at work")
}

// TestDeployFaults deploys the whole of the smallest sample to an Azure that
// fails at random, and again when it doesn't.
func TestDeployFaults(t *testing.T) {
	faults := simulator.Faults{Throttle: 0.05, Broken: 0.05, Reset: 0.05, Lost: 0.05, Slow: 0.02, Hidden: 0.2, Conflict: 0.05, Lag: 0.5, Outage: 0.05, Crash: 0.01}
	for seed := range uint64(faultRuns(t)) {
		sim := simulated(t, simulator.Options{Seed: seed, Faults: faults})
		code, out, err := run(t, sim, "", deployVerb, "-f", minimal, "--yes")
		if code != exitClean {
			contains(t, err, "palisade deploy")
			sim.Calm()
			code, out, err = run(t, sim, "", deployVerb, "-f", minimal, "--yes")
		}
		if code != exitClean {
			t.Fatalf("seed %d: exit code %d\n%s\n%s", seed, code, out, err)
		}
		if opened := sim.Opened(); len(opened) > 0 {
			t.Fatalf("seed %d: half open: %v", seed, opened)
		}
		sim.Close()
	}
}

// faultRuns is how many runs with faults there are: 1, or a tenth of FAULT_RUNS,
// because they are long.
func faultRuns(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("FAULT_RUNS"))
	if err != nil && os.Getenv("FAULT_RUNS") != "" {
		t.Fatal(err)
	}
	return max(n/10, 1)
}

func TestDestroyAsksForTheName(t *testing.T) {
	sim := simulated(t, simulator.Options{})
	if code, out, err := run(t, sim, "", deployVerb, "-f", minimal, "--yes"); code != exitClean {
		t.Fatal(code, out, err)
	}
	before := len(sim.Names())
	for _, answer := range []string{"", "yes\n", "contoso-chat\n"} {
		code, _, err := run(t, sim, answer, destroyVerb, "-f", minimal)
		if code != exitFailed || len(sim.Names()) != before {
			t.Errorf("%q: exit code %d, %d resources of %d are left", answer, code, len(sim.Names()), before)
		}
		contains(t, err, "nothing was deleted")
	}
	code, out, err := run(t, sim, "", destroyVerb, "-f", minimal, "palisade-contoso-chat-prod")
	if code != exitClean {
		t.Fatal(code, out, err)
	}
	contains(t, out, "The stack palisade-contoso-chat-prod is deleted.", "Azure keeps the deleted account contoso-chat-swedencentral")
	code, out, err = run(t, sim, "", destroyVerb, "-f", minimal, "--purge")
	if code != exitClean {
		t.Fatal(code, out, err)
	}
	contains(t, out, "There is no stack", "The account contoso-chat-swedencentral is purged.")
}

// TestDeployLess deploys a file from which a model was taken out: it is told,
// and deleted in spite of the lock, which is there again after it.
func TestDeployLess(t *testing.T) {
	sim := simulated(t, simulator.Options{})
	text, err := os.ReadFile(minimal)
	if err != nil {
		t.Fatal(err)
	}
	more := filepath.Join(t.TempDir(), "palisade.yaml")
	embed := "models:\n  embed: {model: text-embedding-3-large, version: \"1\", sku: Standard, capacity: 10}\n"
	larger := strings.Replace(string(text), "models:\n", embed, 1)
	larger = strings.Replace(larger, "models: [", "models: [embed, ", 1)
	if err := os.WriteFile(more, []byte(larger), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := run(t, sim, "", deployVerb, "-f", more, "--yes"); code != exitClean {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}
	code, out, errs := run(t, sim, "", deployVerb, "-f", minimal, "--yes")
	if code != exitClean {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}
	contains(t, out, "- accounts/contoso-chat-swedencentral/deployments/embed", "1 to delete")
	left := strings.Join(sim.Names(), "\n")
	if strings.Contains(left, "/deployments/embed") || !strings.Contains(left, "/locks/palisade") {
		t.Errorf("left:\n%s", left)
	}
}
