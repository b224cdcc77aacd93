package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"go.yaml.in/yaml/v3"

	"palisade/gateway"
	"palisade/spec"
)

// container is how a gateway runs that is deployed: what its platform is told.
type container struct {
	image, file, text string
	args              []string
	ports             []int    // that are led to, and probed
	writable          []string // folders
	identity          bool     // the platform names it
	grace             int      // seconds from SIGTERM to SIGKILL
}

// TestContainers takes the gateway out of what is rendered from each sample
// that has one, and holds that it starts there with the file that it gets, that
// calls reach its listener, that it may write where it writes, and knows who it
// is.
func TestContainers(t *testing.T) {
	files, _ := filepath.Glob("../examples/*/*.yaml")
	seen := map[spec.Host]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, problems := spec.Parse(file, text)
		if len(problems) > 0 || s.Gateway.Kind != spec.PalisadeGateway || s.Gateway.Run.Image == "" {
			continue
		}
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			c := renderedContainer(t, file, s.Gateway.Run.On)
			c.check(t, s)
			if c.text != string(text) {
				t.Errorf("the file has become\n%s", c.text)
			}
			c.start(t)
		})
		seen[s.Gateway.Run.On]++
	}
	if seen[spec.ContainerApps] < 2 || seen[spec.AKS] < 2 {
		t.Error("too few samples:", seen)
	}
}

func (c *container) check(t *testing.T, s *spec.Spec) {
	t.Helper()
	if c.image != s.Gateway.Run.Image || !c.identity {
		t.Errorf("image %s, identity named: %v", c.image, c.identity)
	}
	if want := []string{"serve", "-f", c.file}; !slices.Equal(c.args, want) {
		t.Errorf("it is called with %q, and the file is %s", c.args, c.file)
	}
	_, text, _ := net.SplitHostPort(string(s.Gateway.Listeners[0].Address))
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.ports) < 3 {
		t.Error("ports:", c.ports)
	}
	for _, p := range c.ports {
		if p != port {
			t.Errorf("port %d is led to or probed, and the listener's is %d", p, port)
		}
	}
	path := string(s.Logging.File.Path)
	for _, folder := range []string{path, path + ".state"} {
		if !slices.ContainsFunc(c.writable, func(w string) bool { return strings.HasPrefix(folder, w+"/") }) {
			t.Errorf("%s can't be made; only %q can be written to", folder, c.writable)
		}
	}
	if drain := time.Duration(s.Gateway.Timeouts.Drain); time.Duration(c.grace)*time.Second < drain+10*time.Second {
		t.Errorf("killed after %d s, calls have %s to end, and then the log is shipped", c.grace, drain)
	}
}

// start builds the gateway as serve does, in a place without a network.
func (c *container) start(t *testing.T) {
	t.Helper()
	buildOffline(t, gateway.Options{Path: c.file, Text: []byte(c.text)}, ofGateway{})
}

// ofGateway has tokens like those of a managed identity.
type ofGateway struct{}

