package blob

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/appendblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"palisade/usage"
)

// Bounds of a block, and of an append blob.
// Source: https://learn.microsoft.com/rest/api/storageservices/append-block
const (
	blockSize = 4 << 20
	tailCheck = 4 << 10 // how much of a blob's end is compared after a restart
)

// Source is the log that is shipped; a *usage.Log is one.
type Source interface {
	Name() string
	Dir() string
	Segments() []usage.Segment
}

// Options are how a log is shipped.
type Options struct {
	// URL of the container.
	URL string
	// Credential gets tokens for it. It needs to create and append blobs and
	// to read them.
	Credential azcore.TokenCredential
	// Every is how often new bytes are shipped; a minute by default.
	Every time.Duration
	// Log gets what the operator should know; nil is nothing.
	Log *slog.Logger
	// Client is for tests: other transports and retries.
	Client azcore.ClientOptions

	firstWait, mostWait time.Duration
}

// Shipper ships one log. Run does the work; the rest may be asked meanwhile.
type Shipper struct {
	options   Options
	container *container.Client
	log       Source

	mu     sync.Mutex
	done   map[string]int64 // bytes of each segment that are shipped
	err    error            // of the last try
	since  time.Time        // of the first of the errors
	public bool             // the public key is there
}

// New makes a Shipper. It asks nothing yet.
func New(log Source, o Options) (*Shipper, error) {
	if o.Every <= 0 {
		o.Every = time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.firstWait <= 0 {
		o.firstWait, o.mostWait = time.Second, 5*time.Minute
	}
	o.Client.Retry = policy.RetryOptions{MaxRetries: -1}
	c, err := container.NewClient(o.URL, o.Credential, &container.ClientOptions{ClientOptions: o.Client})
	if err != nil {
		return nil, err
	}
	return &Shipper{options: o, container: c, log: log, done: map[string]int64{}}, nil
}

// Run ships every so often, until the context ends. After an error it waits
// longer each time, up to five minutes. What isn't shipped stays in the files:
// the log deletes no segment before it is.
func (s *Shipper) Run(ctx context.Context) {
	wait := s.options.firstWait
	for {
		next := s.options.Every
		if err := s.Ship(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Error("usage log not shipped", "error", err, "again in", wait.String())
			next, wait = wait, min(2*wait, s.options.mostWait)
		} else {
			wait = s.options.firstWait
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(next):
		}
	}
}

// Ship ships all that there is now.
func (s *Shipper) Ship(ctx context.Context) error {
	err := s.all(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && s.err == nil {
		s.since = time.Now()
	}
	s.err = err
	return err
}

// Failing is since when the log isn't shipped, and why, or nil.
func (s *Shipper) Failing() (since time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, s.err
}

// Shipped reports whether all of a closed segment is in the container.
func (s *Shipper) Shipped(g usage.Segment) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return g.Closed && s.done[g.Name] == g.Size
}

func (s *Shipper) all(ctx context.Context) error {
	if err := s.publish(ctx); err != nil {
		return fmt.Errorf("%s: %w", usage.PubFile, short(err))
	}
	there := s.log.Segments()
	for _, g := range there {
		if err := s.segment(ctx, g); err != nil {
			return fmt.Errorf("%s: %w", g.Name, short(err))
		}
	}
	s.forget(there)
	return nil
}

// forget drops segments that are gone.
func (s *Shipper) forget(there []usage.Segment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make(map[string]int64, len(there))
	for _, g := range there {
		kept[g.Name] = s.done[g.Name]
	}
	s.done = kept
}

// publish puts the public key beside the segments, once.
func (s *Shipper) publish(ctx context.Context) error {
	if s.public {
		return nil
	}
	key, err := os.ReadFile(filepath.Join(s.log.Dir(), usage.PubFile))
	if err != nil {
		return err
	}
	to := s.container.NewAppendBlobClient(s.log.Name() + "/" + usage.PubFile)
	at, err := s.begin(ctx, to)
	if err != nil {
		return err
	}
	if at == 0 {
		err = s.append(ctx, to, key, 0)
	} else {
		err = same(ctx, to, key, 0)
	}
	s.public = err == nil
	return err
}

// segment ships what is new of a segment.
func (s *Shipper) segment(ctx context.Context, g usage.Segment) error {
	s.mu.Lock()
	at, known := s.done[g.Name]
	s.mu.Unlock()
	if known && at == g.Size {
		return nil
	}
	f, err := os.Open(filepath.Join(s.log.Dir(), g.Name))
	if err != nil {
		return err
	}
	defer f.Close()
	to := s.container.NewAppendBlobClient(s.log.Name() + "/" + g.Name)
	if !known {
		if at, err = s.resume(ctx, to, f, g); err != nil {
			return err
		}
	}
	buf := make([]byte, min(blockSize, g.Size-at))
	for at < g.Size {
		part := buf[:min(int64(len(buf)), g.Size-at)]
		if _, err := f.ReadAt(part, at); err != nil {
			return err
		}
		if err := s.append(ctx, to, part, at); err != nil {
			s.lose(g.Name)
			return err
		}
		at += int64(len(part))
		s.keep(g.Name, at)
	}
	s.keep(g.Name, at)
	return nil
}

func (s *Shipper) keep(name string, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[name] = at
}

// lose forgets how much is shipped: an append that failed may have been done.
func (s *Shipper) lose(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.done, name)
}

