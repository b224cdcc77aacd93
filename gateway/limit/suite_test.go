package limit

import (
	"testing"
	"time"
)

var tpm = Bucket{"model/a", Tokens, Minute, 1000}

// reserve reserves or fails the test.
func reserve(t *testing.T, l Limiter, ask Ask, buckets ...Bucket) *Lease {
	t.Helper()
	lease, e, err := l.Reserve(background(), buckets, ask)
	if err != nil || e != nil {
		t.Fatalf("reserve: %+v, %v", e, err)
	}
	return lease
}

// refused fails the test if the reservation doesn't fail.
func refused(t *testing.T, l Limiter, ask Ask, buckets ...Bucket) *Exceeded {
	t.Helper()
	lease, e, err := l.Reserve(background(), buckets, ask)
	if err != nil || e == nil {
		t.Fatalf("reserve: %+v, %v; want a refusal", lease, err)
	}
	return e
}

func settle(t *testing.T, l *Lease, u Used) {
	t.Helper()
	if err := l.Settle(background(), u); err != nil {
		t.Fatal(err)
	}
}

// left asks how much is left in a bucket, by trying to take too much.
func left(t *testing.T, l Limiter, b Bucket) int64 {
	t.Helper()
	ask := Ask{Requests: b.Limit + 1, Tokens: b.Limit + 1, Cost: b.Limit + 1}
	if b.Unit == Calls {
		t.Fatal("not for calls")
	}
	return refused(t, l, ask, b).Left
}

func TestSettleGivesBackAndCharges(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		a := reserve(t, l, Ask{Tokens: 600}, tpm)
		if got := left(t, l, tpm); got != 400 {
			t.Fatalf("left after reserving 600: %d", got)
		}
		settle(t, a, Used{Tokens: 100})
		if got := left(t, l, tpm); got != 900 {
			t.Fatalf("left after using 100: %d", got)
		}
		settle(t, a, Used{Tokens: 0})
		if got := left(t, l, tpm); got != 900 {
			t.Fatalf("a second settlement changed it to %d", got)
		}
		b := reserve(t, l, Ask{Tokens: 100}, tpm)
		settle(t, b, Used{Tokens: 500})
		if got := left(t, l, tpm); got != 400 {
			t.Fatalf("left after using 500 of 100: %d", got)
		}
		c := reserve(t, l, Ask{Tokens: 400}, tpm)
		if err := c.Cancel(background()); err != nil {
			t.Fatal(err)
		}
		if got := left(t, l, tpm); got != 400 {
			t.Fatalf("left after a cancelled call: %d", got)
		}
	})
}

func TestAllOrNothing(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		rpm := Bucket{"caller/x", Requests, Minute, 1}
		day := Bucket{"team/t", Tokens, Day, 500}
		reserve(t, l, Ask{Requests: 1, Tokens: 100}, tpm, day, rpm)
		e := refused(t, l, Ask{Requests: 1, Tokens: 100}, tpm, day, rpm)
		if e.Bucket != rpm || e.Reason() != "requests_per_minute" || e.Left != 0 || e.Asked != 1 {
			t.Fatalf("refusal: %+v", e)
		}
		if got := left(t, l, tpm); got != 900 {
			t.Errorf("a refused call took from the tokens: %d left", got)
		}
		if got := left(t, l, day); got != 400 {
			t.Errorf("a refused call took from the day: %d left", got)
		}
	})
}

func TestMinuteSlides(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		settle(t, reserve(t, l, Ask{Tokens: 400}, tpm), Used{Tokens: 400})
		clock.add(30 * time.Second)
		settle(t, reserve(t, l, Ask{Tokens: 600}, tpm), Used{Tokens: 600})
		e := refused(t, l, Ask{Tokens: 300}, tpm)
		if e.RetryAfter != 35*time.Second {
			t.Fatalf("retry after %v, want 35s", e.RetryAfter)
		}
		if e := refused(t, l, Ask{Tokens: 401}, tpm); e.RetryAfter != 65*time.Second {
			t.Fatalf("retry after %v, want 65s", e.RetryAfter)
		}
		clock.add(35*time.Second - time.Millisecond)
		refused(t, l, Ask{Tokens: 300}, tpm)
		clock.add(time.Millisecond)
		reserve(t, l, Ask{Tokens: 300}, tpm)
	})
}

