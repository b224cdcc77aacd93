package azure

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// finish polls an asynchronous operation on the client's clock.
func finish[T any](ctx context.Context, clock Clock, p *runtime.Poller[T], limit time.Duration) (T, error) {
	until := clock.Now().Add(limit)
	for !p.Done() {
		resp, err := p.Poll(ctx)
		if err != nil {
			var none T
			return none, err
		}
		if p.Done() {
			break
		}
		if clock.Now().After(until) {
			var none T
			return none, fmt.Errorf("the operation hasn't ended after %s", limit)
		}
		if err := clock.Sleep(ctx, between(resp)); err != nil {
			var none T
			return none, err
		}
	}
	return p.Result(ctx)
}

// between is the wait until the next poll: as the service asks, from 1 to 60
// seconds.
func between(resp *http.Response) time.Duration {
	wait := 5 * time.Second
	if resp != nil {
		if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			wait = time.Duration(n) * time.Second
		}
	}
	return min(max(wait, time.Second), time.Minute)
}
