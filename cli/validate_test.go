package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"palisade/cli"
)

// TestTerraformValidates asks OpenTofu or Terraform, with the azapi provider,
// about what render writes. PALISADE_TOFU is the program, PALISADE_AZAPI the
// folder with terraform-provider-azapi; both are too large for CI, so without
// them the test says that it is skipped.
func TestTerraformValidates(t *testing.T) {
	tofu, azapi := os.Getenv("PALISADE_TOFU"), os.Getenv("PALISADE_AZAPI")
	if tofu == "" || azapi == "" {
		t.Skip("SKIPPED: tofu validate didn't run: PALISADE_TOFU (tofu or terraform) and PALISADE_AZAPI (folder of terraform-provider-azapi) aren't set")
	}
	config := filepath.Join(t.TempDir(), "tofurc")
	text := "provider_installation {\n  dev_overrides {\n    \"Azure/azapi\" = \"" + filepath.ToSlash(azapi) + "\"\n  }\n  direct {}\n}\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../examples/deploy/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			var said bytes.Buffer
			if code := cli.Main(context.Background(), []string{"render", "-f", file, "--to", "terraform", "--out", dir}, nil, &said, &said); code != 0 {
				t.Fatalf("exit code %d: %s", code, said.String())
			}
			for _, args := range [][]string{{"validate", "-no-color"}, {"fmt", "-check", "-diff"}} {
				c := exec.Command(tofu, append([]string{"-chdir=" + dir}, args...)...)
				c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+config)
				if out, err := c.CombinedOutput(); err != nil {
					t.Errorf("%v: %v\n%s", args, err, out)
				}
			}
		})
	}
}
