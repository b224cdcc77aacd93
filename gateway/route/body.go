package route

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// Body is a whole body in memory. Its bytes are lent by a pool: they may be
// used until Release, and by those who opened it until they close.
type Body struct {
	Bytes []byte
	users atomic.Int32
}

// Bodies that are kept for later ones, in bytes: the larger ones apart, so that
// large bodies find them.
const (
	firstRead   = 4 << 10
	largeFrom   = 32 << 10
	largestKept = 1 << 20
)

var (
	bodies      = sync.Pool{New: func() any { return &Body{Bytes: make([]byte, 0, firstRead)} }}
	largeBodies sync.Pool
)

// newBody lends memory for a body of a length, or -1.
func newBody(length int64) *Body {
	if length > firstRead {
		if b, ok := largeBodies.Get().(*Body); ok {
			return b
		}
	}
	return bodies.Get().(*Body)
}

// ReadBody reads a body of at most limit bytes. Length is what its header
// says, or -1; memory is taken as bytes come, not as the header promises. The
// error is a *Refusal, or that of the connection.
func ReadBody(r io.Reader, length int64, limit int) (*Body, error) {
	if length > int64(limit) {
		return nil, tooLarge("the body is too large")
	}
	b := newBody(length)
	b.Bytes = b.Bytes[:0]
	b.users.Store(1)
	if err := b.read(r, limit); err != nil {
		b.Release()
		return nil, err
	}
	return b, nil
}

func (b *Body) read(r io.Reader, limit int) error {
	for {
		if len(b.Bytes) == cap(b.Bytes) {
			b.Bytes = append(b.Bytes, make([]byte, cap(b.Bytes))...)[:len(b.Bytes)]
		}
		n, err := r.Read(b.Bytes[len(b.Bytes):cap(b.Bytes)])
		b.Bytes = b.Bytes[:len(b.Bytes)+n]
		switch {
		case len(b.Bytes) > limit:
			return tooLarge("the body is too large")
		case err == io.EOF:
			return nil
		case err != nil:
			return readError(err)
		}
	}
}

// readError tells a body that is cut or too large from a connection that is gone.
func readError(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge("the body is too large")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest("body_incomplete", "the body is shorter than its header says", "")
	}
	return err
}

// Release gives the bytes back, once everybody has who uses them.
func (b *Body) Release() {
	if b.users.Add(-1) > 0 || cap(b.Bytes) > largestKept {
		return
	}
	if cap(b.Bytes) >= largeFrom {
		largeBodies.Put(b)
		return
	}
	bodies.Put(b)
}

// Payload is the body that goes to an upstream, for each attempt anew.
type Payload interface {
	// Open reads the body with the model that the upstream knows. Where the
	// body names none it is added if the upstream needs it there. Length is
	// -1 if it isn't known.
	Open(model string, needed bool) (body io.ReadCloser, length int64, err error)
	// Again reports whether Open may be called once more.
	Again() bool
}

// JSON is the payload of a JSON body.
type JSON struct {
	Body  *Body
	Facts *Facts
	Usage bool  // ask for the usage of a stream
	More  Edits // what else is changed
}

// Again is true: the body is in memory.
func (j *JSON) Again() bool { return true }

// Open implements Payload.
func (j *JSON) Open(model string, needed bool) (io.ReadCloser, int64, error) {
	var e Edits
	if model != "" && (needed || j.Facts.Model.Value != "") {
		e = j.Facts.ModelEdit(model)
	}
	if j.Usage {
		e = e.And(j.Facts.UsageEdit())
	}
	if len(j.More) > 0 {
		e = e.And(j.More)
	}
	j.Body.users.Add(1)
	return &lent{Pieces: e.Reader(j.Body.Bytes), body: j.Body}, int64(e.Length(j.Body.Bytes)), nil
}

// lent releases its body when it is closed.
type lent struct {
	*Pieces
	body   *Body
	closed bool
	mu     sync.Mutex
}

// Read implements io.Reader. Once it is closed it reads nothing: the bytes may
// be somebody else's.
func (l *lent) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return l.Pieces.Read(p)
}

// Left is how many bytes haven't been read.
func (l *lent) Left() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Pieces.left()
}

// WriteTo implements io.WriterTo: the rest is written from where it lies. The
// bytes stay lent until that is done, also when the body is closed meanwhile.
func (l *lent) WriteTo(w io.Writer) (int64, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return 0, http.ErrBodyReadAfterClose
	}
	rest := l.Pieces.rest()
	l.body.users.Add(1)
	l.mu.Unlock()
	defer l.body.Release()
	return rest.WriteTo(w)
}

// Close implements io.Closer.
func (l *lent) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.body.Release()
	}
	return nil
}