func TestCalendar(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		day := Bucket{"team/t", Tokens, Day, 500}
		month := Bucket{"team/t", Cost, Month, 9_000_000}
		a := reserve(t, l, Ask{Tokens: 500, Cost: 9_000_000}, day, month)
		e := refused(t, l, Ask{Tokens: 1, Cost: 1}, day, month)
		if e.RetryAfter != time.Hour {
			t.Fatalf("retry after %v, want 1h", e.RetryAfter)
		}
		clock.add(30 * time.Second)
		settle(t, a, Used{Tokens: 100, Cost: 1_000_000})
		if got := left(t, l, day); got != 400 {
			t.Fatalf("left of the day: %d", got)
		}
		if got := left(t, l, month); got != 8_000_000 {
			t.Fatalf("left of the month: %d", got)
		}
		clock.add(time.Hour)
		if got := left(t, l, day); got != 500 {
			t.Fatalf("left of a new day: %d", got)
		}
		if got := left(t, l, month); got != 9_000_000 {
			t.Fatalf("left of a new month: %d", got)
		}
		clock.add(58 * 24 * time.Hour) // 28 February
		settle(t, reserve(t, l, Ask{Cost: 5_000_000}, month), Used{Cost: 5_000_000})
		if e := refused(t, l, Ask{Cost: 5_000_000}, month); e.RetryAfter != 23*time.Hour+59*time.Minute+30*time.Second {
			t.Fatalf("retry after %v", e.RetryAfter)
		}
	})
}

func TestConcurrent(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		two := Bucket{"caller/x", Calls, InFlight, 2}
		a := reserve(t, l, Ask{}, two)
		reserve(t, l, Ask{}, two)
		e := refused(t, l, Ask{}, two)
		if e.Reason() != "concurrent" || e.RetryAfter != time.Second {
			t.Fatalf("refusal: %+v", e)
		}
		settle(t, a, Used{})
		reserve(t, l, Ask{}, two)
		refused(t, l, Ask{}, two)
		clock.add(testTTL + testTTL/12)
		reserve(t, l, Ask{}, two)
		reserve(t, l, Ask{}, two)
		refused(t, l, Ask{}, two)
	})
}

func TestAfterTTL(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		day := Bucket{"team/t", Tokens, Day, 1000}
		running := Bucket{"team/t", Calls, InFlight, 5}
		a := reserve(t, l, Ask{Tokens: 500}, day, running)
		b := reserve(t, l, Ask{Tokens: 100}, day, running)
		clock.add(testTTL)
		settle(t, a, Used{Tokens: 10})
		if got := left(t, l, day); got != 400 {
			t.Fatalf("an expired lease gave back: %d left", got)
		}
		settle(t, b, Used{Tokens: 300})
		if got := left(t, l, day); got != 200 {
			t.Fatalf("an expired lease didn't charge what was over: %d left", got)
		}
	})
}

func TestNever(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		e := refused(t, l, Ask{Tokens: 1001}, tpm)
		if !e.Never || e.RetryAfter != 0 || e.Asked != 1001 {
			t.Fatalf("refusal: %+v", e)
		}
	})
}

func TestLeast(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		other := Bucket{"team/t", Tokens, Day, 700}
		a := reserve(t, l, Ask{Tokens: 5000, LeastTokens: 50}, tpm, other)
		if a.Tokens != 700 {
			t.Fatalf("reserved %d, want what the day has", a.Tokens)
		}
		if got := left(t, l, tpm); got != 0 {
			t.Fatalf("left of the minute: %d", got)
		}
		if e := refused(t, l, Ask{Tokens: 5000, LeastTokens: 50}, tpm, other); e.Bucket != other || e.Asked != 50 || e.Never {
			t.Fatalf("refusal: %+v", e)
		}
		settle(t, a, Used{Tokens: 20})
		if got := left(t, l, other); got != 680 {
			t.Fatalf("left of the day: %d", got)
		}
		if got := left(t, l, tpm); got != 980 {
			t.Fatalf("left of the minute: %d", got)
		}
	})
}

