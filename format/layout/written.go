package layout

// Written is one file of a rendering.
type Written struct {
	Path string // relative, with slashes
	Text []byte
}
