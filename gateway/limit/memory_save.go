package limit

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// saved is one bucket of a day or month, as Save writes it.
type saved struct {
	Key    string `json:"key"`
	Unit   Unit   `json:"unit"`
	Period Period `json:"period"`
	Slot   int64  `json:"slot"` // days since 1970, or months since the year 0
	Used   int64  `json:"used"`
}

// Save writes what the buckets of days and months have counted, one JSON object
// a line, so that a restart doesn't grant a day or a month anew. What running
// calls have reserved is written as used.
func (m *Memory) Save(w io.Writer) error {
	var all []saved
	for i := range m.table.shards {
		all = m.table.shards[i].save(all, m)
	}
	slices.SortFunc(all, func(a, b saved) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Period, b.Period))
	})
	enc := json.NewEncoder(w)
	for _, s := range all {
		if err := enc.Encode(s); err != nil {
			return fmt.Errorf("saving limits: %w", err)
		}
	}
	return nil
}

func (s *shard) save(all []saved, m *Memory) []saved {
	now := m.clock()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k, c := range s.cells {
		if k.period != Day && k.period != Month {
			continue
		}
		c.mu.Lock()
		c.advance(now.slot(k.period, m.ttl))
		if c.sum > 0 {
			all = append(all, saved{k.key, k.unit, k.period, c.head, c.sum})
		}
		c.mu.Unlock()
	}
	return all
}

// Load adds what Save wrote, as far as its day or month is still running. Call
// it before the first reservation.
func (m *Memory) Load(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		var s saved
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return fmt.Errorf("loading limits, line %d: %w", n, err)
		}
		if err := m.load(s); err != nil {
			return fmt.Errorf("loading limits, line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("loading limits: %w", err)
	}
	return nil
}

func (m *Memory) load(s saved) error {
	if s.Period != Day && s.Period != Month || s.Unit > Cost || s.Used < 0 || s.Used > maxUsed {
		return fmt.Errorf("no such bucket")
	}
	now := m.clock()
	if s.Slot != now.slot(s.Period, m.ttl) {
		return nil
	}
	c, err := m.table.find(&Bucket{Key: s.Key, Unit: s.Unit, Period: s.Period}, now, m.ttl)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.charge(min(s.Used, maxUsed-c.sum))
	return nil
}

// maxUsed is what a saved bucket can have counted: what floats count exactly.
const maxUsed = 1 << 53
