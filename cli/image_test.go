package cli

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// engine runs containers: PALISADE_ENGINE is docker or podman, with flags if it
// needs some, and PALISADE_ENGINE_BUILD and PALISADE_ENGINE_RUN are more of them
// for these commands.
type engine struct {
	t    *testing.T
	args []string
}

func newEngine(t *testing.T) engine {
	args := strings.Fields(os.Getenv("PALISADE_ENGINE"))
	if len(args) == 0 {
		t.Skip("SKIPPED: nothing ran in a container: PALISADE_ENGINE (docker or podman) isn't set")
	}
	return engine{t, args}
}

// try runs a command of the engine, with both its outputs.
func (e engine) try(args ...string) (string, error) {
	e.t.Helper()
	more := strings.Fields(os.Getenv("PALISADE_ENGINE_" + strings.ToUpper(args[0])))
	all := append(append(append(e.args[1:len(e.args):len(e.args)], args[0]), more...), args[1:]...)
	out, err := exec.Command(e.args[0], all...).CombinedOutput()
	return string(out), err
}

func (e engine) run(args ...string) string {
	e.t.Helper()
	out, err := e.try(args...)
	if err != nil {
		e.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// start runs a container beside the test, and removes it in the end.
func (e engine) start(name string, args ...string) {
	e.t.Helper()
	_, _ = e.try("rm", "-f", name)
	e.t.Cleanup(func() { _, _ = e.try("rm", "-f", name) })
	e.run(append([]string{"run", "-d", "--name", name, "--network", "host"}, args...)...)
}

// hostYAML is a gateway that needs nothing but itself.
const hostYAML = `name: host
tenant: 11111111-2222-3333-4444-555555555555
models:
  gpt:
    upstreams: [{kind: echo}]
access:
  team:
    who: [{group: 22222222-2222-3333-4444-555555555555}]
    models: [gpt]
gateway:
  kind: palisade
  listeners: [{address: "127.0.0.1:18443"}]
  admin: {address: "127.0.0.1:19443"}
logging:
  file: {path: /var/lib/palisade/usage}
`

// status is what a call without a token is answered with, once there is an
// answer: 0 if none comes.
func status(address string) int {
	for range 100 {
		resp, err := http.Post("http://"+address+"/openai/v1/chat/completions", "application/json", strings.NewReader(`{}`))
		if err == nil {
			resp.Body.Close()
			return resp.StatusCode
		}
		time.Sleep(100 * time.Millisecond)
	}
	return 0
}

// TestImage builds the image as its Dockerfile says, and has it serve: as nobody,
// on a disk that can't be written, until it is asked to stop.
func TestImage(t *testing.T) {
	e := newEngine(t)
	const image = "palisade-tried"
	e.run("build", "--build-arg", "VERSION=v0.0.0-tried", "-t", image, "..")
	contains(t, e.run("run", "--rm", image, "version"), "palisade v0.0.0-tried")
	contains(t, e.run("inspect", "--format", "{{.Config.User}}", image), "65532:65532")
	if out, err := e.try("run", "--rm", "--entrypoint", "/bin/sh", image, "-c", "true"); err == nil {
		t.Errorf("there is a shell: %s", out)
	}
	file := filepath.Join(t.TempDir(), "palisade.yaml")
	if err := os.WriteFile(file, []byte(hostYAML), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _ = e.try("volume", "rm", image)
	t.Cleanup(func() { _, _ = e.try("volume", "rm", image) })
	e.start(image, "--read-only", "-v", file+":/etc/palisade/palisade.yaml:ro", "-v", image+":/var/lib/palisade", image)
	if got := status("127.0.0.1:18443"); got != http.StatusUnauthorized {
		t.Errorf("a call without a token: %d\n%s", got, e.run("logs", image))
	}
	e.run("stop", "-t", "20", image)
	contains(t, e.run("inspect", "--format", "exit {{.State.ExitCode}}", image), "exit 0")
	contains(t, e.run("logs", image), `"msg":"stopped"`)
	contains(t, e.run("run", "--rm", "-v", image+":/var/lib/palisade", image, "audit", "verify", "/var/lib/palisade/usage"), "good: 1 lines")
}

// TestImageDemo has the image show itself: of the lines that it prints one works
// and one is refused.
func TestImageDemo(t *testing.T) {
	e := newEngine(t)
	const image = "palisade-tried"
	e.run("build", "--build-arg", "VERSION=v0.0.0-tried", "-t", image, "..")
	e.start(image+"-demo", "--read-only", image, "serve", "--demo", "--listen", "127.0.0.1:18443", "--admin", "127.0.0.1:19443")
	if got := status("127.0.0.1:18443"); got != http.StatusUnauthorized {
		t.Errorf("a call without a token: %d\n%s", got, e.run("logs", image+"-demo"))
	}
	said := e.run("logs", image+"-demo")
	lines := regexp.MustCompile(`(?m)^\s*curl (?:.*\\\n)*.*$`).FindAllString(said, -1)
	if len(lines) != 2 {
		t.Fatalf("%d curl lines in\n%s", len(lines), said)
	}
	for i, want := range []string{`"object":"chat.completion"`, `"error"`} {
		out, err := exec.Command("sh", "-c", lines[i]).CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", lines[i], err, out)
		}
	}
}
