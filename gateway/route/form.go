package route

import (
	"io"
	"net/http"
)

// MultipartFacts are what a multipart body says. They grow while it is read.
type MultipartFacts struct {
	Model   Text // At is in bytes from the start of the body, without quotes
	Stream  Flag
	N       Number
	Purpose string
	Prompt  int // bytes of the field prompt
	Files   int
}

// Multipart reads a multipart body, bit by bit, and passes it on as it is. What it
// has read ahead it keeps, so that the model is known before anything is sent.
type Multipart struct {
	Facts MultipartFacts
	// File, if set, sees the bytes of each file; an error ends the body.
	File func(field string, b []byte) error
	// Done, if set, is asked once when the end of the form has been read, and
	// before the last of it is passed on; an error ends the body.
	Done func() error

	r      io.Reader
	length int64 // as the header says, or -1
	parser formParser
	kept   []byte
	opened bool
	whole  bool  // kept is all of it
	err    error // of the rest
}

// NewMultipart reads a body whose parts are parted by the boundary. Length is what
// the header says, or -1.
func NewMultipart(r io.Reader, boundary string, length int64) *Multipart {
	f := &Multipart{r: r, length: length}
	f.parser.init(boundary, f)
	return f
}

// KeepForm is how much of a form is read before any of it is sent, if the
// model is known by then. A form that is no longer can be sent again.
const KeepForm = 256 << 10

// ReadAhead reads the start of the form: up to KeepForm bytes, or further until
// the model is known, if that is needed, but never more than limit. The error
// is a *Refusal, or that of the connection.
func (f *Multipart) ReadAhead(needModel bool, limit int) error {
	buf := make([]byte, 32<<10)
	for !f.whole && (len(f.kept) < KeepForm || needModel && f.Facts.Model.Value == "") {
		if len(f.kept) >= limit {
			return tooLarge("the field model comes too late: put it before the file")
		}
		n, err := f.r.Read(buf)
		f.kept = append(f.kept, buf[:n]...)
		if refusal := f.feed(buf[:n]); refusal != nil {
			return refusal
		}
		if err == io.EOF {
			if !f.parser.finished() {
				return badRequest("body_incomplete", "the form has no end", "")
			}
			f.whole = true
			break
		}
		if err != nil {
			return readError(err)
		}
	}
	return f.checkModel(needModel)
}

// feed reads the next bytes, and asks Done at the end of the form.
func (f *Multipart) feed(b []byte) error {
	ended := f.parser.finished()
	if refusal := f.parser.feed(b); refusal != nil {
		return refusal
	}
	if f.parser.finished() && !ended && f.Done != nil {
		return f.Done()
	}
	return nil
}

func (f *Multipart) checkModel(needed bool) error {
	if needed && f.Facts.Model.Value == "" {
		return badRequest("model_missing", "the form names no model", "model")
	}
	return nil
}

// Again is true as long as nothing was sent, and after that if all of it is in
// memory.
func (f *Multipart) Again() bool { return !f.opened || f.whole }

// Open implements Payload. A form that names no model stays so: it is named in
// the path.
func (f *Multipart) Open(model string, _ bool) (io.ReadCloser, int64, error) {
	if !f.Again() {
		return nil, 0, http.ErrBodyReadAfterClose
	}
	f.opened = true
	var e Edits
	if at := f.Facts.Model.At; model != "" && !at.IsEmpty() && f.Facts.Model.Value != model && at.End <= len(f.kept) {
		e = Edits{{at, model}}
	}
	head := e.Reader(f.kept)
	if f.whole {
		return head, int64(e.Length(f.kept)), nil
	}
	length := f.length
	if length >= 0 {
		length += int64(e.Length(f.kept) - len(f.kept))
	}
	return &restOfForm{f, head}, length, nil
}

// Err is the refusal or error that ended the form while it was sent on, or nil.
// It may be asked once the body is closed.
func (f *Multipart) Err() error { return f.err }

// restOfForm is what was kept, and then the rest, checked on its way.
type restOfForm struct {
	f    *Multipart
	head *Pieces
}

// Read implements io.Reader. It fails at the first byte that isn't in order,
// so that the upstream never gets a whole form that it could read otherwise.
func (r *restOfForm) Read(p []byte) (int, error) {
	if n, err := r.head.Read(p); err != io.EOF {
		return n, err
	}
	n, err := r.f.r.Read(p)
	if refusal := r.f.feed(p[:n]); refusal != nil {
		r.f.err = refusal
		return 0, refusal
	}
	if err == io.EOF && !r.f.parser.finished() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		r.f.err = readError(err)
	}
	return n, err
}

// Close implements io.Closer. The connection's own end is not for this to close.
func (r *restOfForm) Close() error { return nil }
