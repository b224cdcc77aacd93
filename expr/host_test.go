package expr_test

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// host is a template deployment without a template. Parameters have no value,
// but these whose names say one.
type host struct {
	messages []string
	assume   []string
}

func (h *host) Parameter(name string, at arm.Pos) arm.Value {
	switch {
	case name == "rg":
		return arm.String("assumed-rg", at)
	case name == "open":
		known := arm.NewObject([]arm.Member{{Name: "id", Value: arm.String("the id", at)}})
		return arm.Obj(known.Open(arm.Runtime("reference", "state", at, arm.String("x", at))), at)
	case strings.HasPrefix(name, "big"):
		return arm.String(strings.Repeat("a", 1<<20), at)
	}
	return arm.Unk(arm.Parameter(name, false, at))
}

func (h *host) Variable(name string, at arm.Pos) arm.Value {
	return arm.Unk(arm.NotRead("variables('"+name+"')", "no variables", at))
}

func (h *host) Declared(string, arm.Value, arm.Pos) expr.Declared { return nil }

func (h *host) Function(string, string) *expr.Function { return nil }

func (h *host) Deployment(name string, args []arm.Value, at arm.Pos) (arm.Value, bool) {
	if name != "reference" {
		return arm.Value{}, false
	}
	return arm.Unk(arm.Runtime(name, "only known when Azure deploys", at, args...)), true
}

func (h *host) Report(d arm.Diagnostic) { h.messages = append(h.messages, d.Message) }

func (h *host) Assumed() []string { return append([]string{"assumed-rg"}, h.assume...) }
