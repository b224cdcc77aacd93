package cli

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestUnit installs the unit as its first lines say, on a systemd of its own, and
// has it started, reloaded, killed and stopped. PALISADE_SYSTEMD is an image
// whose /lib/systemd/systemd can be booted.
func TestUnit(t *testing.T) {
	e := newEngine(t)
	image := os.Getenv("PALISADE_SYSTEMD")
	if image == "" {
		t.Skip("SKIPPED: no unit ran: PALISADE_SYSTEMD (an image that boots systemd) isn't set")
	}
	folder, lines := unitFolder(t)
	const name = "palisade-unit"
	e.start(name, "--privileged", "--systemd=always", "-v", folder+":/here", image, "/lib/systemd/systemd")
	sh := func(script string) string { return e.run("exec", "-w", "/here", name, "sh", "-c", script) }
	booted := func() bool { _, err := e.try("exec", name, "systemctl", "is-system-running"); return err == nil }
	for n := 0; !booted() && n < 100; n++ {
		time.Sleep(100 * time.Millisecond)
	}
	sh("set -e\n" + lines)

	serves := func(when, port string) {
		t.Helper()
		if got := status("127.0.0.1:" + port); got != http.StatusUnauthorized {
			t.Fatalf("%s: %d\n%s", when, got, sh("journalctl -u palisade --no-pager"))
		}
	}
	serves("started", "18443")
	contains(t, sh("ps -o user= -p $(systemctl show -p MainPID --value palisade)"), "palisade")
	sh("sed -i s/:18443/:18444/ /etc/palisade/palisade.yaml && systemctl reload palisade")
	serves("reloaded", "18444")
	// A record is on the disk 100 ms after its call.
	sh("sleep 1; kill -9 $(systemctl show -p MainPID --value palisade); sleep 3")
	serves("killed", "18444")
	contains(t, sh("systemctl stop palisade; systemctl show -p Result palisade"), "Result=success")
	contains(t, sh("palisade audit verify /var/lib/palisade/usage"), "good: 3 lines")
	contains(t, sh("stat -c %U:%a /var/lib/palisade"), "palisade:700")
}

// unitFolder holds what the unit's lines install, and the lines.
func unitFolder(t *testing.T) (folder, lines string) {
	t.Helper()
	folder = t.TempDir()
	unit, err := os.ReadFile("../contrib/palisade.service")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(unit)) {
		if command, ok := strings.CutPrefix(line, "#   "); ok {
			lines += command
		}
	}
	for name, text := range map[string]string{"palisade.yaml": hostYAML, "contrib/palisade.service": string(unit)} {
		path := filepath.Join(folder, name)
		if os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, []byte(text), 0o644) != nil {
			t.Fatal("can't write", path)
		}
	}
	build := exec.Command("go", "build", "-o", filepath.Join(folder, "bin", "palisade"), "../cmd/palisade")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder, lines
}
