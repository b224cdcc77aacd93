package blueprint_test

import (
	"path/filepath"
	"testing"

	"palisade/blueprint"
)

// TestTypes holds that all that is written is as Resource Manager's types say.
func TestTypes(t *testing.T) {
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := parseFile(t, file)
			for _, p := range blueprint.Verify(build(t, s), s.Cloud) {
				t.Error(p)
			}
		})
	}
}
