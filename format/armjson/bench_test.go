package armjson

import (
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
)

// BenchmarkRead reads text shaped as compiled templates are: half white space,
// short names, some long descriptions.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("{\n  \"resources\": [\n")
	for i := range 5000 {
		fmt.Fprintf(&text, `      {
        "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "apiVersion": "2024-05-01",
        "name": "[format('{0}/{1}', parameters('name'), 'group%d')]",
        "metadata": {
          "description": "Optional. The name of the group; see \"zones\" for the default."
        },
        "nullable": true,
        "properties": {
          "privateDnsZoneConfigs": ["[variables('zones')]", %d, {}]
        }
      },
`, i, i)
	}
	text.WriteString("  ]\n}\n")
	raw := []byte(text.String())
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, diagnostics := Read(arm.NewFile("t.json", raw), raw); len(diagnostics) > 0 {
			b.Fatal(diagnostics)
		}
	}
}
