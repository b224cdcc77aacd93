package route

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func scan(t testing.TB, body string) *Facts {
	t.Helper()
	var f Facts
	if refusal := Scan([]byte(body), &f); refusal != nil {
		t.Fatalf("%s: %v", body, refusal)
	}
	return &f
}

func TestScan(t *testing.T) {
	f := scan(t, ` {"model" : "gpt-4o", "messages":[{"role":"system","content":"Be brief."},
	 {"role":"user","content":[{"type":"text","text":"What is this? äö"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]}],
	 "stream":true,"stream_options":{"x":1},"max_tokens":7,"max_completion_tokens":9,"n":2,"store":false,"background":null,
	 "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"file_id":{"type":"string"}}}}},
	  {"type":"file_search","vector_store_ids":["vs_1","vs_2"]},{"type":"code_interpreter","container":{"type":"auto","file_ids":["file-1"]}}],
	 "tool_choice":{"type":"function","function":{"name":"f"}},"metadata":{"file_id":"not-one","Model":"x"},"previous_response_id":"resp_1",
	 "conversation":{"id":"conv_1"} } `)
	if f.Model.Value != "gpt-4o" || f.Stream != Yes || f.Store != No || f.Background != Unset || f.N.Value != 2 {
		t.Errorf("%+v", f)
	}
	if n, ok := f.MaxOutputTokens(); n != 7 || !ok || f.Choices() != 2 || f.Images != 1 || f.ToolChoice != "function" {
		t.Errorf("max %d, choices %d, images %d, choice %q", n, f.Choices(), f.Images, f.ToolChoice)
	}
	if want := []string{"function", "file_search", "code_interpreter"}; !reflect.DeepEqual(f.ToolTypes, want) {
		t.Errorf("tools %q", f.ToolTypes)
	}
	want := []Ref{{VectorStore, "vs_1"}, {VectorStore, "vs_2"}, {File, "file-1"}, {Response, "resp_1"}, {Conversation, "conv_1"}}
	if !reflect.DeepEqual(f.Refs, want) {
		t.Errorf("refs %v", f.Refs)
	}
	if f.TextBytes != len("Be brief.")+len("What is this? äö") || f.WideBytes != 4 || len(f.Text) != 2 {
		t.Errorf("text %d bytes, %d wide, %d parts", f.TextBytes, f.WideBytes, len(f.Text))
	}
}

func TestScanRefs(t *testing.T) {
	cases := map[string][]Ref{
		`{"input":[{"type":"item_reference","id":"msg_1"},{"id":"msg_2"},{"id":"msg_3","role":"user","content":"x"},{"type":"reasoning","id":"rs_1"}]}`:    {{Item, "msg_1"}, {Item, "msg_2"}},
		`{"input":[{"role":"user","content":[{"type":"input_file","file_id":"file-1"},{"type":"input_image","file_id":"file-2"}]}]}`:                       {{File, "file-1"}, {File, "file-2"}},
		`{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}`:                                                           {{File, "file-1"}},
		`{"training_file":"file-1","validation_file":"file-2"}`:                                                                                            {{File, "file-1"}, {File, "file-2"}},
		`{"assistant_id":"asst_1","thread":{"messages":[{"role":"user","content":"x","attachments":[{"file_id":"f","tools":[{"type":"file_search"}]}]}]}}`: {{Assistant, "asst_1"}, {File, "f"}},
		`{"tool_resources":{"code_interpreter":{"file_ids":["f"]},"file_search":{"vector_store_ids":["v"],"vector_stores":[{"file_ids":["g"]}]}}}`:         {{File, "f"}, {VectorStore, "v"}, {File, "g"}},
		`{"file_id":"f"}`:                                              {{File, "f"}},
		`{"file_ids":["f","g","f"]}`:                                   {{File, "f"}, {File, "g"}},
		`{"files":[{"file_id":"f"}]}`:                                  {{File, "f"}},
		`{"prompt":{"id":"pmpt_1"}}`:                                   {{Prompt, "pmpt_1"}},
		`{"conversation":"conv_1"}`:                                    {{Conversation, "conv_1"}},
		`{"tools":[{"type":"code_interpreter","container":"cntr_1"}]}`: {{Container, "cntr_1"}},
		`{"input":[{"\u0069d":"msg_\u0031"}]}`:                         {{Item, "msg_1"}},
		`{"metadata":{"file_id":"f"}}`:                                 nil,
	}
	for body, want := range cases {
		if f := scan(t, body); len(f.Refs) != len(want) || len(want) > 0 && !reflect.DeepEqual(f.Refs, want) {
			t.Errorf("%s: %v, not %v", body, f.Refs, want)
		}
	}
}

