package expr_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"sort"
	"strconv"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/expr"
)

// call evaluates a function of known values.
func call(t testing.TB, name string, args ...arm.Value) arm.Value {
	t.Helper()
	nodes := make([]expr.Node, len(args))
	for i, a := range args {
		nodes[i] = &expr.Literal{Value: a}
	}
	h := &host{}
	v := expr.Env{Host: h, Budget: &expr.Budget{}}.Eval(&expr.Call{Name: name, Args: nodes})
	if len(h.messages) > 0 {
		t.Fatalf("%s: %s", name, h.messages)
	}
	return v
}

func str(s string) arm.Value { return arm.String(s, arm.Pos{}) }
func num(n int) arm.Value    { return arm.Int(int64(n), arm.Pos{}) }

func randomText(r *rand.Rand) string {
	const alphabet = "aBc/,-é😀 \"\\\n"
	runes := []rune(alphabet)
	out := make([]rune, r.IntN(12))
	for i := range out {
		out[i] = runes[r.IntN(len(runes))]
	}
	return string(out)
}

func TestSplitUndoesJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		s := randomText(r)
		pieces := call(t, "split", str(s), str("/"))
		if got := call(t, "join", pieces, str("/")); !got.Is(s) && s != got.Text() {
			t.Fatalf("%q became %q", s, got.Text())
		}
		if want := arm.Strings(strings.Split(s, "/"), arm.Pos{}); !arm.Equal(pieces, want) {
			t.Fatalf("split(%q) is %s", s, pieces.JSON())
		}
	}
}

func TestRoundTrips(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	pairs := [][2]string{
		{"base64", "base64ToString"}, {"dataUri", "dataUriToString"}, {"uriComponent", "uriComponentToString"},
	}
	for range 500 {
		s := randomText(r)
		for _, pair := range pairs {
			if got := call(t, pair[1], call(t, pair[0], str(s))); got.Text() != s {
				t.Fatalf("%s of %s of %q is %q", pair[1], pair[0], s, got.Text())
			}
		}
		if got := call(t, "base64", str(s)).Text(); got != base64.StdEncoding.EncodeToString([]byte(s)) {
			t.Fatalf("base64(%q) is %q", s, got)
		}
		if got := call(t, "json", call(t, "string", arm.Strings([]string{s}, arm.Pos{}))); got.JSON() != arm.Strings([]string{s}, arm.Pos{}).JSON() {
			t.Fatalf("JSON of %q came back as %s", s, got.JSON())
		}
	}
}

func TestTakeAndSkipShareTheText(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		s, n := strings.ReplaceAll(randomText(r), "😀", "x"), num(r.IntN(14)-1)
		if got := call(t, "take", str(s), n).Text() + call(t, "skip", str(s), n).Text(); got != s {
			t.Fatalf("%q became %q at %s", s, got, n.Text())
		}
	}
}

// TestUnknownPartsAreSound evaluates functions on a text with unknown parts,
// and on the text with something in their place: what was decided must agree.
func TestUnknownPartsAreSound(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	letters := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte("abA/"[r.IntN(4)])
		}
		return b.String()
	}
	u, v := arm.Unk(arm.Parameter("u", false, arm.Pos{})), arm.Unk(arm.Parameter("v", false, arm.Pos{}))
	decided := 0
	for range 20000 {
		a, b, c, x, y := letters(4), letters(3), letters(4), letters(3), letters(3)
		open := arm.Join([]arm.Value{str(a), u, str(b), v, str(c)}, arm.Pos{})
		whole := str(a + x + b + y + c)
		sought := letters(4)
		for _, name := range []string{"equals", "startsWith", "endsWith", "contains", "indexOf", "lastIndexOf"} {
			for _, args := range [][]arm.Value{{open, str(sought)}, {str(sought), open}} {
				answer := call(t, name, args...)
				if answer.IsUnknown() {
					continue
				}
				decided++
				filled := []arm.Value{args[0], args[1]}
				for i := range filled {
					if filled[i].IsUnknown() {
						filled[i] = whole
					}
				}
				if want := call(t, name, filled...); !arm.Equal(answer, want) {
					t.Fatalf("%s(%s, %s) is %s, but with %q and %q it is %s",
						name, args[0].Text(), args[1].Text(), answer.Text(), x, y, want.Text())
				}
			}
		}
		decided += checkEnds(t, open, whole)
	}
	if decided < 10000 {
		t.Errorf("only %d answers were decided", decided)
	}
}