func TestTwice(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		small := tpm
		small.Limit = 500
		a := reserve(t, l, Ask{Tokens: 300}, tpm, small)
		if got := left(t, l, tpm); got != 700 {
			t.Fatalf("a bucket that is named twice was charged twice: %d left", got)
		}
		if e := refused(t, l, Ask{Tokens: 300}, tpm, small); e.Bucket != small {
			t.Fatalf("refusal: %+v", e)
		}
		settle(t, a, Used{Tokens: 100})
		if got := left(t, l, tpm); got != 900 {
			t.Fatalf("left: %d", got)
		}
	})
}

func TestClockGoesBack(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		settle(t, reserve(t, l, Ask{Tokens: 1000}, tpm), Used{Tokens: 1000})
		clock.add(-30 * time.Second)
		refused(t, l, Ask{Tokens: 1}, tpm)
		clock.add(90 * time.Second)
		refused(t, l, Ask{Tokens: 1}, tpm)
		clock.add(5 * time.Second)
		reserve(t, l, Ask{Tokens: 1000}, tpm)
	})
}

func TestNothingLimited(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		settle(t, reserve(t, l, Ask{Requests: 1, Tokens: 10}), Used{Tokens: 20})
		settle(t, reserve(t, l, Ask{}, tpm), Used{})
	})
}

func TestAbsurdAmounts(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		if e := refused(t, l, Ask{Tokens: 1 << 62}, tpm); !e.Never {
			t.Fatalf("refusal: %+v", e)
		}
		a := reserve(t, l, Ask{Tokens: -5}, tpm)
		settle(t, a, Used{Tokens: -1 << 62})
		b := reserve(t, l, Ask{Tokens: 1}, tpm)
		settle(t, b, Used{Tokens: 1 << 62})
		refused(t, l, Ask{Tokens: 1}, tpm)
		clock.add(2 * time.Minute)
		reserve(t, l, Ask{Tokens: 1000}, tpm)
	})
}

func TestSettleInTheNextPeriod(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		day := Bucket{"team/t", Tokens, Day, 1000}
		clock.add(time.Hour - 10*time.Second)
		a := reserve(t, l, Ask{Tokens: 500}, day)
		b := reserve(t, l, Ask{Tokens: 100}, day)
		clock.add(20 * time.Second)
		reserve(t, l, Ask{Tokens: 300}, day)
		settle(t, a, Used{Tokens: 10})
		if got := left(t, l, day); got != 700 {
			t.Fatalf("giving back to yesterday changed today: %d left", got)
		}
		settle(t, b, Used{Tokens: 150})
		if got := left(t, l, day); got != 650 {
			t.Fatalf("what was over isn't charged today: %d left", got)
		}
	})
}

// TestOnePart holds that one call at a time runs on a part of what it wants.
func TestOnePart(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		unfirm := Ask{Tokens: 500, LeastTokens: 50}
		firm := reserve(t, l, Ask{Tokens: 900}, tpm)
		part := reserve(t, l, unfirm, tpm)
		if part.Tokens != 100 {
			t.Fatalf("reserved %d", part.Tokens)
		}
		settle(t, firm, Used{Tokens: 600})
		e := refused(t, l, unfirm, tpm)
		if !e.Busy || e.Never || e.Left != 300 || e.Asked != 50 || e.RetryAfter != time.Second {
			t.Fatalf("refusal: %+v", e)
		}
		if e := refused(t, l, Ask{Tokens: 5000, LeastTokens: 50}, tpm); !e.Busy || e.Never {
			t.Fatalf("refusal of more than the limit: %+v", e)
		}
		firm = reserve(t, l, Ask{Tokens: 100}, tpm)
		all := reserve(t, l, Ask{Tokens: 150, LeastTokens: 50}, tpm)
		if all.Tokens != 150 {
			t.Fatalf("reserved %d of 150 that were there", all.Tokens)
		}
		for range 2 {
			settle(t, part, Used{Tokens: 110})
		}
		settle(t, firm, Used{})
		if part = reserve(t, l, unfirm, tpm); part.Tokens != 140 {
			t.Fatalf("reserved %d after the first had settled", part.Tokens)
		}
	})
}