// resume finds out how much of a segment is shipped, and that it is the same.
func (s *Shipper) resume(ctx context.Context, to *appendblob.Client, f io.ReaderAt, g usage.Segment) (int64, error) {
	at, err := s.begin(ctx, to)
	if err != nil || at == 0 {
		return 0, err
	}
	if at > g.Size {
		return 0, ErrDiffers
	}
	from := max(0, at-tailCheck)
	have := make([]byte, at-from)
	if _, err := f.ReadAt(have, from); err != nil {
		return 0, err
	}
	return at, same(ctx, to, have, from)
}

// ErrDiffers is a blob that isn't the begin of its segment. It isn't touched.
var ErrDiffers = errors.New("the container holds something else than the log")

func same(ctx context.Context, to *appendblob.Client, want []byte, from int64) error {
	got, err := to.DownloadStream(ctx, &blob.DownloadStreamOptions{Range: blob.HTTPRange{Offset: from, Count: int64(len(want))}})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	have, err := io.ReadAll(io.LimitReader(got.Body, int64(len(want))+1))
	if err == nil && !bytes.Equal(have, want) {
		err = ErrDiffers
	}
	return err
}

// begin makes a blob unless it is there, and returns its length.
func (s *Shipper) begin(ctx context.Context, to *appendblob.Client) (int64, error) {
	none := azcore.ETagAny
	_, err := to.Create(ctx, &appendblob.CreateOptions{AccessConditions: &blob.AccessConditions{
		ModifiedAccessConditions: &blob.ModifiedAccessConditions{IfNoneMatch: &none}}})
	if err == nil {
		return 0, nil
	}
	// An immutable container may answer that the blob can't be written again.
	if !bloberror.HasCode(err, bloberror.BlobAlreadyExists, bloberror.ConditionNotMet, bloberror.BlobImmutableDueToPolicy, bloberror.UnauthorizedBlobOverwrite) {
		return 0, err
	}
	p, err := to.GetProperties(ctx, nil)
	if err != nil {
		return 0, err
	}
	if p.BlobType == nil || *p.BlobType != blob.BlobTypeAppendBlob || p.ContentLength == nil {
		return 0, ErrDiffers
	}
	return *p.ContentLength, nil
}

// append adds bytes where the ones before ended, and nowhere else. Azure holds
// them against their MD5.
func (s *Shipper) append(ctx context.Context, to *appendblob.Client, part []byte, at int64) error {
	sum := md5.Sum(part)
	_, err := to.AppendBlock(ctx, streaming.NopCloser(bytes.NewReader(part)), &appendblob.AppendBlockOptions{
		TransactionalValidation:        blob.TransferValidationTypeMD5(sum[:]),
		AppendPositionAccessConditions: &appendblob.AppendPositionAccessConditions{AppendPosition: &at},
	})
	return err
}

// short is an error of the service in a few words: answers can be long, and
// hold addresses.
func short(err error) error {
	var r *azcore.ResponseError
	if errors.As(err, &r) {
		return fmt.Errorf("the container answers %d %s %s", r.StatusCode, http.StatusText(r.StatusCode), r.ErrorCode)
	}
	return err
}
