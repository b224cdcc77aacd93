package gateway

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"palisade/gateway/route"
)

// readBody reads what the operation carries: JSON whole and scanned, a form as
// far as its model is known.
func (c *call) readBody() *refusal {
	bounds := &c.set.spec.Gateway.Bounds
	kind := c.match.Body
	if kind == route.NoBody || kind == route.OptionalJSON && c.r.ContentLength == 0 {
		return nil
	}
	control := http.NewResponseController(c.w.ResponseWriter)
	_ = control.SetReadDeadline(c.server.wall().Add(time.Duration(c.set.spec.Gateway.Timeouts.Body)))
	if kind == route.FormBody {
		return c.readForm(int64(bounds.Upload))
	}
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	b, err := route.ReadBody(c.r.Body, c.r.ContentLength, int(bounds.Body))
	if err != nil {
		return c.bodyError(err)
	}
	c.body = b
	return routed(route.Scan(b.Bytes, &c.facts))
}

// readForm reads ahead. The rest is read while it is sent on, by the same
// deadline.
func (c *call) readForm(limit int64) *refusal {
	if c.r.ContentLength > limit {
		return &refusal{status: http.StatusRequestEntityTooLarge, code: "413", reason: "body_too_large", message: "the body is too large"}
	}
	// An upstream may answer before it has read the form. Without full duplex
	// net/http would then take the rest of it away (golang.org/issue/40747).
	_ = http.NewResponseController(c.w.ResponseWriter).EnableFullDuplex()
	c.upload = &upload{from: http.MaxBytesReader(nil, c.r.Body, limit)}
	c.form = route.NewMultipart(c.upload, c.match.Boundary, c.r.ContentLength)
	c.readsLines()
	err := c.form.ReadAhead(c.match.ModelFrom() == route.FromForm, int(c.set.spec.Gateway.Bounds.Body))
	if err != nil {
		return c.bodyError(err)
	}
	return nil
}

// upload is a form on its way. Once it is drained nobody else reads it.
type upload struct {
	mu    sync.Mutex
	from  io.Reader
	ended bool // the end was reached, or an error
	taken bool
}

// Read implements io.Reader.
func (u *upload) Read(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.taken {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := u.from.Read(p)
	u.ended = u.ended || err != nil
	return n, err
}

// drainTime is how long a caller may take to send the rest of a form that has
// been answered already. Without that it would get a broken connection instead
// of the answer.
const drainTime = 5 * time.Second

// drain reads what the caller still sends, after the answer.
func (c *call) drain() {
	if c.upload == nil || c.abort || c.w.failed {
		return
	}
	_ = c.w.FlushError()
	control := http.NewResponseController(c.w.ResponseWriter)
	_ = control.SetReadDeadline(c.server.wall().Add(drainTime))
	c.upload.mu.Lock()
	defer c.upload.mu.Unlock()
	c.upload.taken = true
	if !c.upload.ended {
		_, _ = io.Copy(io.Discard, c.upload.from)
	}
	_ = control.SetReadDeadline(time.Time{})
}

// formModel is the model that a form names, or "".
func formModel(f *route.Multipart) string {
	if f == nil {
		return ""
	}
	return f.Facts.Model.Value
}

func (c *call) bodyError(err error) *refusal {
	var r *route.Refusal
	var own *refusal
	var broken net.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &r):
		return routed(r)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{status: http.StatusRequestTimeout, code: "408", reason: "body_timeout", message: "the body came too slowly"}
	case c.r.Context().Err() == nil && !errors.As(err, &broken):
		return &refusal{status: http.StatusBadRequest, code: "400", reason: "body_framing", message: "the body isn't framed as HTTP asks for"}
	}
	return &refusal{status: 499, code: "499", reason: "client_closed", message: "the caller hung up"}
}

// payload is what goes to the upstream; nil without a body.
func (c *call) payload() route.Payload {
	switch {
	case c.form != nil:
		return c.form
	case c.body != nil:
		return &route.JSON{Body: c.body, Facts: &c.facts, Usage: c.wantsUsage(), More: c.edits()}
	}
	return nil
}

// edits are what policy changes in a body: a limit on completion tokens where
// the caller sets none and may not have as many as the model gives.
func (c *call) edits() route.Edits {
	most := c.allowed().most()
	if most == 0 {
		return nil
	}
	return c.facts.LimitEdit(limitName(c.match.Operation), most)
}

// wantsUsage reports whether the stream has to be asked for its usage.
func (c *call) wantsUsage() bool {
	if c.facts.Stream != route.Yes || c.facts.IncludeUsage == route.Yes {
		return false
	}
	return c.match.Meter == route.ChatMeter || c.match.Meter == route.CompletionsMeter
}
