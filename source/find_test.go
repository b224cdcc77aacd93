package source

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// TestUTF16 holds that a template as PowerShell writes it is found in a folder.
func TestUTF16(t *testing.T) {
	dir := t.TempDir()
	text := `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}`
	raw := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(unit), byte(unit>>8))
	}
	path := filepath.Join(dir, "azuredeploy.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	found := NewLoader(Options{}).Find([]string{dir}, nil)
	if len(found.Entries) != 1 || found.Entries[0].Template != path {
		t.Errorf("found %+v, want the template", found)
	}
}
