package gateway

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"palisade/gateway/route"
	"palisade/spec"
	records "palisade/usage"
)

// journal writes one usage record for each call and each refusal.
type journal struct {
	server  *Server
	log     *records.Log    // nil if nothing is kept
	sealer  *records.Sealer // nil unless all text is kept
	shipper *shipper        // nil unless the log is shipped
	unique  string          // part of all IDs of this process
	counter atomic.Uint64
}

// openJournal opens the usage log that a spec names.
func openJournal(s *spec.Spec, server *Server) (*journal, error) {
	var unique [8]byte
	if _, err := rand.Read(unique[:]); err != nil {
		return nil, err
	}
	j := &journal{server: server, unique: hex.EncodeToString(unique[:])}
	if s.Logging.Keep == spec.KeepNone {
		return j, nil
	}
	o := records.Options{Name: s.Name, Rotate: int64(s.Logging.File.Rotate), Retention: time.Duration(s.Logging.Retention), Log: server.log, Now: server.options.Now, Open: server.options.OpenRecords}
	var err error
	if s.Logging.Keep == spec.KeepFull {
		if j.sealer, err = newSealer(s, server); err != nil {
			return nil, fmt.Errorf("%s: %w", s.At("logging", "key"), err)
		}
		o.Sealer = j.sealer
	}
	if s.Logging.Blob != nil {
		j.shipper = &shipper{}
		o.Shipped = j.shipper.shipped
	}
	if j.log, err = records.Open(string(s.Logging.File.Path), o); err != nil {
		return nil, fmt.Errorf("usage log: %w", err)
	}
	if j.shipper != nil {
		if err := j.shipper.start(s, server, j.log); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", s.At("logging", "blob"), err), j.log.Close())
		}
	}
	return j, nil
}

// fixedLogging refuses changes of the usage log that need a restart.
func fixedLogging(old, parsed *spec.Spec) error {
	a, b := &old.Logging, &parsed.Logging
	is := func(k, x spec.Keep) bool { return k == x }
	switch {
	case is(a.Keep, spec.KeepNone) != is(b.Keep, spec.KeepNone), is(a.Keep, spec.KeepFull) != is(b.Keep, spec.KeepFull):
		return fmt.Errorf("%s: logging: keep %s instead of %s needs a restart", parsed.At("logging", "keep"), b.Keep, a.Keep)
	case a.Key != b.Key:
		return fmt.Errorf("%s: logging: another key needs a restart", parsed.At("logging", "key"))
	case a.Retention != b.Retention || a.File.Rotate != b.File.Rotate:
		return fmt.Errorf("%s: logging: another retention or size of files needs a restart", parsed.At("logging"))
	case (a.Blob == nil) != (b.Blob == nil) || a.Blob != nil && (a.Blob.URL != b.Blob.URL || a.Blob.Every != b.Blob.Every):
		return fmt.Errorf("%s: logging: another container needs a restart", parsed.At("logging", "blob"))
	}
	return nil
}

// prepareRecord is a step of a call: what can't be recorded isn't let through.
func (c *call) prepareRecord() *refusal {
	if err := c.server.journal.failing(); err != nil {
		return unavailable("records_unavailable", "calls can't be recorded at the moment")
	}
	switch c.set.spec.Logging.Keep {
	case spec.KeepRedacted, spec.KeepFull:
		c.w.copy = &textCopy{}
	}
	return nil
}

// recordHeader names the usage record of a call, so that whoever has the answer
// can be told what was recorded of it.
const recordHeader = "X-Palisade-Record"

// begin gives a call the ID of its record.
func (j *journal) begin(c *call) {
	if j == nil || j.log == nil {
		return
	}
	c.record = j.id(c.began)
	c.w.Header()[recordHeader] = []string{c.record}
}

// record writes the record of a call. It holds no header, token or key, and
// text only as logging.keep says.
func (j *journal) record(c *call) {
	if j == nil || j.log == nil {
		return
	}
	r := recordOf(c)
	r.ID = c.record
	j.addText(c, &r)
	if err := j.log.Append(&r); err != nil {
		c.server.metrics.lost.Add(1)
	}
}

// id is unique: the time, this process, and a number.
func (j *journal) id(t time.Time) string {
	b := make([]byte, 0, 40)
	b = strconv.AppendInt(b, t.UnixMilli(), 36)
	b = append(append(append(b, '-'), j.unique...), '-')
	return string(strconv.AppendUint(b, j.counter.Add(1), 36))
}

func recordOf(c *call) records.Record {
	r := records.Record{
		Time: c.began, Verdict: records.Allowed, Status: c.w.status,
		From:      records.From{Address: c.from.Addr, Link: c.from.Link, IsLink: c.from.IsLink, Via: string(c.from.Via), Listener: c.address},
		Operation: c.operationName(), Upstream: c.outcome.upstream, UpstreamStatus: c.outcome.status,
		Cost: c.outcome.used.cost, Whole: c.server.now().Sub(c.began), Tokens: tokensOf(&c.outcome),
	}
	r.Region, r.Hedged = c.outcome.region, c.outcome.hedged
	if c.outcome.attempts > 1 {
		r.Attempts = c.outcome.attempts
	}
	if c.refusal != nil {
		r.Verdict, r.Reason = records.Refused, c.refusal.reason
	}
	if who := c.caller; who != nil {
		r.Who = records.Who{Kind: who.Kind.String(), ID: who.ID, Issuer: who.Issuer, Tenant: who.Tenant,
			Object: who.ObjectID, App: who.AppID, Key: who.Key, Token: who.TokenID}
	}
	if c.grant != nil {
		r.Grant = c.grant.Name
	}
	// A name that isn't in the configuration is the caller's own text.
	if c.set.node.models[c.model] != nil {
		r.Model = c.model
	}
	if !c.w.first.IsZero() {
		r.FirstByte = c.w.first.Sub(c.w.began)
	}
	if a := c.outcome.answer; a != nil {
		r.Filter = filterOf(&a.Filter)
	}
	return r
}

func tokensOf(o *outcome) records.Tokens {
	t := records.Tokens{Input: o.used.input, Cached: o.used.cached, Output: o.used.output}
	if o.answer != nil {
		t.Reasoning = o.answer.Usage.Reasoning
	}
	t.Estimated = (o.sent || o.left) && !o.used.known && (t.Input > 0 || t.Output > 0)
	return t
}

// filterOf keeps the categories that Azure documents; another name could be
// text.
func filterOf(f *route.Filter) records.Filter {
	return records.Filter{
		Blocked: f.Blocked, Failed: f.Failed,
		PromptFiltered: categories(f.Prompt.Filtered), PromptDetected: categories(f.Prompt.Detected),
		AnswerFiltered: categories(f.Completion.Filtered), AnswerDetected: categories(f.Completion.Detected),
	}
}

func categories(all []string) []string {
	var known []string
	for _, c := range all {
		known = append(known, knownCategory(c))
	}
	return known
}

// failing says why calls can't be recorded, or nil.
func (j *journal) failing() error {
	if j == nil || j.log == nil {
		return nil
	}
	return j.log.Failing()
}

// close writes and ships what is left.
func (j *journal) close() error {
	if j.log == nil {
		return nil
	}
	err := j.log.Close()
	if j.shipper != nil {
		j.shipper.stop()
	}
	return err
}