func TestScanTools(t *testing.T) {
	cases := map[string]string{
		`{"tools":[{"name":"x"}]}`:                                     "[]",
		`{"tools":[{"type":null}]}`:                                    "[]",
		`{"functions":[{"name":"x"}]}`:                                 "[function]",
		`{"web_search_options":{}}`:                                    "[web_search]",
		`{"data_sources":[{"type":"azure_search"}]}`:                   "[data_sources]",
		`{"input":[{"type":"mcp_list_tools","tools":[{"name":"x"}]}]}`: "[]",
		`{"tools":[]}`:                                                 "[]",
	}
	for body, want := range cases {
		if f := scan(t, body); fmt.Sprint(f.ToolTypes) != want {
			t.Errorf("%s: %q", body, f.ToolTypes)
		}
	}
	if f := scan(t, `{"tools":[{"name":"x"}]}`); len(f.ToolTypes) != 1 {
		t.Error("a tool without a type isn't counted")
	}
}

func TestScanCounts(t *testing.T) {
	if f := scan(t, `{"input":[1,2,3]}`); f.TokenCount != 3 || f.Prompts != 0 {
		t.Errorf("%+v", f)
	}
	if f := scan(t, `{"prompt":[[1,2],[3]],"n":2,"best_of":5}`); f.TokenCount != 3 || f.Prompts != 2 || f.Choices() != 10 {
		t.Errorf("%+v", f)
	}
	if f := scan(t, `{"input":["a","b"]}`); f.Prompts != 2 || f.TextBytes != 2 {
		t.Errorf("%+v", f)
	}
	if f := scan(t, `{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA"}},{"type":"file","file":{"file_data":"BBBB"}}]}]}`); f.Audio != 1 || f.Files != 1 || f.TextBytes != 0 {
		t.Errorf("%+v", f)
	}
}

