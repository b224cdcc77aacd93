package azure

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxTries is how often one request is sent. With the waits between, that is
// about two minutes.
const maxTries = 7

// again sends a request again that failed on its way: no answer, throttled, or
// an error of the server. All requests of this package may be carried out
// twice. It waits on the client's clock, and as long as Retry-After says.
//
// Source: Microsoft Learn, "Understand how Azure Resource Manager throttles
// requests".
type again struct{ clock Clock }

// Do is called once for each request.
func (p again) Do(req *policy.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		resp, err := p.once(req)
		wait, temporary := pause(resp, err, try)
		if !temporary || try == maxTries || req.Raw().Context().Err() != nil {
			return resp, err
		}
		if resp != nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
			resp.Body.Close()
		}
		if err := p.clock.Sleep(req.Raw().Context(), wait); err != nil {
			return nil, err
		}
	}
}

func (p again) once(req *policy.Request) (*http.Response, error) {
	if err := req.RewindBody(); err != nil {
		return nil, err
	}
	return req.Clone(req.Raw().Context()).Next()
}

// pause says whether to send a request again, and after how long.
func pause(resp *http.Response, err error, try int) (time.Duration, bool) {
	wait := min(time.Second<<(try-1), 30*time.Second)
	if err != nil {
		var login interface{ NonRetriable() }
		return wait, !errors.As(err, &login)
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return 0, false
	}
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && n >= 0 {
		wait = min(time.Duration(n)*time.Second, 10*time.Minute)
	}
	return wait, true
}