func checkEnds(t *testing.T, open, whole arm.Value) (decided int) {
	slash, two := str("/"), num(2)
	split := func(f, of string) func(v arm.Value) arm.Value {
		return func(v arm.Value) arm.Value { return call(t, f, call(t, of, v, slash)) }
	}
	questions := map[string]func(v arm.Value) arm.Value{
		"first":       func(v arm.Value) arm.Value { return call(t, "first", v) },
		"last":        func(v arm.Value) arm.Value { return call(t, "last", v) },
		"take 2":      func(v arm.Value) arm.Value { return call(t, "take", v, two) },
		"empty":       func(v arm.Value) arm.Value { return call(t, "empty", v) },
		"first split": split("first", "split"),
		"last split":  split("last", "split"),
	}
	for name, ask := range questions {
		if whole.Is("") {
			continue
		}
		if answer := ask(open); !answer.IsUnknown() {
			decided++
			if want := ask(whole); !arm.Equal(answer, want) {
				t.Fatalf("%s of %s is %s, but of %q it is %s", name, open.Text(), answer.Text(), whole.Text(), want.Text())
			}
		}
	}
	return decided
}

// TestReplaceIsSound compares replacing in a text with an unknown part, then
// filling it in, with filling it in first.
func TestReplaceIsSound(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	letters := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte("ab"[r.IntN(2)])
		}
		return b.String()
	}
	u := arm.Unk(arm.Parameter("u", false, arm.Pos{}))
	for range 5000 {
		a, b, x, old := letters(5), letters(5), letters(4), letters(3)+"a"
		open := arm.Join([]arm.Value{str(a), u, str(b)}, arm.Pos{})
		term, ok := call(t, "replace", open, str(old), str("-")).Unknown()
		if !ok || term.Op != arm.OpJoin {
			continue
		}
		got := ""
		for _, p := range term.Args {
			if p.IsUnknown() {
				p = call(t, "replace", str(x), str(old), str("-"))
			}
			got += p.Text()
		}
		if want := strings.ReplaceAll(a+x+b, old, "-"); got != want {
			t.Fatalf("replace %q in %s, with %q, gives %q, not %q", old, open.Text(), x, got, want)
		}
	}
}

func TestSortIsStableAndOrdered(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	predicate := parse(t, "sort(parameters('u'), lambda('a', 'b', less(lambdaVariables('a').key, lambdaVariables('b').key)))").(*expr.Call)
	for range 100 {
		var items []arm.Value
		for i := range r.IntN(30) {
			items = append(items, object("key", num(r.IntN(5)), "place", num(i)))
		}
		want := append([]arm.Value(nil), items...)
		sort.SliceStable(want, func(i, j int) bool {
			a, _ := want[i].Get("key").Int()
			b, _ := want[j].Get("key").Int()
			return a < b
		})
		n := &expr.Call{Name: "sort", Args: []expr.Node{&expr.Literal{Value: arm.Array(items, arm.Pos{})}, predicate.Args[1]}}
		got := expr.Env{Host: &host{}, Budget: &expr.Budget{}}.Eval(n)
		if got.JSON() != arm.Array(want, arm.Pos{}).JSON() {
			t.Fatalf("got %s\nwant %s", got.JSON(), arm.Array(want, arm.Pos{}).JSON())
		}
	}
}

// TestSubnetsTileTheirRange walks all subnets of small ranges: each begins
// where the one before ends, and together they are the range.
func TestSubnetsTileTheirRange(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		network := randomRange(r)
		size := min(network.Bits()+r.IntN(6), network.Addr().BitLen())
		next := network.Addr()
		for i := range 1 << (size - network.Bits()) {
			got := call(t, "cidrSubnet", str(network.String()), num(size), num(i)).Text()
			if want := netip.PrefixFrom(next, size).String(); got != want {
				t.Fatalf("subnet %d of /%d in %s is %s, not %s", i, size, network, got, want)
			}
			next = after(next, size)
		}
	}
}

