package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/cli"
)

// largeSpec is 10 regions, 50 models and 200 teams behind API Management.
func largeSpec() string {
	regions := []string{"swedencentral", "francecentral", "westeurope", "northeurope", "uksouth", "eastus", "eastus2", "westus", "westus3", "japaneast"}
	var b strings.Builder
	fmt.Fprintf(&b, "name: large\ntenant: 33333333-3333-4333-8333-333333333333\nsubscription: 11111111-1111-4111-8111-111111111111\nregions: [%s]\nmodels:\n", strings.Join(regions, ", "))
	for i := range 50 {
		fmt.Fprintf(&b, "  model-%d: {model: gpt-5.1, version: \"2025-11-13\", sku: DataZoneStandard, capacity: 10}\n", i)
	}
	b.WriteString("access:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  team-%d:\n    who: [{group: 22222222-2222-4222-8222-%012d}]\n    models: [model-%d, model-%d]\n    limits: {tokensPerMinute: 10k}\n", i, i, i%50, (i+7)%50)
	}
	b.WriteString("gateway:\n  kind: apim\n  apim: {publisherName: Contoso, publisherEmail: a@contoso.com}\n")
	return b.String()
}

// BenchmarkRender is the whole verb on a large file: parse, build, hold against
// types and rules, write, read back and compare. A second is too much.
func BenchmarkRender(b *testing.B) {
	file := filepath.Join(b.TempDir(), "palisade.yaml")
	if err := os.WriteFile(file, []byte(largeSpec()), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, format := range []string{"arm", "bicep", "terraform"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				var said bytes.Buffer
				args := []string{"render", "-f", file, "--to", format, "--out", filepath.Join(b.TempDir(), "out")}
				if code := cli.Main(context.Background(), args, nil, &said, &said); code != 0 {
					b.Fatalf("exit code %d: %s", code, said.String())
				}
			}
		})
	}
}
