package armjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"palisade/arm"
)

func read(text string) (arm.Value, []arm.Diagnostic) {
	return ReadFile("t.json", []byte(text), 1<<20)
}

func mustRead(t *testing.T, text string) arm.Value {
	t.Helper()
	v, diagnostics := read(text)
	if len(diagnostics) > 0 {
		t.Fatalf("%s: %v", text, diagnostics)
	}
	return v
}

func TestReadAcceptsWhatResourceManagerDoes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"line comment", "{ // one\n\"a\": 1 // two\n} // three", `{"a":1}`},
		{"block comment", "/* x */{/**/\"a\"/***/:/* \n */1}/* y */", `{"a":1}`},
		{"comment at the end", "1 //", `1`},
		{"trailing comma in an object", `{"a": 1,}`, `{"a":1}`},
		{"trailing comma in an array", `[1, 2 , ]`, `[1,2]`},
		{"line breaks in a string", "[\"a\r\n  b\"]", `["a\r\n  b"]`},
		{"single quotes", `{'a': 'say "x"'}`, `{"a":"say \"x\""}`},
		{"escaped single quote", `['it\'s', "it\'s"]`, `["it's","it's"]`},
		{"name without quotes", `{a_$1: 1}`, `{"a_$1":1}`},
		{"escapes", `"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC"`, `"\"\\/\u0008\u000c\n\r\tAé€"`},
		{"surrogate pair", `"\ud83d\ude00"`, `"😀"`},
		{"lone surrogates", `"\ud83d \ude00\ud83dx"`, "\"\uFFFD \uFFFD\uFFFDx\""},
		{"bytes that aren't UTF-8", "\"a\xff\xfeb\"", "\"a\uFFFD\uFFFDb\""},
		{"numbers", `[0, -0, 12, -12, 1.5, -1.5e3, 1E2, .5]`, `[0,0,12,-12,1.5,-1500,100,0.5]`},
		{"int limits", `[9223372036854775807, -9223372036854775808]`, `[9223372036854775807,-9223372036854775808]`},
		{"big int", `[9223372036854775808]`, `[9223372036854776000]`},
		{"hexadecimal and octal", `[0x1F, 017]`, `[31,15]`},
		{"words", `[true, false, null]`, `[true,false,null]`},
		{"no-break space", "{\u00A0\"a\": 1}", `{"a":1}`},
		{"UTF-8 mark", "\uFEFF{}", `{}`},
		{"empty", `{"a": {}, "b": []}`, `{"a":{},"b":[]}`},
	} {
		v := mustRead(t, c.text)
		if got := v.JSON(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestReadUTF16(t *testing.T) {
	text := "\uFEFF{\n \"é😀\": 1}"
	units := utf16.Encode([]rune(text))
	little, big := make([]byte, 0), make([]byte, 0)
	for _, u := range units {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	for name, raw := range map[string][]byte{"little": little, "big": big} {
		v, diagnostics := ReadFile(name, raw, 1000)
		o, ok := v.Object()
		if !ok || len(diagnostics) > 0 {
			t.Fatalf("%s: %s %v", name, v.JSON(), diagnostics)
		}
		if m := o.Members()[0]; m.Name != "é😀" || m.Pos.String() != name+":2:2" {
			t.Errorf("%s: %q at %s", name, m.Name, m.Pos)
		}
	}
}

func TestReadNumberKinds(t *testing.T) {
	for text, want := range map[string]arm.Kind{
		"1": arm.IntKind, "1.0": arm.FloatKind, "1e2": arm.FloatKind, "99999999999999999999": arm.FloatKind,
	} {
		if got := mustRead(t, text).Kind(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	deep := strings.Repeat("[", depthLimit+1)
	for _, c := range []struct{ text, want string }{
		{``, "t.json:1:1: file ends where a value should be"},
		{"{\n \"a\": {\n  \"b\": 1,\n", "t.json:4:1: file ends inside the object that starts at 2:7"},
		{`{"a": [1, 2`, "t.json:1:12: file ends inside the array that starts at 1:7"},
		{`{"a":`, "t.json:1:6: file ends where a value should be"},
		{`{"a"`, "t.json:1:5: expected : after the name \"a\""},
		{`{"a`, "t.json:1:2: string is not closed"},
		{`"a\`, "t.json:1:3: file ends inside a string"},
		{`"a\q"`, `t.json:1:3: wrong escape \q in a string`},
		{`"a\u12G4"`, `t.json:1:3: wrong escape: \u needs four hexadecimal digits`},
		{`"\u12`, `t.json:1:2: wrong escape: \u needs four hexadecimal digits`},
		{`{"a": 1 "b": 2}`, "t.json:1:9: expected , or }"},
		{`[1 2]`, "t.json:1:4: expected , or ]"},
		{`[1}`, "t.json:1:3: expected , or ]"},
		{`[,]`, "t.json:1:2: expected a value, but found ','"},
		{`{,}`, "t.json:1:2: expected the name of a member, but found ','"},
		{`{"a": }`, "t.json:1:7: expected a value, but found '}'"},
		{`{} {}`, "t.json:1:4: unexpected text after the end of the JSON value"},
		{`/* x`, "t.json:1:1: comment is not closed with */"},
		{`[/]`, "t.json:1:2: unexpected /"},
		{`[True]`, "t.json:1:2: unexpected True: a string needs quotes"},
		{`[NaN]`, "t.json:1:2: unexpected NaN: a string needs quotes"},
		{`[1-2]`, "t.json:1:2: 1-2 is not a number"},
		{`[09]`, "t.json:1:2: 09 is not a number"},
		{`[-]`, "t.json:1:2: - is not a number"},
		{`[1e999]`, "t.json:1:2: 1e999 is not a number"},
		{`[0x1p4]`, "t.json:1:5: expected , or ]"},
		{`[${A]`, "t.json:1:2: expected a value, but found '$'"},
		{deep, fmt.Sprintf("t.json:1:%d: nested more than 1000 levels deep", depthLimit+1)},
		{"{\"a\": \"x,\n\"b\": 1}", "t.json:2:2: expected , or } (the string that starts at line 1 runs over several lines: is its closing quote missing?)"},
	} {
		v, diagnostics := read(c.text)
		if len(diagnostics) != 1 || diagnostics[0].String() != c.want || diagnostics[0].Severity != arm.Error {
			t.Errorf("%.40s: %v, want %s", c.text, diagnostics, c.want)
		}
		if u, ok := v.Unknown(); !ok || !strings.HasPrefix(u.Reason, "t.json couldn't be read: ") {
			t.Errorf("%.40s: value is %s, want unknown with a reason", c.text, v.JSON())
		}
	}
}

func TestReadFileSizeLimit(t *testing.T) {
	v, diagnostics := ReadFile("big.json", []byte("[1, 2]"), 5)
	want := "big.json:1:1: file of 6 bytes is larger than the limit of 5"
	if len(diagnostics) != 1 || diagnostics[0].String() != want || !v.IsUnknown() {
		t.Errorf("%s %v, want %s", v.JSON(), diagnostics, want)
	}
}

func TestReadRepeatedNames(t *testing.T) {
	v, diagnostics := read("{\"a\": 1,\n \"b\": 2,\n \"A\": 3}")
	if got := v.JSON(); got != `{"A":3,"b":2}` {
		t.Error(got)
	}
	want := `t.json:3:2: "A" replaces the member of the same name at 1:2`
	if len(diagnostics) != 1 || diagnostics[0].String() != want || diagnostics[0].Severity != arm.Warning {
		t.Errorf("%v, want %s", diagnostics, want)
	}
}

func TestReadPositions(t *testing.T) {
	v := mustRead(t, "\uFEFF{\n  \"é\": [\n    1, // x\n    {'b': \"c\"}\n  ]\n}")
	o, _ := v.Object()
	m := o.Members()[0]
	items, _ := m.Value.Items()
	inner, _ := items[1].Object()
	b := inner.Members()[0]
	got := fmt.Sprint(v.Pos(), " ", m.Pos, " ", m.Value.Pos(), " ", items[0].Pos(), " ", items[1].Pos(), " ", b.Pos, " ", b.Value.Pos())
	want := "t.json:1:1 t.json:2:3 t.json:2:9 t.json:3:5 t.json:4:5 t.json:4:6 t.json:4:11"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestReadAgreesWithEncodingJSON reads generated JSON with both.
func TestReadAgreesWithEncodingJSON(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		text, err := json.MarshalIndent(generate(rng, 4), "", strings.Repeat(" ", rng.IntN(3)))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, text)
	}
}

func generate(rng *rand.Rand, depth int) any {
	n := rng.IntN(8)
	if depth == 0 {
		n = rng.IntN(6)
	}
	switch n {
	case 0:
		return nil
	case 1:
		return rng.IntN(2) == 0
	case 2:
		return rng.Int64() >> rng.IntN(64)
	case 3:
		return rng.NormFloat64() * float64(uint64(1)<<rng.IntN(63))
	case 4, 5:
		return generateString(rng)
	case 6:
		items := make([]any, rng.IntN(6))
		for i := range items {
			items[i] = generate(rng, depth-1)
		}
		return items
	}
	members := map[string]any{}
	for i := range rng.IntN(20) {
		members[fmt.Sprint(generateString(rng), i)] = generate(rng, depth-1)
	}
	return members
}

func generateString(rng *rand.Rand) string {
	runes := make([]rune, rng.IntN(10))
	for i := range runes {
		runes[i] = []rune("ab \"'\\/\n\t\x00\x7f<&é€\u2028\uFFFD😀")[rng.IntN(18)]
	}
	return string(runes)
}

// compare fails where both read text, and differ. Repeated names, which are
// another matter, are left out.
func compare(t *testing.T, text []byte) {
	t.Helper()
	v, diagnostics := ReadFile("t.json", text, 1<<20)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var want any
	if d.Decode(&want) != nil || !json.Valid(text) {
		return
	}
	for _, problem := range diagnostics {
		if problem.Severity == arm.Warning || strings.Contains(problem.Message, "levels deep") ||
			strings.Contains(problem.Message, "not a number") {
			return
		}
	}
	if len(diagnostics) > 0 || !same(v, want) {
		t.Fatalf("%q:\n got %s %v\nwant %v", text, v.JSON(), diagnostics, want)
	}
}

func same(v arm.Value, want any) bool {
	switch x := want.(type) {
	case nil:
		return v.IsNull()
	case bool:
		b, ok := v.Bool()
		return ok && b == x
	case json.Number:
		f, ok := v.Float()
		g, err := x.Float64()
		return ok && err == nil && f == g
	case string:
		s, ok := v.Str()
		return ok && s == x
	case []any:
		items, ok := v.Items()
		if !ok || len(items) != len(x) {
			return false
		}
		for i := range x {
			if !same(items[i], x[i]) {
				return false
			}
		}
		return true
	}
	members := want.(map[string]any)
	o, ok := v.Object()
	if !ok || o.Len() != len(members) {
		return false
	}
	for _, m := range o.Members() {
		if !same(m.Value, members[m.Name]) {
			return false
		}
	}
	return true
}

// FuzzRead holds the reader against encoding/json where that accepts the text,
// and reads again what it has read.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, 2.5e3, "x\u0041\n", true, null, {}]}`, "{// c\n'a': /* d */ 0x1F,}", `["\ud83d\ude00", ${A=b}]`,
		"\uFEFF{a: 'b\nc'}", "\xff\xfe{\x00}\x00", `{"a": 1, "A": 2}`, `[1,`, `"\`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		compare(t, text)
		v, diagnostics := ReadFile("t.json", text, 1<<20)
		for _, d := range diagnostics {
			if d.Severity == arm.Error {
				return
			}
		}
		again, diagnostics := ReadFile("again.json", []byte(v.JSON()), 1<<24)
		if len(diagnostics) > 0 || !arm.Equal(v, again) {
			t.Fatalf("%q: %s read again is %s %v", text, v.JSON(), again.JSON(), diagnostics)
		}
	})
}
