package expr_test

import (
	"strings"
	"testing"
	"time"
)

// TestHostile evaluates expressions that want more time or memory than there
// is. Each must end soon, with few errors or with a value.
func TestHostile(t *testing.T) {
	const variable = "lambdaVariables('c')"
	reduce := func(start, body string) string {
		return "reduce(range(0, 10000), " + start + ", lambda('c', 'n', " + body + "))"
	}
	twice := func(f string) string { return f + "(" + variable + ", " + variable + ")" }
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	cases := map[string]string{
		"doubled string":         reduce("'abcdefgh'", twice("concat")),
		"doubled array":          reduce("createArray(1)", twice("concat")),
		"doubled unknown":        reduce("parameters('u')", twice("concat")),
		"doubled join":           reduce("concat('a', parameters('u'))", twice("concat")),
		"doubled format":         reduce("concat('a', parameters('u'))", "format('{0}{0}', "+variable+")"),
		"nested arrays":          reduce("createArray()", "createArray("+variable+")"),
		"nested objects":         reduce("createObject()", "createObject('a', "+variable+")"),
		"nested pairs":           reduce("createArray()", twice("createArray")),
		"nested terms":           reduce("parameters('u')", "toUpper(trim("+variable+"))"),
		"member of choices":      reduce("createObject('a', 1)", "if(contains(parameters('u'), string(lambdaVariables('n'))), "+variable+", union("+variable+", createObject('b', 2)))") + ".a",
		"growing union":          reduce("createObject()", "union("+variable+", createObject(string(lambdaVariables('n')), 1))"),
		"growing array":          reduce("createArray()", "union("+variable+", createArray(lambdaVariables('n')))"),
		"JSON of JSON":           reduce("'a'", "string(createArray("+variable+"))"),
		"base64 of base64":       reduce("'a'", "base64("+variable+")"),
		"escapes of escapes":     reduce("'%'", "uriComponent("+variable+")"),
		"long replace":           "replace(parameters('big'), 'a', parameters('big2'))",
		"long join":              "join(range(0, 10000), parameters('big'))",
		"many long hashes":       "map(range(0, 10000), lambda('n', uniqueString(parameters('big'))))",
		"many searches":          "map(range(0, 10000), lambda('n', indexOf(parameters('big'), 'b')))",
		"many long keys":         "map(range(0, 10000), lambda('n', distinct(createArray(parameters('big'), parameters('big2')))))",
		"loops in loops":         "map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', map(range(0, 10000), lambda('c', 1))))))",
		"loops in unknown loops": strings.Repeat("map(parameters('u'), lambda('a', ", 60) + "1" + strings.Repeat("))", 60),
		"padded":                 "padLeft('a', 2000000000)",
		"aligned":                "format('{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}{0,1000000}', 'a')",
		"date format":            "dateTimeAdd('2020-01-02', 'P1D', parameters('big'))",
		"sorted by nonsense":     "sort(range(0, 10000), lambda('a', 'b', true()))",
		"equal arrays":           "map(range(0, 10000), lambda('n', equals(range(0, 10000), range(0, 10000))))",
		"filtered by unknown":    "filter(range(0, 10000), lambda('n', equals(parameters('u'), lambdaVariables('n'))))",
	}
	for name, expression := range cases {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			v, h := evaluate(t, expression)
			if len(h.messages) > 2 {
				t.Errorf("%d messages, the third is %s", len(h.messages), h.messages[2])
				h.messages = h.messages[:3]
			}
			if n := len(v.Text()); n > 64<<20 {
				t.Errorf("text of %d bytes", n)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %s, which is for ever", took)
			}
			t.Log(time.Since(start), strings.Join(h.messages, "; "))
		})
	}
}
