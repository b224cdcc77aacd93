package upstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of a connection.
const (
	readBuffer  = 16 << 10
	writeBuffer = 4 << 10
	// atOnce is how long a body is at most that is sent before an answer is looked
	// for. It is in memory, and fits where the kernel keeps what is to be sent, or
	// nearly so.
	atOnce = 32 << 10
	// lastWord is how long an answer may take after the request broke off: an
	// upstream that has had enough says so before it hangs up. It is how long the
	// end of a request may take after that of its answer, too.
	lastWord = 50 * time.Millisecond
	// mostInterim is how many answers of 1xx may come before the one that counts.
	mostInterim = 5
	sweepEvery  = 15 * time.Second
)

var (
	errLongHeader  = errors.New("the header of the upstream's answer is too long")
	errManyInterim = errors.New("the upstream gave too many interim answers")
	longAgo        = time.Unix(1, 0)
)

// line is one connection. It is used by one call at a time.
type line struct {
	lines    *lines
	conn     net.Conn
	*buffers       // nil while it is idle
	left     int64 // bytes that may still be read, while a header is
	glance   *glance
	one      [1]byte   // that alive reads
	since    time.Time // when it was kept last; zero for a new one
}

// borrow gets buffers: from reads the line itself, which counts.
func (c *line) borrow() {
	b, ok := c.lines.spare.Get().(*buffers)
	if !ok {
		c.buffers = &buffers{bufio.NewReaderSize(c, readBuffer), bufio.NewWriterSize(c.conn, writeBuffer)}
		return
	}
	b.from.Reset(c)
	b.to.Reset(c.conn)
	c.buffers = b
}

// giveBack is for a line that nothing reads or writes any more.
func (c *line) giveBack() {
	c.from.Reset(nil)
	c.to.Reset(nil)
	c.lines.spare.Put(c.buffers)
	c.buffers = nil
}

// Read implements io.Reader. A header may be no longer than its bound.
func (c *line) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errLongHeader
	}
	n, err := c.conn.Read(p)
	c.left -= int64(n)
	return n, err
}

// cut closes a line at once. Closing TLS in order waits until its last word can
// be sent, which may take seconds if the upstream doesn't read.
func (c *line) cut() {
	if secure, ok := c.conn.(*tls.Conn); ok {
		secure.NetConn().Close()
		return
	}
	c.conn.Close()
}

// wasGone reports whether a call ended with an error because the upstream had
// closed the line that was kept, or was about to.
func (c *line) wasGone(err error) bool {
	return !c.since.IsZero() && c.left == mostHeader && !errors.Is(err, os.ErrDeadlineExceeded)
}

// exchange is a call on a line.
type exchange struct {
	*line
	ctx  context.Context
	stop func() bool // of what ends the line with the context

	writer sync.WaitGroup // of a request that isn't sent in one go

	mu       sync.Mutex
	answered bool  // the header has come: no deadline for it is set any more
	written  bool  // all of the request is
	failed   error // in writing

	ended atomic.Bool // the answer was read to its end
	over  atomic.Bool // the line was given back or closed
}

// call sends a request and reads the header of its answer.
func (c *line) call(r *http.Request) (*http.Response, error) {
	x := &exchange{line: c, ctx: r.Context()}
	x.stop = context.AfterFunc(x.ctx, x.abort)
	if small(r) {
		x.send(r, together{x.to})
	} else {
		to := x.to
		x.writer.Go(func() { x.send(r, to) })
	}
	resp, err := x.answer(r)
	if err != nil {
		err = x.cause(err)
		x.drop()
		x.writer.Wait() // who made the request may look at it again
		return nil, err
	}
	resp.Body = x.body(resp)
	return resp, nil
}

// small reports whether the request is sent in one go.
func small(r *http.Request) bool {
	return r.Body == nil || r.Body == http.NoBody || r.GetBody != nil && r.ContentLength > 0 && r.ContentLength <= atOnce
}

// abort ends what is under way on the line.
func (x *exchange) abort() { _ = x.conn.SetDeadline(longAgo) }

// together hides from net/http that what it writes to is buffered: it would
// flush the header before the body.
type together struct{ to *bufio.Writer }

