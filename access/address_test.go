package access

import (
	"math/big"
	"math/rand/v2"
	"net/netip"
	"testing"
)

func ranges(t *testing.T, texts ...string) []Range {
	t.Helper()
	var rs []Range
	for _, s := range texts {
		r, ok := ParseRange(s)
		if !ok {
			t.Fatalf("%q isn't a range", s)
		}
		rs = append(rs, r)
	}
	return rs
}

func measure(rs []Range) Extent {
	classes := Classes(rs)
	return Measure(classes, func(i int) bool { return holds(rs, classes[i].First) })
}

func holds(rs []Range, a netip.Addr) bool {
	for _, r := range rs {
		if r.Contains(a) {
			return true
		}
	}
	return false
}

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		rules []string
		share Share
		count uint64
	}{
		{nil, Nothing, 0},
		{[]string{"8.8.8.8"}, Some, 1},
		{[]string{"8.8.8.8/30", "8.8.8.10-8.8.8.13"}, Some, 6},
		{[]string{"10.0.0.0/8", "192.168.1.1", "203.0.113.0/24"}, Nothing, 0},
		{[]string{"0.0.0.0/0"}, All, 3702258432},
		{[]string{"0.0.0.0/1", "128.0.0.0/1"}, All, 3702258432},
		{[]string{"0.0.0.0/1"}, LargePart, 0},
		{[]string{"11.0.0.0/8"}, LargePart, 1 << 24},
		{[]string{"11.0.0.0/9"}, Some, 1 << 23},
		{[]string{"1.0.0.0-223.255.255.255"}, All, 3702258432},
		{[]string{"1.0.0.1-223.255.255.255"}, LargePart, 3702258431},
	} {
		rs := ranges(t, c.rules...)
		got := measure(rs)
		if got.Share != c.share || c.count != 0 && got.Count4 != c.count {
			t.Errorf("%v: %v, %d addresses; want %v, %d", c.rules, got.Share, got.Count4, c.share, c.count)
		}
	}
}

func TestMeasure6(t *testing.T) {
	rs := ranges(t, "2a00::/16", "2a01::/16", "fd00::/8")
	got := measure(rs)
	want := new(big.Int).Lsh(big.NewInt(1), 113)
	if got.Count6 == nil || got.Count6.Cmp(want) != 0 || got.Share != LargePart {
		t.Errorf("got %v, %v", got.Count6, got.Share)
	}
	if len(got.Ranges) != 1 || got.Ranges[0].String() != "2a00::/15" {
		t.Errorf("ranges %v", got.Ranges)
	}
	all := ranges(t, "::/1", "8000::/1")
	if got := measure(all); got.Share != All {
		t.Errorf("all of IPv6 is %v", got.Share)
	}
}

func TestParseRange(t *testing.T) {
	for in, want := range map[string]string{
		"1.2.3.4": "1.2.3.4", "1.2.3.4/24": "1.2.3.0/24", " 1.2.3.4 - 1.2.3.5 ": "1.2.3.4/31",
		"1.2.3.4-1.2.3.6": "1.2.3.4-1.2.3.6", "::ffff:1.2.3.4": "1.2.3.4", "::/0": "::/0",
		"": "", "x": "", "1.2.3.4/33": "", "1.2.3.5-1.2.3.4": "", "1.2.3.4-::1": "", "1.2.3": "",
	} {
		got := ""
		if r, ok := ParseRange(in); ok {
			got = r.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestClassesSmall asks of every address of a /24 whether its class says the
// same as the rules do.
func TestClassesSmall(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	at := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{8, 8, 8, byte(n)}) }
	for range 300 {
		var rules []Range
		for range r.IntN(6) {
			a, b := r.IntN(256), r.IntN(256)
			rules = append(rules, Range{at(min(a, b)), at(max(a, b))})
		}
		classes := Classes(rules)
		e := measure(rules)
		count := uint64(0)
		for n := range 256 {
			want := holds(rules, at(n))
			if want {
				count++
			}
			if got := holds(rules, classOf(t, classes, at(n)).First); got != want {
				t.Fatalf("%v at %v: class says %v", rules, at(n), got)
			}
		}
		if e.Count4 != count {
			t.Fatalf("%v: counted %d, want %d", rules, e.Count4, count)
		}
	}
}

// TestClassesLarge does so for all edges, their neighbours and random
// addresses of the whole space.
func TestClassesLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		var rules []Range
		for range r.IntN(12) {
			rules = append(rules, PrefixRange(netip.PrefixFrom(random4(r), r.IntN(33))))
		}
		classes := Classes(rules)
		checkCover(t, classes)
		var samples []netip.Addr
		for _, c := range classes {
			samples = append(samples, c.First, c.Last, c.First.Prev(), c.Last.Next())
		}
		for range 200 {
			samples = append(samples, random4(r))
		}
		for _, a := range samples {
			if !a.IsValid() {
				continue
			}
			c := classOf(t, classes, a)
			if holds(rules, c.First) != holds(rules, a) || c.Special != Special(a) {
				t.Fatalf("%v: %v isn't like its class %v", rules, a, c)
			}
		}
	}
}

func checkCover(t *testing.T, classes []Class) {
	t.Helper()
	next := netip.AddrFrom4([4]byte{})
	for _, c := range classes {
		if c.First != next || c.Last.Less(c.First) {
			t.Fatalf("gap at %v: %v", next, c)
		}
		next = c.Last.Next()
	}
	if next.IsValid() {
		t.Fatalf("space ends at %v", next)
	}
}

func classOf(t *testing.T, classes []Class, a netip.Addr) Class {
	t.Helper()
	for _, c := range classes {
		if c.Contains(a) {
			return c
		}
	}
	t.Fatalf("%v has no class", a)
	return Class{}
}

func random4(r *rand.Rand) netip.Addr {
	n := r.Uint32()
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func ranges1(s string) netip.Addr { return netip.MustParseAddr(s) }