func randomRange(r *rand.Rand) netip.Prefix {
	if r.IntN(2) == 0 {
		addr := netip.AddrFrom4([4]byte{10, byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
		return netip.PrefixFrom(addr, 8+r.IntN(25)).Masked()
	}
	var b [16]byte
	b[0] = 0xfd
	for i := 1; i < 16; i++ {
		b[i] = byte(r.IntN(256))
	}
	return netip.PrefixFrom(netip.AddrFrom16(b), 8+r.IntN(121)).Masked()
}

// after is the address that many bits of hosts behind a.
func after(a netip.Addr, bits int) netip.Addr {
	n := new(big.Int).SetBytes(a.AsSlice())
	n.Add(n, new(big.Int).Lsh(big.NewInt(1), uint(a.BitLen()-bits)))
	size := a.BitLen() / 8
	out := n.Bytes()
	out = append(make([]byte, max(size-len(out), 0)), out...)
	addr, _ := netip.AddrFromSlice(out[len(out)-size:])
	return addr
}

func TestHostsAreUsable(t *testing.T) {
	for bits := 24; bits <= 30; bits++ {
		network := netip.MustParsePrefix(fmt.Sprintf("192.168.7.0/%d", bits))
		addr := network.Addr()
		for i := range 1<<(32-bits) - 2 {
			addr = addr.Next()
			if got := call(t, "cidrHost", str(network.String()), num(i)).Text(); got != addr.String() {
				t.Fatalf("host %d of %s is %s, not %s", i, network, got, addr)
			}
		}
	}
}

func TestIntegerFormatsAgreeWithStrconv(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 1000 {
		n := r.Int64() >> r.IntN(63)
		v := arm.Int(n, arm.Pos{})
		for spec, want := range map[string]string{
			"{0}": strconv.FormatInt(n, 10), "{0:D}": strconv.FormatInt(n, 10), "{0:x}": strconv.FormatUint(uint64(n), 16),
			"{0:F0}": strconv.FormatInt(n, 10), "{0:0}": strconv.FormatInt(n, 10),
		} {
			if got := call(t, "format", str(spec), v).Text(); got != want {
				t.Fatalf("%s of %d is %s", spec, n, got)
			}
		}
		if got := call(t, "format", str("{0:N0}"), v).Text(); strings.ReplaceAll(got, ",", "") != strconv.FormatInt(n, 10) {
			t.Fatalf("N0 of %d is %s", n, got)
		}
	}
}

// FuzzJSON holds the reader of the function json against encoding/json.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"\u00e9\ud83d\ude00",true,null]}`, `[`, `'a'`, `{a:1,}`, `/*`, `"\u12"`, `1e400`, `-`, "[1]//x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := &host{}
		n := &expr.Call{Name: "json", Args: []expr.Node{&expr.Literal{Value: str(s)}}}
		got := expr.Env{Host: h, Budget: &expr.Budget{}}.Eval(n)
		var want any
		if json.Unmarshal([]byte(s), &want) != nil || got.Depth() > 300 || len(h.messages) > 0 && strings.Count(s, "[")+strings.Count(s, "{") > 300 {
			return
		}
		if len(h.messages) > 0 {
			t.Fatalf("%q: %s", s, h.messages)
		}
		var again any
		if err := json.Unmarshal([]byte(got.JSON()), &again); err != nil {
			t.Fatalf("%q became %s: %v", s, got.JSON(), err)
		}
	})
}

// FuzzFormat holds that no format string makes a panic.
func FuzzFormat(f *testing.F) {
	for _, s := range []string{"{0:N2}", "{0,-5:0.0#}", "{{{0}}}", "{0:'", "{0:#,##0.00;(0)}", "{0:%}", `{0:\`, "{0:E1000}"} {
		f.Add(s, int64(-12345))
	}
	f.Fuzz(func(t *testing.T, s string, n int64) {
		values := []arm.Value{str(s), arm.Int(n, arm.Pos{}), arm.Float(float64(n)/7, arm.Pos{})}
		nodes := make([]expr.Node, len(values))
		for i, v := range values {
			nodes[i] = &expr.Literal{Value: v}
		}
		expr.Env{Host: &host{}, Budget: &expr.Budget{}}.Eval(&expr.Call{Name: "format", Args: nodes})
		date := []expr.Node{&expr.Literal{Value: str("2020-01-02T03:04:05Z")}, &expr.Literal{Value: str("PT1H")}, nodes[0]}
		expr.Env{Host: &host{}, Budget: &expr.Budget{}}.Eval(&expr.Call{Name: "dateTimeAdd", Args: date})
	})
}