func TestScanRefuses(t *testing.T) {
	cases := []struct{ body, reason string }{
		{``, "body_not_object"}, {`[]`, "body_not_object"}, {`"model"`, "body_not_object"}, {"\ufeff{}", "body_not_object"},
		{`{`, "body_json"}, {`{"a"`, "body_json"}, {`{"a":`, "body_json"}, {`{"a":1`, "body_json"}, {`{"a":1,}`, "body_json"},
		{`{a:1}`, "body_json"}, {`{'a':1}`, "body_json"}, {`{"a":01}`, "body_json"}, {`{"a":1.}`, "body_json"}, {`{"a":NaN}`, "body_json"},
		{`{"a":tru}`, "body_json"}, {`{"a":"\x"}`, "body_json"}, {"{\"a\":\"\n\"}", "body_json"}, {"{\"a\":\"\xff\"}", "body_json"},
		{`{} {}`, "body_json"}, {`{}x`, "body_json"}, {`{"a":[1,]}`, "body_json"}, {`{"a":"\u12"}`, "body_json"}, {"{\"a\":1}\x00", "body_json"},
		{`{"model":"a","model":"b"}`, "body_name_duplicate"}, {`{"model":"a","mod\u0065l":"b"}`, "body_name_duplicate"},
		{`{"model":"a","Model":"b"}`, "body_name_case"}, {`{"MODEL":"b"}`, "body_name_case"}, {`{"ſtream":true}`, "body_name_case"},
		{`{"\u017ftore":true}`, "body_name_case"}, {`{"to\u212aens":1,"max_to\u212aens":1}`, "body_name_case"}, {`{"\u004dodel":"x"}`, "body_name_case"},
		{`{"stream_options":{"include_usage":true,"include_usage":false}}`, "body_name_duplicate"}, {`{"stream_options":{"Include_usage":true}}`, "body_name_case"},
		{`{"tools":[{"type":"function","Type":"web_search"}]}`, "body_name_case"},
		{`{"messages":[{"File_Id":"x"}]}`, "body_name_case"},
		{`{"input":[{"id":"a","id":"b"}]}`, "body_name_duplicate"},
		{`{"model":1}`, "body_type"}, {`{"model":["a"]}`, "body_type"}, {`{"model":{"a":"b"}}`, "body_type"}, {`{"stream":"true"}`, "body_type"},
		{`{"stream":1}`, "body_type"}, {`{"n":1.5}`, "body_type"}, {`{"n":1e3}`, "body_type"}, {`{"n":-1}`, "body_type"}, {`{"n":"1"}`, "body_type"},
		{`{"max_tokens":99999999999999999999}`, "body_type"}, {`{"tools":{}}`, "body_type"}, {`{"tools":["x"]}`, "body_type"}, {`{"stream_options":[]}`, "body_type"},
		{`{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, "body_depth"},
		{`{"messages":` + strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200) + `}`, "body_depth"},
	}
	for _, c := range cases {
		var f Facts
		refusal := Scan([]byte(c.body), &f)
		if refusal == nil || refusal.Reason != c.reason {
			t.Errorf("%.80s: %v, not %s", c.body, refusal, c.reason)
		}
	}
}

func TestEdits(t *testing.T) {
	const ask = `"stream_options":{"include_usage":true}`
	cases := []struct{ body, want string }{
		{`{"model":"a","stream":true}`, `{` + ask + `,"model":"b","stream":true}`},
		{`{"stream":true,"stream_options":null, "model" : "a" }`, `{"stream":true,"stream_options":{"include_usage":true}, "model" : "b" }`},
		{` {"stream_options":{ },"model":"b"}`, ` {"stream_options":{"include_usage":true},"model":"b"}`},
		{`{"stream_options":{"include_usage":false},"model":"b"}`, `{"stream_options":{"include_usage":true},"model":"b"}`},
		{`{"stream_options":{"include_usage":null},"model":"b"}`, `{"stream_options":{"include_usage":true},"model":"b"}`},
		{`{"stream_options":{"x":1},"model":"b"}`, `{"stream_options":{"include_usage":true,"x":1},"model":"b"}`},
		{`{"stream_options":{"include_usage":true}}`, `{"model":"b","stream_options":{"include_usage":true}}`},
		{`{"x":1}`, `{"model":"b",` + ask + `,"x":1}`},
		{`{"model":null}`, `{` + ask + `,"model":"b"}`},
	}
	for _, c := range cases {
		f := scan(t, c.body)
		e := f.ModelEdit("b").And(f.UsageEdit())
		got, err := io.ReadAll(e.Reader([]byte(c.body)))
		if err != nil || e.Length([]byte(c.body)) != len(got) {
			t.Errorf("%s: %v, length %d", c.body, err, e.Length([]byte(c.body)))
		}
		if string(got) != c.want {
			t.Errorf("%s becomes\n%s, not\n%s", c.body, got, c.want)
		}
	}
}

// oracle is what encoding/json makes of the names.
type oracle struct {
	Model         *string `json:"model"`
	Stream        *bool   `json:"stream"`
	N             *uint64 `json:"n"`
	MaxTokens     *uint64 `json:"max_tokens"`
	Store         *bool   `json:"store"`
	Previous      *string `json:"previous_response_id"`
	StreamOptions *struct {
		IncludeUsage *bool `json:"include_usage"`
	} `json:"stream_options"`
	Tools []struct {
		Type string `json:"type"`
	} `json:"tools"`
}

// FuzzScan holds the scanner against encoding/json: what it takes is valid and
// means the same, and what it calls invalid is.
func FuzzScan(f *testing.F) {
	f.Add([]byte(`{"model":"gpt","messages":[{"role":"user","content":"a\nb\u00e4ä"}],"stream":true,"stream_options":{"include_usage":false},"n":1}`))
	f.Add([]byte(`{"tools":[{"type":"function"}],"input":[{"id":"x"}],"store":null,"max_tokens":1}`))
	f.Add([]byte(`{"a":[1,-0.5e+3,"\ud83d\ude00"],"previous_response_id":"r\/1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var facts Facts
		refusal := Scan(body, &facts)
		valid := json.Valid(body) && utf8.Valid(body)
		if refusal != nil {
			if valid && refusal.Reason == "body_json" {
				t.Fatalf("%q is valid, but %v", body, refusal)
			}
			return
		}
		var o oracle
		if err := json.Unmarshal(body, &o); err != nil || !valid {
			t.Fatalf("%q is taken, but %v", body, err)
		}
		sameAsOracle(t, body, &facts, &o)
		holdsEdits(t, body, &facts)
	})
}

func sameAsOracle(t *testing.T, body []byte, f *Facts, o *oracle) {
	flag := func(b *bool) Flag {
		switch {
		case b == nil:
			return Unset
		case *b:
			return Yes
		}
		return No
	}
	if f.Stream != flag(o.Stream) || f.Store != flag(o.Store) {
		t.Errorf("%q: stream %v, store %v", body, f.Stream, f.Store)
	}
	if o.Model == nil && f.Model.Value != "" || o.Model != nil && *o.Model != f.Model.Value && len(*o.Model) < maxID {
		t.Errorf("%q: model %q", body, f.Model.Value)
	}
	if (o.N != nil) != f.N.Set || o.N != nil && *o.N != uint64(f.N.Value) || (o.MaxTokens != nil) != f.MaxTokens.Set {
		t.Errorf("%q: n %v, max_tokens %v", body, f.N, f.MaxTokens)
	}
	if o.StreamOptions != nil && f.IncludeUsage != flag(o.StreamOptions.IncludeUsage) {
		t.Errorf("%q: include_usage %v", body, f.IncludeUsage)
	}
	for _, tool := range o.Tools {
		if !slicesContains(f.ToolTypes, tool.Type) && len(tool.Type) < maxID {
			t.Errorf("%q: tool %q is missed", body, tool.Type)
		}
	}
	if o.Previous != nil && *o.Previous != "" && len(*o.Previous) < maxID && !slicesContains(f.Refs, Ref{Response, *o.Previous}) {
		t.Errorf("%q: previous response is missed", body)
	}
}

func slicesContains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// holdsEdits makes both edits, and expects the same body with two names changed.
func holdsEdits(t *testing.T, body []byte, f *Facts) {
	edited, _ := io.ReadAll(f.ModelEdit("m").And(f.UsageEdit()).Reader(body))
	var again Facts
	refusal := Scan(edited, &again)
	if refusal != nil || again.Model.Value != "m" || again.IncludeUsage != Yes && !f.empty {
		t.Fatalf("%q becomes %q: %v", body, edited, refusal)
	}
	if again.TextBytes != f.TextBytes || again.Stream != f.Stream || !bytes.Equal(edited[len(edited)-1:], body[len(body)-1:]) {
		t.Errorf("%q becomes %q", body, edited)
	}
}

// prompt is a chat of about n bytes, as clients write them.
func prompt(n int, text string) []byte {
	var b bytes.Buffer
	b.WriteString(`{"model":"gpt-4o","messages":[{"role":"system","content":"You are helpful."}`)
	for b.Len() < n {
		b.WriteString(`,{"role":"user","content":"`)
		for i := 0; i < 2000; i += len(text) {
			b.WriteString(text)
		}
		b.WriteString(`"}`)
	}
	b.WriteString(`],"stream":true,"max_tokens":100,"temperature":0.7}`)
	return b.Bytes()
}

func BenchmarkScan(b *testing.B) {
	texts := []struct{ name, text string }{
		{"prose", `The quick brown fox jumps over the lazy dog, and then some more words follow. `},
		{"code", `func main() {\n\tfmt.Println(\"x\")\n}\n`},
		{"chinese", `敏捷的棕色狐狸跳过懒狗`},
	}
	for _, c := range texts {
		b.Run(c.name, func(b *testing.B) {
			body := prompt(100<<10, c.text)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var f Facts
			for b.Loop() {
				if refusal := Scan(body, &f); refusal != nil {
					b.Fatal(refusal)
				}
			}
		})
	}
}

// What isn't plain is found wherever it stands in a long string.
func TestSkipPlain(t *testing.T) {
	for _, odd := range []byte{'"', '\\', '\n', 0, 0x1f, 0x80, 0xff} {
		for length := range 400 {
			text := bytes.Repeat([]byte{'x', '~', ' ', 0x7f}, 128)
			text[length] = odd
			if n := skipPlain(text, 0); n != length {
				t.Fatalf("%#x at %d: found at %d", odd, length, n)
			}
			if n := skipPlain(text[:length], 0); n != length {
				t.Fatalf("%d plain bytes: %d", length, n)
			}
		}
	}
}
