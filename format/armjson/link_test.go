package armjson

import (
	"testing"

	"palisade/arm"
)

func TestLinkedFile(t *testing.T) {
	files := map[string]bool{"a/nested/net.json": true, "a/net.json": true, "shared/x.json": true}
	text := func(s string) arm.Value { return arm.String(s, arm.Pos{}) }
	base := arm.Unk(arm.Parameter("base", false, arm.Pos{}))
	for _, c := range []struct {
		target arm.Value
		want   string
	}{
		{text("nested/net.json"), "a/nested/net.json"},
		{text(`nested\net.json`), "a/nested/net.json"},
		{text("./nested/../net.json"), "a/net.json"},
		{text("../shared/x.json"), "shared/x.json"},
		{text("https://example.com/repo/main/nested/net.json?token=1"), "a/nested/net.json"},
		{text("https://example.com/else/net.json"), "a/net.json"},
		{text("https://example.com/none.json"), ""},
		{text("https://example.com"), ""},
		{text(""), ""},
		{arm.Unk(arm.Call("uri", arm.Pos{}, base, text("nested/net.json"))), "a/nested/net.json"},
		{arm.Join([]arm.Value{base, text("/nested/net.json"), base}, arm.Pos{}), "a/nested/net.json"},
		{arm.Join([]arm.Value{text("https://x.net/"), base, text("/net.json?sv=1")}, arm.Pos{}), "a/net.json"},
		{arm.Join([]arm.Value{text("nested/"), base, text(".json")}, arm.Pos{}), ""},
		{base, ""},
		{arm.Null(arm.Pos{}), ""},
	} {
		got, ok := LinkedFile("a", c.target, func(path string) bool { return files[path] })
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q %t, want %q", c.target.Text(), got, ok, c.want)
		}
	}
}
