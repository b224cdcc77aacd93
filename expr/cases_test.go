package expr_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/armjson"
)

var update = flag.Bool("update", false, "write what the expressions evaluate to as the expected results")

// TestCases evaluates each line of the files in testdata: an expression, an
// arrow, and the result: JSON, or "unknown:" and a term, or "error:" and what
// was reported. Lines that start with # are comments.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) { runCases(t, path) })
	}
}

const arrow = " => "

func runCases(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, line := range lines {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		expression, want, _ := strings.Cut(line, arrow)
		got := show(evaluate(t, expression))
		lines[i] = expression + arrow + got
		if got != want && !*update {
			t.Errorf("%s:%d: %s\n got %s\nwant %s", path, i+1, expression, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func show(v arm.Value, h *host) string {
	u, isUnknown := v.Unknown()
	switch {
	case len(h.messages) > 0:
		return "error: " + strings.Join(h.messages, "; ")
	case isUnknown && u.Op == arm.OpRuntime && u.Name != "reference":
		return "unknown: " + u.Text() + " because " + u.Reason
	case isUnknown:
		return "unknown: " + u.Text()
	}
	return v.JSON()
}

// parse reads an expression as the template reader does.
func parse(t testing.TB, expression string) expr.Node {
	t.Helper()
	file := arm.NewFile("case", nil)
	source := arm.String("["+expression+"]", file.At(0))
	root := object("$schema", arm.String("https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", arm.Pos{}),
		"contentVersion", arm.String("1.0.0.0", arm.Pos{}), "resources", arm.Array(nil, arm.Pos{}),
		"variables", object("x", source))
	template := armjson.NewTemplate(file, root)
	for _, d := range template.Diagnostics {
		if d.Severity == arm.Error {
			t.Fatalf("%s: %s", expression, d)
		}
	}
	return template.Variables[0].Value
}

func object(pairs ...any) arm.Value {
	var members []arm.Member
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, arm.Member{Name: pairs[i].(string), Value: pairs[i+1].(arm.Value)})
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}

func evaluate(t testing.TB, expression string) (arm.Value, *host) {
	t.Helper()
	h := &host{}
	e := expr.Env{Host: h, Budget: &expr.Budget{}}
	e = e.With(expr.CopyIndexName(""), arm.Int(2, arm.Pos{})).With(expr.CopyIndexName("Disks"), arm.Int(5, arm.Pos{}))
	return e.Eval(parse(t, expression)), h
}
