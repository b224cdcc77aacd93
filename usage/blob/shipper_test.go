package blob

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"golang.org/x/mod/sumdb/note"

	"palisade/usage"
)

// store is a container to ship to.
type store struct {
	url    string
	client *http.Client
}

// token is a credential whose tokens Azurite takes; it doesn't check signatures.
type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	now := time.Now()
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	claims := fmt.Sprintf(`{"aud":"https://storage.azure.com","iss":"https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/","iat":%d,"nbf":%d,"exp":%d}`,
		now.Unix()-60, now.Unix()-60, now.Unix()+3600)
	return azcore.AccessToken{Token: part(`{"alg":"RS256","typ":"JWT"}`) + "." + part(claims) + "." + part("signature"), ExpiresOn: now.Add(time.Hour)}, nil
}

// each runs a test against every container there is.
func each(t *testing.T, test func(*testing.T, *store)) {
	t.Run("memory", func(t *testing.T) { test(t, newFake(t)) })
	t.Run("azurite", func(t *testing.T) { test(t, newAzurite(t)) })
}

func (s *store) shipper(t *testing.T, log Source, through policy.Transporter) *Shipper {
	t.Helper()
	if through == nil {
		through = s.client
	}
	ships, err := New(log, Options{URL: s.url, Credential: token{}, Every: 5 * time.Millisecond, firstWait: time.Millisecond, mostWait: 4 * time.Millisecond,
		Client: azcore.ClientOptions{Transport: through}})
	if err != nil {
		t.Fatal(err)
	}
	return ships
}

// download brings a log's blobs to a folder.
func (s *store) download(t *testing.T, log *usage.Log) string {
	t.Helper()
	dir := t.TempDir()
	c, err := container.NewClient(s.url, token{}, &container.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: s.client}})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{usage.PubFile}
	for _, g := range log.Segments() {
		names = append(names, g.Name)
	}
	for _, name := range names {
		got, err := c.NewBlobClient(log.Name()+"/"+name).DownloadStream(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openLog(t *testing.T, dir string) *usage.Log {
	t.Helper()
	log, err := usage.Open(dir, usage.Options{Name: "test", Delay: time.Millisecond, Rotate: 4 << 10, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func fill(t *testing.T, log *usage.Log, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		r := usage.Record{Time: time.Unix(int64(i), 0), ID: fmt.Sprintf("%06d", i), Verdict: usage.Allowed, Status: 200, Model: strings.Repeat("m", 100)}
		if err := log.Append(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// sameLog holds that what was shipped is the log, byte for byte, and good.
func sameLog(t *testing.T, s *store, log *usage.Log) {
	t.Helper()
	dir := s.download(t, log)
	for _, g := range log.Segments() {
		here, err := os.ReadFile(filepath.Join(log.Dir(), g.Name))
		if err != nil {
			t.Fatal(err)
		}
		there, err := os.ReadFile(filepath.Join(dir, g.Name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(here, there) {
			t.Errorf("%s: %d bytes of %d were shipped, or others", g.Name, len(there), len(here))
		}
	}
	key, err := usage.PublicKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	v, err := usage.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := usage.Verify(dir, usage.VerifyOptions{Keys: note.VerifierList(v)}); err != nil {
		t.Error(err)
	}
}

func TestShip(t *testing.T) {
	each(t, func(t *testing.T, s *store) {
		dir := t.TempDir()
		log := openLog(t, dir)
		ships := s.shipper(t, log, nil)
		for round := range 5 {
			fill(t, log, round*20, round*20+20)
			if err := ships.Ship(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		// A restart goes on where the one before ended.
		log.Close()
		if err := ships.Ship(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, g := range log.Segments() {
			if ships.Shipped(g) != g.Closed {
				t.Errorf("%+v: shipped %v", g, ships.Shipped(g))
			}
		}
		log = openLog(t, dir)
		fill(t, log, 100, 150)
		ships = s.shipper(t, log, nil)
		if ships.Shipped(log.Segments()[0]) {
			t.Error("taken for shipped before it was asked")
		}
		if err := ships.Ship(t.Context()); err != nil {
			t.Fatal(err)
		}
		log.Close()
		if err := ships.Ship(t.Context()); err != nil {
			t.Fatal(err)
		}
		sameLog(t, s, log)
	})
}

// flaky loses requests, and answers of requests that were served.
type flaky struct {
	random *rand.Rand
	next   policy.Transporter
	lost   int
}

func (f *flaky) Do(r *http.Request) (*http.Response, error) {
	switch f.random.IntN(5) {
	case 0:
		f.lost++
		return nil, errors.New("connection reset before it was sent")
	case 1:
		f.lost++
		if resp, err := f.next.Do(r); err == nil {
			resp.Body.Close()
		}
		return nil, errors.New("connection reset before the answer")
	}
	return f.next.Do(r)
}

// Whatever is lost on the way, each byte arrives once.
func TestShipThroughABadNetwork(t *testing.T) {
	each(t, func(t *testing.T, s *store) {
		log := openLog(t, t.TempDir())
		net := &flaky{random: rand.New(rand.NewPCG(7, 7)), next: s.client}
		ships := s.shipper(t, log, net)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			ships.Run(ctx)
		}()
		for round := range 20 {
			fill(t, log, round*10, round*10+10)
			time.Sleep(2 * time.Millisecond)
		}
		log.Close()
		time.Sleep(50 * time.Millisecond)
		cancel()
		<-done
		for range 200 {
			if ships.Ship(t.Context()) == nil {
				break
			}
		}
		if net.lost < 10 {
			t.Errorf("only %d requests were lost", net.lost)
		}
		sameLog(t, s, log)
	})
}

// A blob that isn't the log's isn't touched, and nothing counts as shipped.
func TestAnotherLogIsThere(t *testing.T) {
	each(t, func(t *testing.T, s *store) {
		log := openLog(t, t.TempDir())
		fill(t, log, 0, 10)
		ships := s.shipper(t, log, nil)
		to := ships.container.NewAppendBlobClient(log.Name() + "/" + log.Segments()[0].Name)
		if _, err := ships.begin(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		if err := ships.append(t.Context(), to, []byte("something else\n"), 0); err != nil {
			t.Fatal(err)
		}
		if err := ships.Ship(t.Context()); !errors.Is(err, ErrDiffers) {
			t.Errorf("shipped over it: %v", err)
		}
		if since, err := ships.Failing(); err == nil || since.IsZero() {
			t.Error("it doesn't tell that it fails")
		}
	})
}