// TestOnePartOfEach holds that a tight bucket doesn't stop calls in a wide one.
func TestOnePartOfEach(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		unfirm := Ask{Tokens: 100, LeastTokens: 10}
		for _, team := range []string{"team/a", "team/b"} {
			if got := reserve(t, l, unfirm, tpm, Bucket{team, Tokens, Day, 60}); got.Tokens != 60 {
				t.Fatalf("%s: reserved %d", team, got.Tokens)
			}
		}
		if got := left(t, l, tpm); got != 800 {
			t.Fatalf("left of the minute: %d", got)
		}
	})
}

// TestOnePartNamedTwice has two limits for one bucket.
func TestOnePartNamedTwice(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		small := tpm
		small.Limit = 500
		unfirm := Ask{Tokens: 700, LeastTokens: 50}
		a := reserve(t, l, unfirm, tpm, small)
		if a.Tokens != 500 {
			t.Fatalf("reserved %d", a.Tokens)
		}
		if e := refused(t, l, unfirm, tpm, tpm); !e.Busy {
			t.Fatalf("refusal: %+v", e)
		}
		settle(t, a, Used{Tokens: 200})
		if a = reserve(t, l, unfirm, small, tpm); a.Tokens != 300 {
			t.Fatalf("reserved %d", a.Tokens)
		}
	})
}

// TestPartAfterTTL has calls on a part that nobody settles, and such as settle
// late.
func TestPartAfterTTL(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		day := Bucket{"team/t", Tokens, Day, 1000}
		firm := reserve(t, l, Ask{Tokens: 900}, day)
		first := reserve(t, l, Ask{Tokens: 500, LeastTokens: 50}, day)
		settle(t, firm, Used{Tokens: 100})
		clock.add(testTTL - time.Millisecond)
		refused(t, l, Ask{Tokens: 900, LeastTokens: 50}, day)
		clock.add(time.Millisecond)
		second := reserve(t, l, Ask{Tokens: 900, LeastTokens: 50}, day)
		if second.Tokens != 800 {
			t.Fatalf("reserved %d", second.Tokens)
		}
		settle(t, first, Used{Tokens: 90})
		settle(t, reserve(t, l, Ask{}, day), Used{})
		settle(t, second, Used{Tokens: 100})
		if got := left(t, l, day); got != 700 {
			t.Fatalf("left %d", got)
		}
	})
}

// TestPartOutlivesItsWindow has a call on a part that runs on when its charge
// has left the minute.
func TestPartOutlivesItsWindow(t *testing.T) {
	test := func(t *testing.T, l Limiter, clock *virtual) {
		unfirm := Ask{Tokens: 2000, LeastTokens: 50}
		a := reserve(t, l, unfirm, tpm)
		for range 4 {
			clock.add(50 * time.Second)
			settle(t, reserve(t, l, Ask{Tokens: 1}, Bucket{tpm.Key, Tokens, Minute, 5000}), Used{Tokens: 1})
		}
		if e := refused(t, l, unfirm, tpm); !e.Busy {
			t.Fatalf("refusal: %+v", e)
		}
		settle(t, a, Used{Tokens: 1100})
		if got := reserve(t, l, unfirm, tpm).Tokens; got != 898 {
			t.Fatalf("reserved %d", got)
		}
	}
	t.Run("memory", func(t *testing.T) {
		clock := newYear()
		test(t, NewMemory(MemoryOptions{Now: clock.now}), clock)
	})
	t.Run("redis", func(t *testing.T) {
		clock := newYear()
		test(t, NewRedis(dial(t, Server{Address: startRedis(t).addr()}), RedisOptions{Now: clock.now}), clock)
	})
}