func (ofGateway) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"oid":"99999999-9999-4999-8999-999999999999"}`))
	return azcore.AccessToken{Token: "e30." + claims + ".AA", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// renderedContainer is the one that render writes.
func renderedContainer(t *testing.T, file string, on spec.Host) *container {
	t.Helper()
	onTheDay(t)
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	session := &session{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr}
	if code := session.run(renderVerb, []string{"-f", file, "--to", "arm", "--out", out}); code != exitClean {
		t.Fatalf("render: %d\n%s\n%s", code, &stdout, &stderr)
	}
	if on == spec.AKS {
		text, err := os.ReadFile(filepath.Join(out, "kubernetes.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return inCluster(t, text)
	}
	text, err := os.ReadFile(filepath.Join(out, "main.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template any
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	var app map[string]any
	walk(template, func(m map[string]any) {
		if m["type"] == "Microsoft.App/containerApps" {
			app = m
		}
	})
	return inContainerApp(t, app)
}

// walk calls visit with each object in a JSON value.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, x := range v {
			walk(x, visit)
		}
	case []any:
		for _, x := range v {
			walk(x, visit)
		}
	}
}

// as reads a part of a document into a value of a type.
func as[T any](t *testing.T, v any) T {
	t.Helper()
	var to T
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

type probe struct{ TCPSocket struct{ Port int } }

func inContainerApp(t *testing.T, app map[string]any) *container {
	t.Helper()
	p := as[struct {
		Configuration struct {
			Ingress struct {
				TargetPort int
				Transport  string
			}
			Secrets []struct{ Name, Value string }
		}
		Template struct {
			TerminationGracePeriodSeconds int
			Containers                    []struct {
				Image        string
				Args         []string
				Env          []struct{ Name, Value string }
				Probes       []probe
				VolumeMounts []struct{ VolumeName, MountPath string }
			}
			Volumes []struct {
				Name, StorageType string
				Secrets           []struct{ SecretRef, Path string }
			}
		}
	}](t, app["properties"])
	if p.Configuration.Ingress.Transport != "tcp" || len(p.Template.Containers) != 1 {
		t.Fatalf("%+v", p)
	}
	in := p.Template.Containers[0]
	c := &container{image: in.Image, args: in.Args, ports: []int{p.Configuration.Ingress.TargetPort}, grace: p.Template.TerminationGracePeriodSeconds}
	for _, x := range in.Probes {
		c.ports = append(c.ports, x.TCPSocket.Port)
	}
	for _, e := range in.Env {
		c.identity = c.identity || e.Name == "AZURE_CLIENT_ID" && strings.Contains(e.Value, ".clientId]")
	}
	for _, m := range in.VolumeMounts {
		for _, v := range p.Template.Volumes {
			switch {
			case v.Name != m.VolumeName:
			case v.StorageType == "EmptyDir":
				c.writable = append(c.writable, m.MountPath)
			case v.StorageType == "Secret":
				c.file = m.MountPath + "/" + v.Secrets[0].Path
				for _, s := range p.Configuration.Secrets {
					if s.Name == v.Secrets[0].SecretRef {
						c.text = strings.TrimPrefix(s.Value, "[") // "[[" is how a template writes "["
					}
				}
			}
		}
	}
	return c
}

func inCluster(t *testing.T, text []byte) *container {
	t.Helper()
	kinds := map[string]map[string]any{}
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
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
	pod := as[struct {
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				TerminationGracePeriodSeconds int
				ServiceAccountName            string
				Containers                    []struct {
					Image                         string
					Args                          []string
					Ports                         []struct{ ContainerPort int }
					ReadinessProbe, LivenessProbe probe
					VolumeMounts                  []struct{ Name, MountPath string }
				}
				Volumes []struct {
					Name      string
					EmptyDir  *struct{}
					ConfigMap *struct{ Name string }
				}
			}
		}
	}](t, kinds["Deployment"]["spec"]).Template
	service := as[struct{ Ports []struct{ TargetPort int } }](t, kinds["Service"]["spec"])
	account := as[struct {
		Name        string
		Annotations map[string]string
	}](t, kinds["ServiceAccount"]["metadata"])
	in := pod.Spec.Containers[0]
	c := &container{image: in.Image, args: in.Args, grace: pod.Spec.TerminationGracePeriodSeconds,
		ports: []int{in.Ports[0].ContainerPort, in.ReadinessProbe.TCPSocket.Port, in.LivenessProbe.TCPSocket.Port, service.Ports[0].TargetPort},
		identity: pod.Metadata.Labels["azure.workload.identity/use"] == "true" && pod.Spec.ServiceAccountName == account.Name &&
			account.Annotations["azure.workload.identity/client-id"] != ""}
	for _, m := range in.VolumeMounts {
		for _, v := range pod.Spec.Volumes {
			switch {
			case v.Name != m.Name:
			case v.EmptyDir != nil:
				c.writable = append(c.writable, m.MountPath)
			case v.ConfigMap != nil:
				for name, value := range as[map[string]string](t, kinds["ConfigMap"]["data"]) {
					c.file, c.text = m.MountPath+"/"+name, value
				}
			}
		}
	}
	return c
}
