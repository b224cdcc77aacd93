package limit

import "testing"

func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{1, 6, 12} {
		b.Run(map[int]string{1: "1bucket", 6: "6buckets", 12: "12buckets"}[n], func(b *testing.B) {
			m := NewMemory(MemoryOptions{})
			buckets := manyBuckets(n)
			b.ReportAllocs()
			for b.Loop() {
				l, e, err := m.Reserve(background(), buckets, Ask{Requests: 1, Tokens: 500, Cost: 900})
				if e != nil || err != nil {
					b.Fatal(e, err)
				}
				l.Settle(background(), Used{})
			}
		})
	}
}

func BenchmarkMemoryParallel(b *testing.B) {
	m := NewMemory(MemoryOptions{})
	buckets := manyBuckets(6)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			l, _, _ := m.Reserve(background(), buckets, Ask{Requests: 1, Tokens: 5, Cost: 9})
			l.Settle(background(), Used{})
		}
	})
}

func BenchmarkRedis(b *testing.B) {

	b.Run("6buckets", func(b *testing.B) { benchRedis(b, 6) })
	b.Run("12buckets", func(b *testing.B) { benchRedis(b, 12) })
}

func benchRedis(b *testing.B, n int) {
	s := startRedis(b)
	r := NewRedis(dial(b, Server{Address: s.addr()}), RedisOptions{})
	buckets := manyBuckets(n)
	b.ReportAllocs()
	for b.Loop() {
		l, e, err := r.Reserve(background(), buckets, Ask{Requests: 1, Tokens: 500, Cost: 900})
		if e != nil || err != nil {
			b.Fatal(e, err)
		}
		l.Settle(background(), Used{})
	}
}

func manyBuckets(n int) (out []Bucket) {
	for _, key := range []string{"gateway", "model/gpt-4o"} {
		for _, x := range Buckets(key, allLimits) {
			x.Limit = 1 << 40
			out = append(out, x)
		}
	}
	return out[:n]
}
