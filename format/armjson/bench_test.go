package armjson

import (
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
)

// likeCompiled is text shaped as compiled templates are: half white space,
// short names, some long descriptions.
func likeCompiled(resources int) []byte {
	var text strings.Builder
	text.WriteString("{\n  \"contentVersion\": \"1.0.0.0\",\n  \"resources\": [\n")
	for i := range resources {
		fmt.Fprintf(&text, `      {
        "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "apiVersion": "2024-05-01",
        "name": "[format('{0}/{1}', parameters('name'), 'group%d')]",
        "metadata": {
          "description": "Optional. The name of the group; see \"zones\" for the default."
        },
        "condition": "[not(empty(tryGet(parameters('groups')[%d], 'zones')))]",
        "properties": {
          "privateDnsZoneConfigs": ["[variables('zones')]", %d, {}]
        }
      },
`, i, i, i)
	}
	text.WriteString("  ]\n}\n")
	return []byte(text.String())
}

func BenchmarkRead(b *testing.B) {
	text := likeCompiled(5000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, diagnostics := Read(arm.NewFile("t.json", text), text); len(diagnostics) > 0 {
			b.Fatal(diagnostics)
		}
	}
}

// BenchmarkNewTemplate counts the bytes of the text, although that is read
// before.
func BenchmarkNewTemplate(b *testing.B) {
	text := likeCompiled(5000)
	file := arm.NewFile("t.json", text)
	v, _ := Read(file, text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if t := NewTemplate(file, v); len(t.Diagnostics) > 0 {
			b.Fatal(t.Diagnostics)
		}
	}
}
