package estate

import (
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
)

// outline writes elements as name(children), with ! where some may be missing.
func outline(e *PolicyElement) string {
	var all []string
	for _, c := range e.Children {
		all = append(all, outline(c))
	}
	text := e.Name
	if len(all) > 0 {
		text += "(" + strings.Join(all, " ") + ")"
	}
	if e.Open {
		text += "!"
	}
	return text
}

// TestPolicyDocuments reads what API Management takes, which isn't always XML.
func TestPolicyDocuments(t *testing.T) {
	for text, want := range map[string]string{
		``:                                 "",
		`<policies><inbound /></policies>`: "(policies(inbound))",
		"\uFEFF<?xml version='1.0'?>\n<a><b/></a >":                    "(a(b))",
		`<a><!-- <b> --><c/></a>`:                                      "(a(c))",
		`<a><![CDATA[<b>]]></a>`:                                       "(a)",
		`<when condition="@(a["x"] < 1 && b('>') == ")")"><c/></when>`: "(when(c))",
		`<when condition="@(a[&quot;(&quot;] &lt; 1)"><c/></when>`:     "(when(c))",
		"<set-body>@{ // a ) comment\n return new List<string>{ \"}\" /* } */, @\"\\\" }; }</set-body><c/>": "(set-body c)",
		`<a x='1' y = "2"/>`:  "(a)",
		`<a ` + hole + `/>`:   "(a)",
		`<a>` + hole + `</a>`: "(a!)",
	} {
		got, err := ParsePolicy(text)
		if err != nil || outline(got) != want {
			t.Errorf("%s: %v %v, not %s", text, got, err, want)
		}
	}
	for _, text := range []string{`<a>`, `<a></b>`, `</a>`, `<a x>`, `<a x=1/>`, `<a x="@(("/>`, `<a x="`, `<!-- `, `<`, `<a>@{`, strings.Repeat("<a>", 300)} {
		if got, err := ParsePolicy(text); err == nil {
			t.Errorf("%.20s is read: %s", text, outline(got))
		}
	}
}

// What isn't known of a document leaves the rest of it known.
func TestPolicyOfParts(t *testing.T) {
	hidden := arm.Unk(arm.Parameter("p", false, arm.Pos{}))
	text := func(s string) arm.Value { return arm.String(s, arm.Pos{}) }
	join := func(parts ...arm.Value) arm.Value { return arm.Join(parts, arm.Pos{}) }
	for _, c := range []struct {
		v    arm.Value
		want string
	}{
		{text("<a/>"), "(a)"},
		{join(text(`<a x="`), hidden, text(`"/>`)), "(a)"},
		{join(text(`<a>`), hidden, text(`<b/></a>`)), "(a(b)!)"},
		{arm.Unk(arm.Call("replace", arm.Pos{}, text(`<a x="{p}"><b/></a>`), text("{p}"), hidden)), "(a(b))"},
		{arm.Unk(arm.If(hidden, text("<a/>"), text("<b/>"), arm.Pos{})), "(a) (b)"},
		{hidden, "the policy isn't known"},
		{arm.Unk(arm.If(hidden, text("<a/>"), hidden, arm.Pos{})), "the policy isn't known"},
		{text("<a>"), "policy: a has no end"},
	} {
		p := Policy{Format: Field[string]{Value: "rawxml"}, Text: c.v}
		docs, err := p.Documents()
		got := fmt.Sprint(err)
		if err == nil {
			var all []string
			for _, d := range docs {
				all = append(all, outline(d))
			}
			got = strings.Join(all, " ")
		}
		if got != c.want {
			t.Errorf("%s: %s, not %s", c.v.Text(), got, c.want)
		}
	}
	linked := Policy{Format: Field[string]{Value: "xml-link"}, Text: text("<a/>")}
	if _, err := linked.Documents(); err == nil {
		t.Error("a link is read as a document")
	}
}

// FuzzPolicy holds that any text is read or refused.
func FuzzPolicy(f *testing.F) {
	f.Add(`<policies><inbound><base /><choose><when condition="@(a["x"] < 1)"><b/></when></choose></inbound></policies>`)
	f.Add("<set-body>@{ return \"}\"; }</set-body>")
	f.Add(`<a x="@("\`)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := ParsePolicy(text)
		if err == nil && doc == nil || err != nil && doc != nil {
			t.Error(doc, err)
		}
	})
}
