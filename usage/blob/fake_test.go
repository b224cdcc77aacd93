package blob

import (
	"crypto/md5"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a container of append blobs in memory, as far as the shipper asks
// for it. Azurite is the second opinion.
type fake struct {
	mu    sync.Mutex
	blobs map[string][]byte
}

func newFake(t *testing.T) *store {
	f := &fake{blobs: map[string][]byte{}}
	server := httptest.NewTLSServer(f)
	t.Cleanup(server.Close)
	return &store{url: server.URL + "/account/usage", client: server.Client()}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	have, there := f.blobs[r.URL.Path]
	fail := func(status int, code string) {
		w.Header().Set("x-ms-error-code", code)
		w.WriteHeader(status)
	}
	switch {
	case err != nil:
		fail(400, "IncompleteBody")
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
		fail(401, "NoAuthenticationInformation")
	case r.Method == "PUT" && r.URL.Query().Get("comp") == "appendblock":
		f.append(w, r, body, there, fail)
	case r.Method == "PUT" && r.Header.Get("x-ms-blob-type") == "AppendBlob":
		if there {
			fail(409, "BlobAlreadyExists")
			return
		}
		f.blobs[r.URL.Path] = []byte{}
		w.WriteHeader(201)
	case !there:
		fail(404, "BlobNotFound")
	case r.Method == "HEAD", r.Method == "GET":
		w.Header().Set("x-ms-blob-type", "AppendBlob")
		if span := r.Header.Get("x-ms-range"); span != "" {
			r.Header.Set("Range", span)
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(have)))
	default:
		fail(400, "UnsupportedHttpVerb")
	}
}

func (f *fake) append(w http.ResponseWriter, r *http.Request, body []byte, there bool, fail func(int, string)) {
	sum := md5.Sum(body)
	switch at := r.Header.Get("x-ms-blob-condition-appendpos"); {
	case !there:
		fail(404, "BlobNotFound")
	case r.Header.Get("Content-MD5") != base64.StdEncoding.EncodeToString(sum[:]):
		fail(400, "Md5Mismatch")
	case at != strconv.Itoa(len(f.blobs[r.URL.Path])):
		fail(412, "AppendPositionConditionNotMet")
	default:
		f.blobs[r.URL.Path] = append(f.blobs[r.URL.Path], body...)
		w.WriteHeader(201)
	}
}
