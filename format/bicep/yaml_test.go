package bicep

import (
	"testing"

	"palisade/arm"
)

func TestYAML(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "null"},
		{"# only a comment\n", "null"},
		{"a: 1", `{"a":1}`},
		{"---\na: 1\n", `{"a":1}`},
		{"a: b c # comment\nd: 'it''s # not'\n", `{"a":"b c","d":"it's # not"}`},
		{"a: \"x\\ty\\u00e9\"\n", `{"a":"x\tyé"}`},
		{"a: true\nb: ~\nc:\nd: 1.5\ne: -3\nf: 0x1F\ng: 1_0\nh: yes\ni: 2024-01-01\n",
			`{"a":true,"b":null,"c":null,"d":1.5,"e":-3,"f":31,"g":"1_0","h":"yes","i":"2024-01-01"}`},
		{"a:\n  b:\n    c: 1\n  d: 2\n", `{"a":{"b":{"c":1},"d":2}}`},
		{"a:\n- 1\n- b: 2\n  c: 3\n-\n  - 4\n- - 5\n  - 6\nd: 7\n", `{"a":[1,{"b":2,"c":3},[4],[5,6]],"d":7}`},
		{"- a: [1, 'x', {b: 2, \"c\": [ ]}]\n  d: {}\n", `[{"a":[1,"x",{"b":2,"c":[]}],"d":{}}]`},
		{"a: [1,\n  2, # two\n  3]\nb: 4\n", `{"a":[1,2,3],"b":4}`},
		{"a: |\n  one\n    two\n\n  three # kept\nb: >-\n  x\n  y\n\n  z\nc: |+\n  k\n\n", `{"a":"one\n  two\n\nthree # kept\n","b":"x y\nz","c":"k\n\n"}`},
		{"url: http://x/y:1\n\"q: r\": s\n", `{"url":"http://x/y:1","q: r":"s"}`},
		{"a: 1\r\nb:\r\n- x\r\n", `{"a":1,"b":["x"]}`},
		{"just text\n", `"just text"`},
	} {
		v, err := readYAML(arm.NewFile("a.yaml", []byte(c.text)), c.text)
		if err != nil || v.JSON() != c.want {
			t.Errorf("%q: %s, %v, want %s", c.text, v.JSON(), err, c.want)
		}
	}
}

func TestYAMLThatIsNotRead(t *testing.T) {
	for _, text := range []string{
		"a: &x 1\nb: *x\n", "a: !tag 1\n", "a: [1, 2\n", "a: 'x\n", "a:\n    b: 1\n  c: 2\n", "a: b\n  c\n",
		"a: {b: 1}}\n", "a: 1\nb\n", "a: [1 2\n, }", "a: |2\n  x\n", "? a\n: b\n",
	} {
		if v, err := readYAML(arm.NewFile("a.yaml", []byte(text)), text); err == nil {
			t.Errorf("%q: read as %s", text, v.JSON())
		}
	}
}

// FuzzYAML checks that any text is read or refused.
func FuzzYAML(f *testing.F) {
	f.Add("a:\n- 1\n- b: [x, {y: 'z'}]\nc: |\n  text\n")
	f.Fuzz(func(_ *testing.T, text string) {
		v, err := readYAML(arm.NewFile("a.yaml", []byte(text)), text)
		if err == nil {
			_ = v.JSON()
		}
	})
}
