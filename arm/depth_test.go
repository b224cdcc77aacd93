package arm

import (
	"strconv"
	"strings"
	"testing"
)

func TestDeepTermsAreFlattened(t *testing.T) {
	p := Parameter("p", true, Pos{})
	a, b := Unk(p), Unk(p)
	for i := range 5 * termDepth {
		a = Unk(Call("trim", Pos{}, a))
		b = Unk(Call("trim", Pos{}, Array([]Value{b, Int(int64(i&1), Pos{})}, Pos{})))
		if a.Depth() > termDepth || b.Depth() > termDepth {
			t.Fatal("term isn't flattened", a.Depth(), b.Depth())
		}
	}
	u, _ := a.Unknown()
	roots := u.Roots()
	if len(roots) != 1 || roots[0].Text() != p.Text() || !u.IsSecret() {
		t.Errorf("roots of a flattened term are %v", roots)
	}
	if v, _ := b.Unknown(); u.Text() == v.Text() {
		t.Error("different terms have the same text")
	}
}

func TestFlatTermsKeepTheirText(t *testing.T) {
	p := Unk(Parameter("p", false, Pos{}))
	u := Call("concat", Pos{}, String("a", Pos{}), p)
	if got := u.flattened().Text(); got != u.Text() {
		t.Errorf("flattened %s is %s", u.Text(), got)
	}
}

func TestChoicesAreBounded(t *testing.T) {
	v := Obj(NewObject([]Member{{Name: "x", Value: Int(0, Pos{})}}), Pos{})
	for i := range 300 {
		c := Unk(Parameter("c"+strconv.Itoa(i), false, Pos{}))
		v = Unk(If(c, v, v, Pos{}))
	}
	if n := len(v.Alternatives()); n > maxCases {
		t.Errorf("a choice has %d values", n)
	}
	if x := v.Get("x"); !x.IsUnknown() || !strings.HasSuffix(x.Text(), ".x»") && !strings.Contains(x.Text(), "if(") {
		t.Errorf("member of a choice is %s", x.Text())
	}
}

func TestDepth(t *testing.T) {
	v := Array([]Value{Int(1, Pos{}), Obj(NewObject([]Member{{Name: "a", Value: Array(nil, Pos{})}}), Pos{})}, Pos{})
	if v.Depth() != 3 {
		t.Errorf("depth is %d, not 3", v.Depth())
	}
}