func (t together) Write(p []byte) (int, error)            { return t.to.Write(p) }
func (t together) WriteByte(c byte) error                 { return t.to.WriteByte(c) }
func (t together) WriteString(s string) (int, error)      { return t.to.WriteString(s) }
func (t together) ReadFrom(from io.Reader) (int64, error) { return t.to.ReadFrom(from) }

// send writes the request.
func (x *exchange) send(r *http.Request, to io.Writer) {
	err := r.Write(to)
	if err == nil {
		err = x.to.Flush()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.written, x.failed = err == nil, err
	wait := x.lines.firstByte
	if err != nil {
		wait = lastWord
	}
	if !x.answered && wait > 0 {
		x.setDeadline(time.Now().Add(wait))
	}
}

// setDeadline is for reads. It doesn't undo the end of the context.
func (x *exchange) setDeadline(at time.Time) {
	_ = x.conn.SetReadDeadline(at)
	if x.ctx.Err() != nil {
		x.abort()
	}
}

// answer reads the header of the answer that counts.
func (x *exchange) answer(r *http.Request) (*http.Response, error) {
	for range mostInterim + 1 {
		x.left = mostHeader
		resp, err := http.ReadResponse(x.from, r)
		if err != nil {
			return nil, err
		}
		if s := resp.StatusCode; s < 100 || s > 199 || s == http.StatusSwitchingProtocols {
			x.begin()
			return resp, nil
		}
	}
	return nil, errManyInterim
}

// begin lets the body take its time.
func (x *exchange) begin() {
	const unbounded = 1<<63 - 1
	x.left = unbounded
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answered = true
	if x.lines.firstByte > 0 || x.failed != nil {
		x.setDeadline(time.Time{})
	}
}

// cause is why there is no answer: that the call is over, or that the request
// couldn't be sent, come before what reading met with.
func (x *exchange) cause(err error) error {
	if over := x.ctx.Err(); over != nil {
		return over
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.failed != nil {
		return x.failed
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// body makes the end of the answer that of the call.
func (x *exchange) body(resp *http.Response) io.ReadCloser {
	keep := !resp.Close && resp.StatusCode != http.StatusSwitchingProtocols
	if resp.Body == http.NoBody {
		x.finish(keep)
		return http.NoBody
	}
	return &answerBody{x: x, from: resp.Body, keep: keep}
}

// finish is for an answer that was read to its end. It gives the line back if it
// can serve another call. A context that is over may have ended the line before
// it calls abort.
func (x *exchange) finish(keep bool) {
	x.ended.Store(true)
	switch {
	case !keep || x.from.Buffered() > 0 || !x.stop() || x.ctx.Err() != nil:
		x.drop()
	case x.sent():
		x.release()
	default:
		go x.finishSending()
	}
}

// finishSending waits for who writes, who may be at the end as well. An upstream
// that answered early, and doesn't want the rest, isn't sent it.
func (x *exchange) finishSending() {
	late := time.AfterFunc(lastWord, x.drop)
	defer late.Stop()
	x.writer.Wait()
	if x.sent() {
		x.release()
		return
	}
	x.drop()
}

func (x *exchange) sent() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.written
}

func (x *exchange) release() {
	if x.over.CompareAndSwap(false, true) {
		x.lines.put(x.line)
	}
}

// drop closes the line.
func (x *exchange) drop() {
	if x.over.CompareAndSwap(false, true) {
		x.stop()
		x.cut()
	}
}

// answerBody is an answer's body on its line.
type answerBody struct {
	x    *exchange
	from io.Reader
	keep bool // the line outlives the answer
	err  error
}

// Read implements io.Reader.
func (b *answerBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.from.Read(p)
	if err == nil {
		return n, nil
	}
	b.err = err
	if err == io.EOF {
		b.x.finish(b.keep)
		return n, err
	}
	if over := b.x.ctx.Err(); over != nil {
		b.err = over
	}
	b.x.drop()
	return n, b.err
}

// Close implements io.Closer. An answer that isn't read to its end costs the
// line: what is left of it isn't waited for.
func (b *answerBody) Close() error {
	if !b.x.ended.Load() {
		b.x.drop()
	}
	return nil
}
