package blueprint

import (
	"testing"

	"palisade/blueprint/types"
)

// TestKinds holds that what is deployed has the API version that the table of
// types describes.
func TestKinds(t *testing.T) {
	for typ, k := range kinds {
		if want := types.Version(typ); want != k.version {
			t.Errorf("%s has version %s; the table has %q", typ, k.version, want)
		}
	}
}

// TestGUID holds guid against what Resource Manager answers: the example of
// azure-docs azure-resource-manager/bicep/bicep-functions-string.md has none, so
// this is the UUID of version 5 that RFC 9562, appendix A.4, gives, with its
// namespace.
func TestGUID(t *testing.T) {
	old := guidNamespace
	defer func() { guidNamespace = old }()
	guidNamespace = [16]byte{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	if got := guid("www.example.com"); got != "2ed6657d-e927-568b-95e1-2665a8aea6a2" {
		t.Error(got)
	}
}

// TestShortened holds that names keep their limit and stay apart.
func TestShortened(t *testing.T) {
	a, b := shortened("a-name-that-is-too-long-1", 20), shortened("a-name-that-is-too-long-2", 20)
	if len(a) > 20 || len(b) > 20 || a == b {
		t.Error(a, b)
	}
	if got := shortened("short", 20); got != "short" {
		t.Error(got)
	}
}
